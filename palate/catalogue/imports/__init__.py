"""Bringing files in: how they are read, guessed, cleaned, joined and written."""
