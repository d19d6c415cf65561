"""Encoders, one a file; `palate.retrieval.vectors.encoder` says what each must do and chooses by setting."""
