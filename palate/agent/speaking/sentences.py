"""Streamed text cut into sentences, never inside a title or a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_END = re.compile(r"[.!?]+[\"”’)]*(?=\s|$)|[。！？]+[”』」)]*|\n+")
_INITIAL = re.compile(r"(?:\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|vs|Vol|No))\.$")
_NUMBERING = re.compile(r"\s*\d+\.")
_MARKUP = re.compile(r"\*\*|__|`|^#+\s*|^\s*(?:[-•*]|\d+[.)、])\s+", re.MULTILINE)


class SentenceCutter:
    """Takes pieces, gives whole sentences."""

    def __init__(self, protected: Iterable[str] = ()) -> None:
        """`protected` are titles and names with a full stop, question or exclamation mark in them."""
        self._protected = [name for name in protected if re.search(r"[.!?。！？]", name)]
        self._buffer = ""

    def feed(self, piece: str) -> Sequence[str]:
        """The sentences that are complete now that `piece` has come: more has followed their end."""
        self._buffer += piece
        found = []
        while (end := self._end()) is not None:
            found.append(self._buffer[:end])
            self._buffer = self._buffer[end:]
        return [said for text in found if (said := clean(text))]

    def rest(self) -> Sequence[str]:
        """What is left when the stream has ended."""
        said, self._buffer = clean(self._buffer), ""
        return [said] if said else []

    def _end(self) -> int | None:
        for match in _END.finditer(self._buffer):
            before = self._buffer[: match.start() + 1]
            if match.end() == len(self._buffer) or _INITIAL.search(before) or _NUMBERING.fullmatch(before):
                continue
            if not self._within_name(match.start()):
                return match.end()
        return None

    def _within_name(self, place: int) -> bool:
        return any(
            start <= place < start + len(name)
            for name in self._protected
            for start in (m.start() for m in re.finditer(re.escape(name), self._buffer))
        )


def clean(text: str) -> str:
    """A sentence without list marks and markup, on one line."""
    return " ".join(_MARKUP.sub("", text).split())
