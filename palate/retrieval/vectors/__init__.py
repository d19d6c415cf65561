"""Items by meaning: encoders, vectors, their index and how it is kept level."""
