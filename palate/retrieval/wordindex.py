"""The index of words: for each word the items that have it and what it adds to them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.postings import Postings
from palate.catalogue.relation import Vocabulary
from palate.retrieval.terms import terms

K1 = 1.2
"""How soon a word's further occurrences stop counting."""
TITLE, VALUES, TEXTS = 3.0, 1.0, (0.6, 0.3)
"""What a word counts by field; of texts the first, and the ones after it."""
EVENNESS = {"title": 0.4, "values": 0.75, "texts": 0.75}
"""How much a long field's words count less, 0 to 1: the b of BM25."""
NAMES = 8
"""Values of one relation that are scored: the tail of a long cast only adds chance hits. All can be found."""
BLOCK = 100_000
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """One field of some rows: which word stands where; a place in the arrays is one occurrence."""

    words: NDArray[np.int64]
    rows: NDArray[np.int64]
    scored: NDArray[np.bool_] | None = None
    """None: all are."""


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Words, their lists, and the mean lengths that were found when it was built."""

    words: Vocabulary
    postings: Postings
    lengths: Mapping[str, float]
    """Mean number of words of each field."""
    size: int
    """Rows that were read."""

    @classmethod
    def of(cls, catalogue: Catalogue) -> WordIndex:
        """Read a whole catalogue, `BLOCK` rows at a time."""
        numbers: dict[str, int] = {}
        reader = _Reader(catalogue, numbers)
        lengths = reader.lengths(min(len(catalogue), BLOCK))
        parts = [
            reader.entries(first, min(first + BLOCK, len(catalogue)), lengths)
            for first in range(0, len(catalogue), BLOCK)
        ]
        keys = np.concatenate([np.empty(0, np.int32), *(part.words for part in parts)])
        rows = np.concatenate([np.empty(0, np.int32), *(part.rows for part in parts)])
        weights = np.concatenate([np.empty(0, np.float32), *(part.weights for part in parts)])
        del parts
        postings = Postings.of(keys, rows, len(numbers), weights)
        return cls(Vocabulary(list(numbers), numbers), postings, lengths, len(catalogue))

    def changed(self, catalogue: Catalogue) -> WordIndex:
        """The index of a snapshot that `Catalogue.changed` made: only the appended rows are read."""
        fresh: dict[str, int] = {}
        late = _Late(self.words, fresh)
        entries = _Reader(catalogue, late).entries(self.size, len(catalogue), self.lengths)
        words = self.words.extended(fresh)
        postings = self.postings.appended(entries.words, entries.rows, len(words), entries.weights)
        return WordIndex(words, postings, self.lengths, len(catalogue))


@dataclass(frozen=True, slots=True)
class _Entries:
    words: NDArray[np.int32]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]


class _Late(dict[str, int]):
    """Numbers for words: those that an index has, and new ones from there on."""

    def __init__(self, words: Vocabulary, fresh: dict[str, int]) -> None:
        super().__init__()
        self._words = words
        self._fresh = fresh

    def setdefault(self, word: str, default: int = 0) -> int:
        number = self._words.number(word)
        return self._fresh.setdefault(word, len(self._words) + len(self._fresh)) if number is None else number
