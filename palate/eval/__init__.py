"""Scoring palate offline, through the doors that its users use."""
