"""Mistyped words put right: those that nothing knows and that are near a word of the vocabulary or of a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz, process

from palate.agent.text import singular, words

_ALIKE = 85
"""How alike a word and the one that is meant must be, 0 to 100."""
_SHORTENED = (
    (re.compile(r"\bw/o\b", re.I), "without"),
    (re.compile(r"\bw/ ?(?=\w)", re.I), "with "),
    (re.compile(r"\b(coen|wachowski|russo|farrelly|dardenne|marx) bros\b\.?", re.I), r"\1 brothers"),
)


class Spelling:
    """The words that a mistyped one may stand for."""

    def __init__(self, spellings: Iterable[str], knows: Callable[[str], bool], *, inflected: bool) -> None:
        """`knows` says whether a folded word is one already; `inflected`: plurals are tried in the singular, too."""
        self._spellings = tuple(dict.fromkeys(spellings))
        self._singular = frozenset(self._spellings)
        self._knows = knows
        self._inflected = inflected

    def corrected(self, text: str) -> str:
        """`text` with mistyped words put right; short words are left alone."""
        for word in reversed(words(text)):
            if not word.fold.isalpha() or len(word.fold) <= 4:
                continue
            if singular(word.fold) in self._singular or self._knows(word.fold):
                continue
            hit = process.extractOne(word.fold, self._spellings, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if hit is None and self._inflected:
                one = singular(word.fold)
                hit = process.extractOne(one, self._spellings, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if hit:
                text = text[: word.start] + hit[0] + text[word.end :]
        return text


def in_full(text: str) -> str:
    """`text` with what people shorten when they type: w/, w/o, bros."""
    for pattern, full in _SHORTENED:
        text = pattern.sub(full, text)
    return text
