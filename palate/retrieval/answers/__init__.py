"""Answers out of imported documents: words, topics and meaning together, and nothing where nothing fits."""
