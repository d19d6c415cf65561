"""Encoders, one a file; `palate.retrieval.encoder` says what each must do and chooses by setting."""
