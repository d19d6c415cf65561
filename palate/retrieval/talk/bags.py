"""What was said before some moments, as sparse bags of items and of words: a row a moment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.domain import ItemId, Speaker, Utterance

Matrix: TypeAlias = Any
"""A `scipy.sparse.csr_matrix` of float32; scipy comes without types."""
WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff](?:[^\W\u3400-\u9fff]|['&-])*")
FADING = 0.8
"""What an item that was named counts of the one that was named after it."""
LATEST = 2
"""Utterances that are the latest."""
OPENING = 2
"""Utterances of the seeker in which they mostly say what they look for."""
SPAN = 100_000
"""Characters of an utterance that are read."""


@dataclass(frozen=True)
class Bags:
    """One row a moment; k items, v words."""

    seeker: Matrix
    """(m, k): how often the seeker named an item."""
    recommender: Matrix
    """(m, k): the same of the recommender."""
    fading: Matrix
    """(m, k): 1 for the item that was named last, `FADING` for the one before it, and so on."""
    latest: Matrix
    """(m, k): 1 for what the latest utterances named."""
    named: Matrix
    """(m, k): 1 for all that was named."""
    seeker_words: Matrix
    """(m, v): how often; so the next three."""
    recommender_words: Matrix
    last_words: Matrix
    """Of the last utterance."""
    opening_words: Matrix
    """Of the seeker's first utterances."""
    utterances: NDArray[np.float32]
    """(m,): how many there were."""
    at: NDArray[np.float32]
    """(m,): when, 0 (the first dialogue that was learned from) to 1 (the last, and every one after it)."""

    def __len__(self) -> int:
        """Count the moments."""
        return len(self.at)

    def rows(self, chosen: NDArray[Any]) -> Bags:
        """Some of the moments."""
        return Bags(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance in numbers."""

    seeks: bool
    items: tuple[int, ...]
    words: Mapping[int, int]
    """Word -> how often."""


class Reader:
    """Turns utterances into numbers of a model's items and words."""

    def __init__(self, items: Mapping[ItemId, int], titles: Sequence[str], words: Mapping[str, int]) -> None:
        """`titles` are the items' titles by number."""
        self.items = items
        self.words = words
        self._titles = titles

    def hear(self, said: Utterance) -> Heard:
        """One utterance; words of the titles that it names do not count as words."""
        items = tuple(self.items[item] for item in said.items if item in self.items)
        counts = Counter(tokens(said.text, [self._titles[item] for item in items]))
        words = {self.words[token]: count for token, count in counts.items() if token in self.words}
        return Heard(said.speaker is Speaker.SEEKER, items, words)

    def bags(self, moments: Iterable[tuple[Sequence[Heard], float]]) -> Bags:
        """One row for each moment: what was heard before, and when it is (see `Bags.at`)."""
        rows: dict[str, list[Mapping[int, float]]] = {name: [] for name in ITEMS + WORDS}
        utterances, at = [], []
        for heard, when in moments:
            for name, row in _rows(heard).items():
                rows[name].append(row)
            utterances.append(len(heard))
            at.append(when)
        items, words = len(self._titles), len(self.words)
        made = {name: csr(each, items if name in ITEMS else words) for name, each in rows.items()}
        return Bags(**made, utterances=np.asarray(utterances, np.float32), at=np.asarray(at, np.float32))


ITEMS = ("seeker", "recommender", "fading", "latest", "named")
WORDS = ("seeker_words", "recommender_words", "last_words", "opening_words")


def tokens(text: str, titles: Iterable[str] = ()) -> list[str]:
    """Words and pairs of neighbours; no pair spans a title that is taken out."""
    text = text[:SPAN].casefold()
    for title in sorted(titles, key=len, reverse=True):
        text = _spelled(title).sub("\n", text)
    found = []
    for part in text.split("\n"):
        words = WORD.findall(part)
        found += words
        found += [f"{one} {other}" for one, other in pairwise(words)]
    return found


def csr(rows: Sequence[Mapping[int, float]], width: int) -> Matrix:
    """Rows of column -> value as a sparse matrix."""
    ends = np.zeros(len(rows) + 1, np.int64)
    ends[1:] = np.cumsum([len(row) for row in rows])
    columns = np.fromiter((column for row in rows for column in row), np.int32, ends[-1])
    values = np.fromiter((value for row in rows for value in row.values()), np.float32, ends[-1])
    made = sparse.csr_matrix((values, columns, ends), shape=(len(rows), width))
    made.sort_indices()
    return made


@lru_cache(4096)
def _spelled(title: str) -> re.Pattern[str]:
    """A title where it stands in a text, with its year behind it or without."""
    return re.compile(rf"(?<!\w){re.escape(title.casefold())}(?!\w)(?:\s*\(\d{{4}}\))?")


def _rows(heard: Sequence[Heard]) -> Mapping[str, Mapping[int, float]]:
    seeker: Counter[int] = Counter()
    recommender: Counter[int] = Counter()
    order: dict[int, None] = {}
    for each in heard:
        (seeker if each.seeks else recommender).update(each.items)
        for item in each.items:
            order.pop(item, None)
            order[item] = None
    latest = {item: 1.0 for each in heard[-LATEST:] for item in each.items}
    seeking = [each for each in heard if each.seeks]
    return {
        "seeker": seeker,
        "recommender": recommender,
        "fading": {item: FADING**age for age, item in enumerate(reversed(order))},
        "latest": latest,
        "named": dict.fromkeys(order, 1.0),
        "seeker_words": _words(seeking),
        "recommender_words": _words([each for each in heard if not each.seeks]),
        "last_words": _words(heard[-1:]),
        "opening_words": _words(seeking[:OPENING]),
    }


def _words(heard: Iterable[Heard]) -> Mapping[int, float]:
    total: Counter[int] = Counter()
    for each in heard:
        total.update(each.words)
    return total
