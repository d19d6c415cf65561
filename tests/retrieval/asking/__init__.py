"""Questions about a catalogue."""
