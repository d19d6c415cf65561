"""Streamed text cut into sentences, never inside a title or a name, each as soon as its end is certain.

A Chinese sentence ends with its mark. A Latin full stop may stand in a number or an abbreviation: it is an end once a
space and something that can begin a sentence have followed. A sentence that does not end is given up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MOST = 360
"""Characters of a sentence; a longer one is none."""
_END = re.compile(r"[.!?…]+[\"”’)]*(?=\s)|[。！？]|\n")
_AFTER = re.compile(r"[\s。！？!?.…”』」）)’]+")
"""What still belongs to the sentence before: more marks, the closing quotes."""
_SHORT = re.compile(
    r"(?:\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|Mt|Jr|Sr|vs|Vol|No|Nos|Pt|Inc|Ltd|Co|Corp|Bros|feat|ft|etc|approx|ca|min|mins|hrs"
    r"|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Fr|Ep|ed|dir|al))\.$",
    re.I,
)
_NUMBERING = re.compile(r"\s*(?:[-*•]\s*)?\d+\.")
_OPENING, _CLOSING = "《“「『（", "》”」』）"
_MARKUP = re.compile(
    r"\*\*|__|`+|^\s*\|[\s|:-]*\|\s*$|^[#>\s]*#+\s*|^\s*(?:[-•*>]|\d+[.)、])\s+|^\s*[-=_*]{3,}\s*$", re.MULTILINE
)


class SentenceCutter:
    """Takes pieces, gives whole sentences."""

    def __init__(self, protected: Iterable[str] = ()) -> None:
        """`protected` are titles and names with a full stop, question or exclamation mark in them."""
        self._protected = [name for name in protected if re.search(r"[.!?。！？…]", name)]
        self._buffer = ""
        self._given = False
        """Whether the buffer begins where a sentence that was given ended."""
        self.endless = False
        """Whether a sentence was given up because it did not end."""

    def feed(self, piece: str) -> Sequence[str]:
        """The sentences that are complete now that `piece` has come; nothing once the text has proved endless."""
        if self.endless:
            return []
        self._buffer += piece
        found = []
        while (end := self._end()) is not None:
            found.append(self._buffer[:end])
            self._buffer, self._given = self._buffer[end:], True
        if len(self._buffer) > MOST:
            self._buffer, self.endless = "", True
        return [said for text in found if len(text) <= MOST and (said := clean(text))]

    def rest(self) -> Sequence[str]:
        """What is left when the stream has ended."""
        self._trim()
        said, self._buffer = clean(self._buffer), ""
        return [said] if said else []

    def _trim(self) -> None:
        """Drop the marks and quotes that belong to a sentence that was given already."""
        if self._given and (after := _AFTER.match(self._buffer)):
            self._buffer = self._buffer[after.end() :]
        self._given = self._given and not self._buffer

    def _end(self) -> int | None:
        self._trim()
        for match in _END.finditer(self._buffer):
            before = self._buffer[: match.start() + 1]
            if self._within_name(match.start()) or not before.strip():
                continue
            if match.group()[0] in "。！？\n":
                if match.group() != "\n" and _open(before):
                    continue
                return match.end()
            if _SHORT.search(before) or _NUMBERING.fullmatch(before):
                continue
            after = self._buffer[match.end() :]
            following = after.lstrip()
            if "\n" in after[: len(after) - len(following)]:
                return match.end()
            if not following:
                return None
            if not following[0].islower():
                return match.end()
        return None

    def _within_name(self, place: int) -> bool:
        return any(
            start <= place < start + len(name)
            for name in self._protected
            if name in self._buffer
            for start in (m.start() for m in re.finditer(re.escape(name), self._buffer))
        )


def _open(text: str) -> bool:
    """Whether a quote or a bracket is open at the end of `text`."""
    return any(text.count(a) > text.count(b) for a, b in zip(_OPENING, _CLOSING, strict=True))


def clean(text: str) -> str:
    """A sentence without list marks and markup, on one line."""
    return " ".join(_MARKUP.sub("", text).split())
