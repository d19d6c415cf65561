"""The demo films: read, mended, reported, brought into the store; three invented viewers."""
