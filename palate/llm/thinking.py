"""What a model thinks aloud between ``<think>`` and ``</think>`` is dropped, also from a stream."""

from __future__ import annotations

import re

_OPENS, _CLOSES = "<think>", "</think>"
_BLOCK = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


def without_thoughts(text: str) -> str:
    """`text` without its thoughts; some templates begin in the middle of one, so all before a lone end goes too."""
    return _BLOCK.sub("", text).rsplit(_CLOSES, 1)[-1]


class ThoughtFilter:
    """Drops thoughts from text that comes in pieces, wherever a piece breaks a mark."""

    def __init__(self) -> None:
        self._held = ""
        self._inside = False

    def feed(self, piece: str) -> str:
        """What may be shown now."""
        self._held += piece
        shown = ""
        while True:
            mark = _CLOSES if self._inside else _OPENS
            before, found, after = self._held.partition(mark)
            if found:
                shown += "" if self._inside else before
                self._inside = not self._inside
                self._held = after.lstrip() if not self._inside else after
                continue
            kept = _begun(self._held, mark)
            if not self._inside:
                shown += self._held[: len(self._held) - kept]
            self._held = self._held[len(self._held) - kept :]
            return shown

    def rest(self) -> str:
        """What was held back, at the end of the stream."""
        held, self._held = self._held, ""
        return "" if self._inside else held


def _begun(text: str, mark: str) -> int:
    """How many characters at the end of `text` may be the beginning of `mark`."""
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if mark.startswith(text[-n:])), 0)
