"""What was said before some moments, as sparse bags of items and of words: a row a moment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain, pairwise
from math import log
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.domain import ItemId, Speaker, Utterance

Matrix: TypeAlias = Any
"""A `scipy.sparse.csr_matrix` of float32; scipy comes without types."""
WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff](?:[^\W\u3400-\u9fff]|['&-])*")
YEAR = re.compile(r"\s*\(\d{4}\)")
FADING = 0.8
"""What an item that was named counts of the one that was named after it."""
HUSHING = 0.9
"""What a name counts of one that is said an utterance later."""
LATEST = 2
"""Utterances that are the latest."""
SHARES = {"seeker_words": 1.0, "recommender_words": 0.4, "last_words": 0.7}
"""What words count for by who said them."""
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
    """(m, v): how often; so the next two."""
    recommender_words: Matrix
    last_words: Matrix
    """Of the last utterance."""
    words: Matrix
    """(m, v): of all, 1 + log of how often, by who said them (see `SHARES`)."""
    sought_words: Matrix
    """(m, v): 1 for what the seeker or the last utterance said."""
    spoken: Matrix
    """(m, n): names of values (people) that were said, 1 in the last utterance, `HUSHING` in the one before it …"""
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
    spoken: frozenset[int]
    """The names that are said."""
    length: int
    """How many words."""
    asks: bool
    """Whether it has a question mark."""


class Reader:
    """Turns utterances into numbers of a model's items and words."""

    def __init__(
        self,
        items: Mapping[ItemId, int],
        titles: Sequence[str],
        words: Mapping[str, int],
        names: Mapping[str, int] | None = None,
    ) -> None:
        """`titles` are the items' titles by number, `names` the pairs of words by which values are told."""
        self.items = items
        self.words = words
        self.names: Mapping[str, int] = names or {}
        self._titles = titles

    def hear(self, said: Utterance) -> Heard:
        """One utterance; words of the titles that it names do not count as words."""
        items = tuple(self.items[item] for item in said.items if item in self.items)
        counts = Counter(tokens(said.text, [self._titles[item] for item in items]))
        words = {self.words[token]: count for token, count in counts.items() if token in self.words}
        spoken = frozenset(self.names[token] for token in counts if token in self.names)
        length = sum(count for token, count in counts.items() if " " not in token)
        return Heard(said.speaker is Speaker.SEEKER, items, words, spoken, length, "?" in said.text[:SPAN])

    def bags(self, moments: Iterable[tuple[Sequence[Heard], float]]) -> Bags:
        """One row for each moment: what was heard before, and when it is (see `Bags.at`)."""
        rows: dict[str, list[Mapping[int, float]]] = {name: [] for name in (*ITEMS, *WORDS, "spoken")}
        utterances, at = [], []
        for heard, when in moments:
            for name, row in _rows(heard).items():
                rows[name].append(row)
            utterances.append(len(heard))
            at.append(when)
        widths = dict.fromkeys(ITEMS, len(self._titles)) | dict.fromkeys(WORDS, len(self.words))
        widths["spoken"] = len(self.names)
        made = {name: csr(each, widths[name]) for name, each in rows.items()}
        return Bags(**made, utterances=np.asarray(utterances, np.float32), at=np.asarray(at, np.float32))


ITEMS = ("seeker", "recommender", "fading", "latest", "named")
WORDS = (*SHARES, "words", "sought_words")


def tokens(text: str, titles: Iterable[str] = ()) -> list[str]:
    """Words and pairs of neighbours; no pair spans a title that is taken out."""
    text = text[:SPAN].casefold()
    for title in sorted(titles, key=len, reverse=True):
        text = _without(text, title.casefold())
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
    columns = np.fromiter(chain.from_iterable(rows), np.int32, ends[-1])
    values = np.fromiter(chain.from_iterable(row.values() for row in rows), np.float32, ends[-1])
    made = sparse.csr_matrix((values, columns, ends), shape=(len(rows), width))
    made.sort_indices()
    return made


def _without(text: str, title: str) -> str:
    """A text that breaks off wherever a title stands in it, with its year behind it or without.

    A pattern would have to be compiled for each title, which takes longer than to look for it.
    """
    parts, start = [], 0
    at = text.find(title) if title else -1
    while at >= 0:
        end = at + len(title)
        if _spoken(text[at - 1 : at]) or _spoken(text[end : end + 1]):
            at = text.find(title, at + 1)
            continue
        parts.append(text[start:at])
        year = YEAR.match(text, end)
        start = year.end() if year else end
        at = text.find(title, start)
    return "\n".join([*parts, text[start:]])


def _spoken(character: str) -> bool:
    return character.isalnum() or character == "_"


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
    said = {
        "seeker_words": _words(each for each in heard if each.seeks),
        "recommender_words": _words(each for each in heard if not each.seeks),
        "last_words": _words(heard[-1:]),
    }
    words: dict[int, float] = {}
    for name, share in SHARES.items():
        for word, count in said[name].items():
            words[word] = words.get(word, 0.0) + share * (1 + log(count))
    return said | {
        "seeker": seeker,
        "recommender": recommender,
        "fading": {item: FADING**age for age, item in enumerate(reversed(order))},
        "latest": latest,
        "named": dict.fromkeys(order, 1.0),
        "words": words,
        "sought_words": dict.fromkeys((*said["seeker_words"], *said["last_words"]), 1.0),
        "spoken": {
            name: HUSHING**age for age, each in reversed([*enumerate(reversed(heard))]) for name in each.spoken
        },
    }


def _words(heard: Iterable[Heard]) -> Mapping[int, float]:
    total: Counter[int] = Counter()
    for each in heard:
        total.update(each.words)
    return total
