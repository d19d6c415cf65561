"""How good and how well known an item is: the floor under every slate, and all there is to say to a stranger."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Measure
from palate.retrieval.people.histories import Histories
from palate.retrieval.ranking import Ranking, best, nothing

CONTEMPORARIES = 1500
"""Items nearest in time that an item's fame is compared with."""
LEAST = np.float32(1e-6)
"""Of the prior: what nobody knows can still be found."""
NEUTRAL = 0.5
"""Fame or quality where nothing tells of it."""

Shares = NDArray[np.float32]
"""Shape (n,), 0 to 1."""


class Popularity:
    """Fame times quality.

    Quality is a Bayesian average: the catalogue's mark pulled towards the mean with the weight of a typical item's
    reviews, so that 100 % of 5 reviews does not beat 95 % of 200. Fame is a percentile among the items of the same
    time, because old films have few reviews of today. Where people's histories are known, fame is the mean of that
    and of the percentile of how many people had to do with an item; without either it is the same for all.
    """

    def __init__(
        self, catalogue: Catalogue, histories: Histories | None = None, *, before: Popularity | None = None
    ) -> None:
        """Read the two columns that the schema names, and the histories. `before` is for `changed`."""
        self._catalogue = catalogue
        schema = catalogue.schema
        first = len(before.fame) if before else 0
        counts = np.nan_to_num(_column(catalogue, schema.fame))
        marks = _column(catalogue, schema.quality)
        years = _years(catalogue)
        self._times: _Times = before._times if before else _Times(years, counts)
        self._marks: _Marks = before._marks if before else _Marks(marks, counts)
        fame = self._times.place(years[first:], counts[first:])
        quality = self._marks.place(marks[first:], counts[first:])
        people = _people(histories, len(catalogue))
        self._people = people
        """How many people per row, None without histories."""
        if people is not None:
            known = _place(np.sort(people), people[first:])
            fame = np.asarray((fame + known) / 2 if schema.fame else known, np.float32)
        self.fame: Shares = _joined(before.fame if before else None, fame)
        self.quality: Shares = _joined(before.quality if before else None, quality)
        self.prior: Shares = np.maximum(np.sqrt(self.fame * self.quality), LEAST)
        """The geometric mean, so that neither makes up for the other's absence."""
        self.prior.setflags(write=False)
        self._tells = bool(len(self.prior)) and float(self.prior.min()) < float(self.prior.max())

    def changed(self, catalogue: Catalogue, histories: Histories | None = None) -> Popularity:
        """That of a snapshot that `Catalogue.changed` made: rows that were there keep what they have."""
        return Popularity(catalogue, histories, before=self)

    def top(self, allowed: Flags, limit: int) -> Ranking:
        """The allowed items with the highest prior, best first; none where all are alike: no order tells anything."""
        if not self._tells:
            return nothing("popularity")
        rows = best(self.prior, allowed, limit)
        return Ranking("popularity", rows, self.prior[rows])

    def known_by(self, row: int) -> float | None:
        """How many people know an item, None where nothing tells."""
        if self._people is not None:
            return float(self._people[row])
        number = self._catalogue.schema.fame
        return self._catalogue.items[row].number(number) if number else None


class _Times:
    """The counts of the items of each time, to compare with."""

    def __init__(self, years: NDArray[np.float64], counts: NDArray[np.float64]) -> None:
        order = np.argsort(years, kind="stable")
        step = CONTEMPORARIES // 2 if len(years) and years[order[0]] < years[order[-1]] else max(len(order), 1)
        starts = range(0, len(order), step)
        around = [order[max(0, start - step // 2) : start + step + step // 2] for start in starts]
        self._counts: Sequence[NDArray[np.float64]] = [np.sort(counts[rows]) for rows in around]
        self._order, self._step = order, step
        self._firsts = years[order[::step]] if len(order) else np.empty(0)
        self._built = len(order)

    def place(self, years: NDArray[np.float64], counts: NDArray[np.float64]) -> Shares:
        """The place of items among their contemporaries, shape (k,)."""
        fame = np.full(len(counts), NEUTRAL, np.float32)
        if not self._counts:
            return fame
        if len(counts) == self._built:
            blocks = np.empty(self._built, np.intp)
            blocks[self._order] = np.arange(self._built) // self._step
        else:
            blocks = np.maximum(np.searchsorted(self._firsts, years, side="right") - 1, 0)
        order = np.argsort(blocks, kind="stable")
        ends = np.searchsorted(blocks[order], np.arange(len(self._counts) + 1))
        for block, ordered in enumerate(self._counts):
            rows = order[ends[block] : ends[block + 1]]
            if len(rows):
                fame[rows] = _place(ordered, counts[rows])
        return fame


class _Marks:
    """The marks of all items, to compare with."""

    def __init__(self, marks: NDArray[np.float64], counts: NDArray[np.float64]) -> None:
        self._told = bool(len(marks)) and not np.isnan(marks).all()
        self._mean = float(np.nanmean(marks)) if self._told else 0.0
        self._weight = max(float(np.median(counts)), 1.0) if len(counts) else 1.0
        self._ordered = np.sort(self._shrunk(marks, counts)) if self._told else marks

    def place(self, marks: NDArray[np.float64], counts: NDArray[np.float64]) -> Shares:
        """How good items are, shape (k,)."""
        if not self._told:
            return np.full(len(marks), NEUTRAL, np.float32)
        return _place(self._ordered, self._shrunk(marks, counts))

    def _shrunk(self, marks: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
        counts = np.where(np.isnan(marks), 0.0, counts)
        shrunk = (counts * np.nan_to_num(marks) + self._weight * self._mean) / (counts + self._weight)
        return np.asarray(shrunk, np.float64)


def _column(catalogue: Catalogue, number: str) -> NDArray[np.float64]:
    return catalogue.column(number) if number else np.full(len(catalogue), np.nan)


def _years(catalogue: Catalogue) -> NDArray[np.float64]:
    """The time of each item, 0 where it is not known or the catalogue has none."""
    schema = catalogue.schema
    times = schema.measuring(Measure.YEAR, Measure.DATE) or tuple(n for n in ("year",) if n in schema.numbers)
    return np.nan_to_num(catalogue.column(times[0])) if times and schema.fame else np.zeros(len(catalogue))


def _people(histories: Histories | None, size: int) -> NDArray[np.float64] | None:
    """How many people per row; rows that came after the histories were read have 0."""
    if histories is None:
        return None
    counts = np.asarray(histories.counts(), np.float64)[:size]
    return np.concatenate([counts, np.zeros(size - len(counts))]) if counts.any() else None


def _joined(before: Shares | None, late: NDArray[np.floating]) -> Shares:
    shares = late.astype(np.float32) if before is None else np.concatenate([before, late.astype(np.float32)])
    shares.setflags(write=False)
    return shares


def _place(ordered: NDArray[np.float64], values: NDArray[np.float64]) -> Shares:
    """The share of `ordered` that each value is at least level with, ties counted half."""
    below = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return np.asarray(below / (2 * max(len(ordered), 1)), np.float32)
