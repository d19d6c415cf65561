"""Utterances written by hand over all dialogue acts, with what must come of each; see `gold.py` for the columns."""
