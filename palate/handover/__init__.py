"""Handing messages on to people over the net, and taking what they answer back into the conversation."""
