"""95 % intervals by the bootstrap over people or dialogues (Efron 1979), also of the difference of two systems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.eval.metrics import Scores, coverage, gini

SAMPLES = 2_000
FEWER = 200
"""Samples for what is counted over all lists together, which takes longer."""
WIDTH = 1.96
"""Standard deviations either side."""
ITEMS: dict[str, Callable[[NDArray[np.integer], int], float]] = {"coverage": coverage, "gini": gini}
"""Metrics of all lists together."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and where it would lie, 19 times of 20, with other people."""

    mean: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


class Bootstrap:
    """Draws the same samples of groups for every system, so that systems can be compared within each sample."""

    def __init__(self, groups: NDArray[np.integer] | int, seed: int) -> None:
        """`groups` says of each value whose it is, counting from 0; a number: so many groups of one value each.

        Values of one person, or of one dialogue, are alike, so they are drawn together.
        """
        self._groups = np.arange(groups) if isinstance(groups, int) else groups
        count = int(self._groups.max(initial=-1)) + 1
        self._draws = np.random.default_rng(seed).integers(0, count, (SAMPLES, count))
        self._sizes = np.bincount(self._groups, minlength=count)

    def mean(self, values: NDArray[np.float64]) -> Interval:
        """Of numbers, shape (values,): the percentile interval of their mean."""
        sums = np.bincount(self._groups, values, minlength=len(self._sizes))
        means = sums[self._draws].sum(axis=1) / np.maximum(self._sizes[self._draws].sum(axis=1), 1)
        low, high = np.percentile(means, (2.5, 97.5))
        return Interval(float(values.mean()), float(low), float(high))

    def difference(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> Interval:
        """Of one system less another, paired by value."""
        return self.mean(one - other)

    def of_lists(self, scores: Scores, items: int) -> dict[str, Interval]:
        """Of the metrics of all lists together, for a catalogue of `items`.

        A sample has fewer different people, hence fewer different items, than there are; so the samples only say how
        much a metric varies, and the interval is the value with so many standard deviations either side.
        """
        size = max((int(rows.max()) for rows in scores.lists if len(rows)), default=0) + 1
        found = {}
        for name, metric in ITEMS.items():
            value = metric(_exposure(scores, range(len(self._sizes)), size), items)
            draws = [metric(_exposure(scores, draw.tolist(), size), items) for draw in self._draws[:FEWER]]
            spread = WIDTH * float(np.std(draws))
            found[name] = Interval(value, value - spread, value + spread)
        return found


def _exposure(scores: Scores, people: range | list[int], size: int) -> NDArray[np.int64]:
    """How often each row is recommended, shape (size,)."""
    rows = [scores.lists[place] for place in people]
    return np.bincount(np.concatenate(rows) if rows else np.empty(0, np.int64), minlength=size)
