"""Documents that answer customers' questions: read, cut into passages, kept beside a catalogue."""
