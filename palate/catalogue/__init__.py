"""Bringing a catalogue in, and holding it in memory."""
