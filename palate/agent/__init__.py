"""The agent: dialogue state, understanding, checked replies, and the turn as a graph."""
