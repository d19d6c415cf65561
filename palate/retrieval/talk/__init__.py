"""What dialogues teach: what goes together, what follows on what, which words lead to which items.

Everything here works on moments: what was said before a turn, as bags of items and of words. In learning a moment's
row has the items that the turn then named; in a chat the one moment is now.
"""
