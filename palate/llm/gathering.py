"""The tokens of a streamed reply, gathered until a sentence may have ended.

Nobody can do anything with less, and each piece wakes the thread that waits for it: with thirty replies at once and
fifty tokens a second each that took more processor time than all else about a reply.
"""

from __future__ import annotations

import re

MOST = 80
"""Characters that are gathered at most."""
_END = re.compile(r"[.!?。！？…\n]")


class Gathering:
    """Takes text token by token, gives it back in pieces; the first at once, since it says that a reply has begun."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._length = MOST

    def feed(self, text: str) -> str:
        """What may be handed on now; empty while it is being gathered."""
        self._held.append(text)
        self._length += len(text)
        return self.rest() if self._length >= MOST or _END.search(text) else ""

    def rest(self) -> str:
        """All that was gathered."""
        text = "".join(self._held)
        self._held, self._length = [], 0
        return text
