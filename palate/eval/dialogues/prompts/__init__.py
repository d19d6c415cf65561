"""Prompts, as text files."""
