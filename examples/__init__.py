"""Programs that put palate into something of one's own; each runs by itself."""
