"""Text cut at the ends of its sentences, never changed: put together again the pieces are the text."""

from __future__ import annotations

import re
from itertools import pairwise

_END = re.compile(r"[.!?…]+[\"”’')\]]*\s+(?![a-z])|[。！？；…]+[”’」』）]*\s*|\n+")
"""Where a sentence ends; a full stop before a small letter is one of an abbreviation."""
_SPACE = re.compile(r"\s")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with what follows it up to the next."""
    ends = [0, *(found.end() for found in _END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if end > start]


def runs(text: str, most: int) -> list[str]:
    """Sentences that follow one another, as many at a time as fit into `most` characters, without space around them.

    A longer sentence is cut at a space, and where it has none anywhere.
    """
    found = [""]
    for sentence in sentences(text):
        for piece in _pieces(sentence, most):
            if found[-1] and len((found[-1] + piece).rstrip()) > most:
                found.append("")
            found[-1] += piece
    return [run.strip() for run in found if run.strip()]


def _pieces(sentence: str, most: int) -> list[str]:
    """A sentence, or what it is cut into."""
    pieces = []
    while len(sentence.rstrip()) > most:
        spaces = [found.end() for found in _SPACE.finditer(sentence, most // 2, most + 1)]
        at = spaces[-1] if spaces else most
        pieces.append(sentence[:at])
        sentence = sentence[at:]
    return [*pieces, sentence]
