"""What is learned from histories: features, the ranker, models on disk."""
