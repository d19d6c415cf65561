"""Items by what they share: edges, walks, paths, a history's neighbourhood."""
