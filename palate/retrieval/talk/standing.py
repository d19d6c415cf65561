"""What training says of each item whatever is asked: how often it is recommended, of late too, and how it fares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.talk.lessons import Lessons

LIFE = 0.125
"""Share of the time that was learned from in which a recommendation comes to count 1/e."""
LAG = 0.04
"""The same, by which what is recent ends before a moment of training: what is learned from is never quite fresh."""
STATISTICS = ("recommended", "sought", "share", "liked", "when", "age", "again", "late")


@dataclass(frozen=True)
class Standing:
    """k items, e recommendations."""

    statistics: NDArray[np.float32]
    """(k, 8): see `STATISTICS`; log counts, shares, and times from 0 to 1."""
    items: NDArray[np.int32]
    """(e,): what was recommended, the earliest first."""
    at: NDArray[np.float32]
    """(e,): when, 0 to 1."""

    @classmethod
    def of(cls, lessons: Lessons) -> Standing:
        """What the moments of recommenders say."""
        size = len(lessons.reader.items)
        named = [np.asarray(labels, np.int32) for labels in lessons.labels]
        counts = [len(labels) for labels in named]
        items = np.concatenate([np.empty(0, np.int32), *named])
        by = np.repeat(lessons.recommended, counts)
        at = np.repeat(lessons.bags.at, counts)
        before = np.repeat(np.asarray(lessons.bags.named.sum(axis=1)).ravel(), counts)
        place = np.repeat(np.arange(len(named)), counts)
        again = np.asarray(lessons.bags.named[place, items]).ravel() > 0

        def total(values: NDArray[np.generic], where: NDArray[np.bool_]) -> NDArray[np.float64]:
            return np.bincount(items[where], values[where], minlength=size).astype(np.float64)

        ones = np.ones(len(items))
        every = np.ones(len(items), np.bool_)
        new, old = total(ones, by & ~again), total(ones, by & again)
        sought, all_of = total(ones, ~by), total(ones, every)
        liked, disliked = _opinions(lessons)
        last = np.zeros(size)
        np.maximum.at(last, items, at)
        recommended = new + old
        columns = [
            np.log1p(new),
            np.log1p(sought),
            (new + 1) / (all_of + 4),
            (liked + 5) / (liked + disliked + 6),
            total(at, every) / np.maximum(all_of, 1),
            1 - last,
            old / (recommended + 3),
            total(before, by) / np.maximum(recommended, 1),
        ]
        order = np.argsort(at[by], kind="stable")
        return cls(np.stack(columns, axis=1).astype(np.float32), items[by][order], at[by][order].astype(np.float32))

    @cached_property
    def popular(self) -> NDArray[np.float32]:
        """Log of how often each item was recommended, shape (k,)."""
        counts = np.bincount(self.items, minlength=len(self.statistics))
        return np.asarray(np.log(counts + 0.5), np.float32)

    @cached_property
    def lately(self) -> NDArray[np.float32]:
        """How popular each item is at the end of what was learned from, shape (k,)."""
        return np.asarray(self.recent(np.ones(1, np.float32), 0.0)[0], np.float32)

    def recent(self, at: NDArray[np.float32], lag: float = LAG) -> NDArray[np.float32]:
        """Log of fading counts of recommendations up to `lag` before some times (m,), shape (m, k)."""
        found = np.zeros((len(at), len(self.statistics)), np.float32)
        counts = np.zeros(len(self.statistics))
        now, read = 0.0, 0
        for place in np.argsort(at, kind="stable").tolist():
            then = max(float(at[place]) - lag, 0.0)
            until = int(np.searchsorted(self.at, then, "right" if lag == 0 else "left"))
            counts *= np.exp(-(then - now) / LIFE)
            fresh = slice(read, max(until, read))
            np.add.at(counts, self.items[fresh], np.exp(-(then - self.at[fresh]) / LIFE))
            now, read = then, max(until, read)
            found[place] = counts
        total = np.maximum(found.sum(axis=1, keepdims=True), 50)
        return np.asarray(np.log(found / total * 1000 + 0.1), np.float32)


def _opinions(lessons: Lessons) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many like each item, and how many do not, shape (k,) each."""
    numbers = lessons.reader.items
    liked, disliked = np.zeros(len(numbers)), np.zeros(len(numbers))
    for dialogue in lessons.dialogues:
        for item, value in dialogue.opinions.items():
            if item in numbers and value:
                (liked if value > 0 else disliked)[numbers[item]] += 1
    return liked, disliked
