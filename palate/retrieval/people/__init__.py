"""Items by what people did: histories, factors, neighbours, interest points."""
