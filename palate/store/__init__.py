"""What palate keeps: items, people, conversations."""
