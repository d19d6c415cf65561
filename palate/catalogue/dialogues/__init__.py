"""Bringing dialogues in: the public sets in their official formats, and one's own in a plain one."""
