"""Scoring on dialogue sets: what is asked at each turn by a protocol, who answers, and how well."""
