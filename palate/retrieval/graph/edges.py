"""The weighted edges between items and entities, over the posting lists that the catalogue keeps anyway.

An edge's weight is its value's weight divided by the norm of its item's values, so that all a relation costs is one
number a value and one number an item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags, Rows
from palate.catalogue.postings import stretches
from palate.retrieval.graph.hood import Beside, Entries, Hood, Near, Profile, Weights
from palate.retrieval.graph.strand import ByRow, Strand, by_row
from palate.retrieval.ranking import begins, best, chosen, numbered

ENTRIES = 100_000
"""Edges that are gone along at first; what is joined to nearly everything is only looked up for the best rows."""
RARITY = 0.25
"""Exponent of a column's rows, by which what it brings is divided. Among 100,000 grown films all of the nearest 20 to
one item are found so, and 17 of the nearest 20 to a history of 20 items; from the rarest column on it were 5."""
NEAREST = 400
"""Rows whose scores are then computed in full."""
FEW = 2_000
"""Where no more rows than these are allowed, each is scored in full straight away."""
ROOM = 1_000
"""Columns kept free behind a relation's, besides an eighth of their number, for values that come later."""
LONG = 256
"""Columns with more rows are gone along one by one, without copying where their edges stand."""
ALONE = 16
"""So few columns of a relation are, however short they are."""
LOOKED = 32
"""Rows for each column for which that column alone is better looked up than all their edges."""


@dataclass(frozen=True, slots=True)
class _Reached:
    rows: Rows
    """Ascending."""
    scores: Weights
    """Of each row over the columns that were gone along."""
    left: Profile
    """The other columns."""


