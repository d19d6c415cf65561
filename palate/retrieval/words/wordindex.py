"""The index of words: for each word the items that have it and what it adds to them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.postings import Postings, stretches
from palate.catalogue.relation import Vocabulary
from palate.retrieval.words.terms import terms

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
    scored: NDArray[np.bool_]
    """False for what can be found and adds nothing to a score."""


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
        reader = _Reader(catalogue, lambda word: numbers.setdefault(word, len(numbers)))
        lengths: Mapping[str, float] = {}
        parts: list[_Entries] = []
        for first in range(0, len(catalogue), BLOCK):
            end = min(first + BLOCK, len(catalogue))
            fields = list(reader.fields(first, end))
            lengths = lengths or _lengths(fields, end - first)
            parts.append(_entries(fields, first, end, lengths))
            del fields
        keys, rows, weights = (
            np.concatenate([np.empty(0, kind), *(getattr(part, name) for part in parts)])
            for name, kind in (("words", np.int32), ("rows", np.int32), ("weights", np.float32))
        )
        del parts
        postings = Postings.of(keys, rows, len(numbers), weights)
        return cls(Vocabulary(list(numbers), numbers), postings, lengths, len(catalogue))

    def changed(self, catalogue: Catalogue) -> WordIndex:
        """The index of a snapshot that `Catalogue.changed` made: only the appended rows are read."""
        fresh: dict[str, int] = {}

        def number(word: str) -> int:
            known = self.words.number(word)
            return fresh.setdefault(word, len(self.words) + len(fresh)) if known is None else known

        fields = _Reader(catalogue, number).fields(self.size, len(catalogue))
        entries = _entries(fields, self.size, len(catalogue), self.lengths)
        words = self.words.extended(fresh)
        postings = self.postings.appended(entries.words, entries.rows, len(words), entries.weights)
        return WordIndex(words, postings, self.lengths, len(catalogue))


@dataclass(frozen=True, slots=True)
class _Entries:
    words: NDArray[np.int32]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    found: Occurrences
    weight: float


def _lengths(fields: Iterable[_Field], size: int) -> Mapping[str, float]:
    """The mean number of words of each field, 1 at least, over `size` rows."""
    return {field.name: max(float(field.found.scored.sum()) / max(size, 1), 1.0) for field in fields}


def _entries(fields: Iterable[_Field], first: int, end: int, lengths: Mapping[str, float]) -> _Entries:
    """What each word adds to each of the rows from `first` to `end` - 1."""
    keys: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    counts: list[NDArray[np.float32]] = [np.empty(0, np.float32)]
    for field in fields:
        found = field.found
        length = np.bincount(found.rows - first, found.scored, minlength=end - first)
        evenness = EVENNESS[field.name.split(":")[0]]
        norm = (1 - evenness + evenness * length / lengths.get(field.name, 1.0)).astype(np.float32)
        keys.append(found.words << 32 | found.rows)
        counts.append(np.float32(field.weight) * found.scored / norm[found.rows - first])
    key = np.concatenate(keys)
    order = np.argsort(key)
    key = key[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    count = np.add.reduceat(np.concatenate(counts)[order], starts) if len(starts) else np.empty(0, np.float32)
    words, rows = (key[starts] >> 32).astype(np.int32), (key[starts] & 0xFFFFFFFF).astype(np.int32)
    return _Entries(words, rows, (count / (K1 + count)).astype(np.float32))


class _Reader:
    """Reads the words of rows, field by field; every value is read once, whatever the number of rows that have it."""

    def __init__(self, catalogue: Catalogue, number: Callable[[str], int]) -> None:
        self._catalogue = catalogue
        self._number = number

    def fields(self, first: int, end: int) -> Iterator[_Field]:
        """Every field of the rows from `first` to `end` - 1."""
        catalogue = self._catalogue
        yield _Field("title", self._texts(first, (catalogue.title(row) for row in range(first, end))), TITLE)
        for relation in catalogue.schema.relations:
            yield _Field(f"values:{relation}", self._of_values(relation, first, end), VALUES)
        for place, text in enumerate(catalogue.schema.texts):
            texts = (catalogue.texts(row).get(text, "") for row in range(first, end))
            yield _Field(f"texts:{text}", self._texts(first, texts), TEXTS[min(place, len(TEXTS) - 1)])

    def _texts(self, first: int, texts: Iterable[str]) -> Occurrences:
        words, lengths = array("q"), array("q")
        number = self._number
        for text in texts:
            said = [number(word) for word in terms(text)] if text else ()
            words.extend(said)
            lengths.append(len(said))
        rows = np.repeat(np.arange(first, first + len(lengths), dtype=np.int64), np.asarray(lengths, np.int64))
        return Occurrences(np.asarray(words, np.int64), rows, np.ones(len(rows), np.bool_))

    def _of_values(self, relation: str, first: int, end: int) -> Occurrences:
        """The words of the values under one relation."""
        held = self._catalogue.relation(relation)
        found = held.values.gather(np.arange(first, end, dtype=np.int32))
        used, place = np.unique(found.rows, return_inverse=True)
        spelled = [[self._number(word) for word in terms(held.names[value])] for value in used.tolist()]
        lengths = np.asarray([len(words) for words in spelled], np.int64)
        words = np.asarray([word for words in spelled for word in words], np.int64)
        # Each value of each row, then each word of it.
        sizes = lengths[place] if len(place) else np.empty(0, np.int64)
        starts = (np.cumsum(lengths) - lengths)[place] if len(place) else sizes
        at = stretches(starts, sizes)
        firsts = np.searchsorted(found.keys, np.arange(end - first))
        early = np.arange(len(found.keys)) - firsts[found.keys] < NAMES
        return Occurrences(words[at], np.repeat(found.keys.astype(np.int64) + first, sizes), np.repeat(early, sizes))
