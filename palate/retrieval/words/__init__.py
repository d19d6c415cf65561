"""Items by words: terms, posting lists, BM25 with field weights."""