class Edges:
    """A matrix of items by entities; an entity is a column, the relations' values one after another and some room."""

    def __init__(self, strands: Sequence[Strand], size: int, before: Edges | None = None) -> None:
        """`size` is the number of rows; those that `before` has keep the weights that they have there."""
        self.strands = tuple(strands)
        self.size = size
        fits = before is not None and before._fits(self.strands)
        rooms = [len(strand.weights) + len(strand.weights) // 8 + ROOM for strand in strands]
        self._firsts: NDArray[np.int64] = (
            before._firsts if before and fits else np.concatenate([[0], np.cumsum(rooms)]).astype(np.int64)
        )
        self._rows: ByRow = by_row(self.strands, self._firsts, size, before._rows if before and fits else None)

    @property
    def width(self) -> int:
        """How many columns there are, those that are kept free for new values included."""
        return int(self._firsts[-1])

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many rows each column has, shape (width,)."""
        counts = np.zeros(self.width, np.int64)
        for strand, first in zip(self.strands, self._firsts.tolist(), strict=False):
            counts[first : first + len(strand.weights)] = strand.relation.rows.counts
        return counts

    @cached_property
    def _pulls(self) -> Weights:
        """The weight of each column before an item's norm, shape (width,)."""
        pulls = np.zeros(self.width, np.float32)
        for strand, first in zip(self.strands, self._firsts.tolist(), strict=False):
            pulls[first : first + len(strand.weights)] = strand.weights
        return pulls

    @cached_property
    def _costs(self) -> Weights:
        """What the worth of each column is divided by, shape (width,)."""
        costs: Weights = np.maximum(self.counts, 1) ** np.float32(RARITY)
        return costs

    def _fits(self, strands: Sequence[Strand]) -> bool:
        """Whether the same relations still have their values in the columns that are kept for them."""
        rooms = np.diff(self._firsts)
        return [strand.name for strand in strands] == [strand.name for strand in self.strands] and all(
            len(strand.weights) <= room for strand, room in zip(strands, rooms.tolist(), strict=True)
        )

    def column(self, name: str, value: str) -> int | None:
        """The column of a value under a relation, None when there is none."""
        for strand, first in zip(self.strands, self._firsts.tolist(), strict=False):
            if strand.name == name:
                number = strand.relation.names.number(value)
                return None if number is None else first + number
        return None

    def entries(self, rows: NDArray[np.integer[Any]]) -> Entries:
        """Every edge of some rows, row after row."""
        return self._rows.entries(rows)

    def profile(self, rows: NDArray[np.integer[Any]], weights: Weights | None = None) -> Profile:
        """The sum of some rows, each times its weight; without weights their mean."""
        shares = np.full(len(rows), 1 / max(len(rows), 1), np.float32) if weights is None else weights
        entries = self.entries(rows)
        parts = entries.weights * shares[entries.places]
        columns, place = numbered(entries.columns)
        total = np.bincount(place, parts, minlength=len(columns))
        told = total.nonzero()[0]
        return Profile(columns[told].astype(np.int64), total[told].astype(np.float32))

    def hood(self, rows: Rows) -> Hood:
        """Some rows with their edges."""
        return Hood(rows, self.entries(rows))

    def near(self, profile: Profile, prior: Weights, allowed: Flags, limit: int, floor: float = 0.0) -> Near:
        """The allowed rows with the highest dot product with a profile, times `prior` (n,).

        Columns are gone along from those that bring most for their edges, for as many edges as `ENTRIES`; the best
        `NEAREST` rows that are found so are then scored over all columns. Rows below `floor` times the best are left
        out.
        """
        reached = self._reached(profile, prior, allowed, limit)
        rows = reached.rows
        scores = (reached.scores + self._looked_up(rows, reached.left)) * prior[rows]
        places = best(scores, None, limit, floor)
        return Near(rows[places], scores[places])

    def nearest(self, profile: Profile, prior: Weights, allowed: Flags, limit: int) -> Hood:
        """The same rows, ascending, with their edges."""
        reached = self._reached(profile, prior, allowed, limit)
        hood = self.hood(reached.rows)
        if len(reached.rows) <= limit and reached.scores.all():
            return hood
        scores = (reached.scores + self.dots(hood, reached.left)) * prior[reached.rows]
        places = best(scores, None, limit)
        return hood if len(places) == len(reached.rows) else self.hood(np.sort(reached.rows[places]))

    def dots(self, hood: Hood, profile: Profile) -> Weights:
        """The dot product of some rows with a profile, shape (rows,)."""
        wanted, entries = np.zeros(self.width, np.float32), hood.entries
        wanted[profile.columns] = profile.weights
        products = entries.weights * wanted[entries.columns]
        return np.bincount(entries.places, products, minlength=len(hood.rows)).astype(np.float32)

    def beside(self, rows: Rows) -> Beside:
        """Some rows made ready to be compared with."""
        entries = self.entries(rows)
        columns, at = numbered(entries.columns)
        weights = np.zeros((len(columns), len(rows)), np.float32)
        weights[at, entries.places] = entries.weights
        places = np.full(self.width, -1, np.int32)
        places[columns] = np.arange(len(columns))
        return Beside(places, weights)

    def similarity(self, hood: Hood, others: Beside) -> Weights:
        """The dot product of each of some rows with each of some others, shape (rows, others)."""
        ours, products = hood.entries, np.zeros((len(hood.rows), others.weights.shape[1]), np.float32)
        at = others.places[ours.columns]
        both = (at >= 0).nonzero()[0]
        if len(both):
            # Few edges lead to the same entities, so their products are summed row by row: no full matrix is made.
            places = ours.places[both]
            firsts = begins(places).nonzero()[0]
            parts = ours.weights[both, None] * others.weights[at[both]]
            products[places[firsts]] = np.add.reduceat(parts, firsts, axis=0)
        return products

    def closest(self, row: int, others: Beside) -> int:
        """The place among some others of the one with the highest dot product with a row; of equals the first."""
        ours = self.entries(np.asarray([row], np.int32))
        at = others.places[ours.columns]
        both = at >= 0
        return int((ours.weights[both] @ others.weights[at[both]]).argmax())

    def dense(self, rows: Rows) -> Weights:
        """Some rows in full, shape (len(rows), entities that any of them has)."""
        entries = self.entries(rows)
        used, columns = numbered(entries.columns)
        full = np.zeros((len(rows), max(len(used), 1)), np.float32)
        full[entries.places, columns] = entries.weights
        return full

    def _reached(self, profile: Profile, prior: Weights, allowed: Flags, limit: int) -> _Reached:
        """The allowed rows that are worth scoring in full."""
        if np.count_nonzero(allowed) <= FEW:
            rows = allowed.nonzero()[0].astype(np.int32)
            return _Reached(rows, np.zeros(len(rows), np.float32), profile)
        counts = self.counts[profile.columns]
        gains = profile.weights * self._pulls[profile.columns] / self._costs[profile.columns]
        order = np.argsort(-gains, kind="stable")
        upto = np.cumsum(counts[order])
        scores, rows = np.zeros(self.size, np.float32), np.empty(0, np.int32)
        done = 0
        while done < len(order):
            # At least one column a round; another round only where the first ones reach too few allowed rows.
            budget = (int(upto[done - 1]) if done else 0) + ENTRIES
            until = max(int(np.searchsorted(upto, budget, side="right")), done + 1)
            self._spread(scores, profile.some(order[done:until]))
            done = until
            rows = chosen(scores * prior * allowed, max(NEAREST, limit))
            if len(rows) >= limit:
                break
        return _Reached(rows, scores[rows], profile.some(order[done:]))

    def _looked_up(self, rows: Rows, profile: Profile) -> Weights:
        """The dot product of some rows, ascending, with a profile, shape (rows,)."""
        if len(profile.columns) * LOOKED > len(rows):
            return self.dots(self.hood(rows), profile)
        total = np.zeros(len(rows), np.float32)
        bounds = np.searchsorted(profile.columns, self._firsts).tolist()
        for strand, first, start, stop in zip(self.strands, self._firsts.tolist(), bounds, bounds[1:], strict=False):
            if start == stop:
                continue
            found = strand.relation.values.gather(rows)
            numbers, weights = profile.columns[start:stop] - first, profile.weights[start:stop]
            for number, weight in zip(numbers.tolist(), weights.tolist(), strict=True):
                here = found.keys[found.rows == number]
                total[here] += weight * strand.weights[number] / strand.norms[rows[here]]
        return total

    def _spread(self, scores: Weights, profile: Profile) -> None:
        """Add the dot product of every row with a profile to `scores` (n,)."""
        bounds = np.searchsorted(profile.columns, self._firsts).tolist()
        for strand, first, start, stop in zip(self.strands, self._firsts.tolist(), bounds, bounds[1:], strict=False):
            if start == stop:
                continue
            numbers, weights = profile.columns[start:stop] - first, profile.weights[start:stop]
            base, tail = strand.relation.rows.base, strand.relation.rows.tail
            if len(tail.rows):
                late = tail.gather(numbers)
                edges = (weights * strand.weights[numbers])[late.keys] / strand.norms[late.rows]
                np.add.at(scores, late.rows, edges)
            short = np.empty(0, np.intp)
            if len(numbers) > ALONE:
                old = numbers[numbers < len(base.starts) - 1]
                firsts = base.starts[old]
                lengths = base.starts[old + 1] - firsts
                short = (lengths <= LONG).nonzero()[0]
            for number, weight in zip(np.delete(numbers, short).tolist(), np.delete(weights, short), strict=True):
                if (full := strand.common.get(number)) is not None:
                    scores[: len(full)] += weight * full
                    continue
                here = base.slice(number)
                np.add.at(scores, base.rows[here], weight * strand.shares[here])
            if len(short):
                at = stretches(firsts[short], lengths[short])
                parts = np.repeat(weights[short], lengths[short]) * strand.shares.take(at)
                np.add.at(scores, base.rows.take(at), parts)
