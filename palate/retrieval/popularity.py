"""How good and how well known an item is: the floor under every slate, and all there is to say to a stranger."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Candidate
from palate.retrieval.ranking import best

CONTEMPORARIES = 1500
"""Items nearest in time that an item's fame is compared with."""


class Popularity:
    """Fame times quality.

    Quality is a Bayesian average: `score` pulled towards the catalogue's mean with the weight of a typical item's
    reviews, so that 100 % of 5 reviews does not beat 95 % of 200. Fame is a percentile among the items of the same
    time, because old films have few reviews of today.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Read the two columns that the schema names."""
        self._catalogue = catalogue
        self.fame = _fame(catalogue)
        """Shape (n,), 0 to 1."""
        self.quality = _quality(catalogue)
        """Shape (n,), 0 to 1."""
        self.prior = np.sqrt(self.fame * self.quality)
        """Shape (n,), 0 to 1: the geometric mean, so that neither makes up for the other's absence."""
        self.prior.setflags(write=False)

    def top(self, allowed: Flags, limit: int) -> list[Candidate]:
        """The allowed items with the highest prior, best first."""
        items = self._catalogue.items
        rows = best(self.prior + 1e-9, allowed, limit)
        return [Candidate(items[row].id, float(self.prior[row]), "popularity") for row in rows]


def _quality(catalogue: Catalogue) -> NDArray[np.float64]:
    score = catalogue.column(catalogue.schema.quality)
    reviews = np.nan_to_num(catalogue.column(catalogue.schema.fame))
    if not len(score) or np.isnan(score).all():
        return np.full(len(score), 0.5)
    mean = float(np.nanmean(score))
    weight = max(float(np.median(reviews)), 1.0)
    reviews = np.where(np.isnan(score), 0.0, reviews)
    shrunk = (reviews * np.nan_to_num(score) + weight * mean) / (reviews + weight)
    return _percentile(shrunk)


def _fame(catalogue: Catalogue) -> NDArray[np.float64]:
    count = np.nan_to_num(catalogue.column(catalogue.schema.fame))
    if "year" not in catalogue.schema.numbers:
        return _percentile(count)
    order = np.argsort(np.nan_to_num(catalogue.column("year")), kind="stable")
    fame = np.empty(len(order))
    step = CONTEMPORARIES // 2
    for start in range(0, len(order), step):
        block = order[start : start + step]
        around = order[max(0, start - step // 2) : start + step + step // 2]
        fame[block] = _place(np.sort(count[around]), count[block])
    return fame


def _percentile(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return _place(np.sort(values), values)


def _place(ordered: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of `ordered` that each value is at least level with, ties counted half."""
    below = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return np.asarray(below / (2 * max(len(ordered), 1)), np.float64)
