"""What the simulated people talk to, all through one door."""
