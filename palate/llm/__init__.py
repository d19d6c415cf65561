"""The language model: its weights, its servers, and the one client that speaks to any of them."""
