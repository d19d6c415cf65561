"""Simulated people: whom they are, what they know of what they look for, and how they say it."""
