"""Conversations as tests: simulated people with a hidden target talk to palate and to what others would build."""
