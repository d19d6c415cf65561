"""Finding items: one way per file, fused, ranked and diversified; `engine` is the only door."""
