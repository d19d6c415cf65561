"""The inner currency of retrieval: rows in the order in which one source proposes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Candidate, Fact

BLOCKS = 4
"""Blocks of rows for each one that is wanted; of each only the highest score is looked at first: so a million scores
are read a few times and never sorted."""
SORTED = 1_000
"""So few scores are sorted straight away."""
LONGEST, SHORTEST = 1024, 16
"""Rows that a block has."""
SPARSE = 256
"""Where there are fewer numbers than one in so many that there could be, sorting them is the quickest."""


def no_facts(row: int) -> tuple[Fact, ...]:
    """Nothing to say about `row`."""
    return ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one source proposes, best first. Scores of different sources cannot be compared."""

    source: str
    """One of the families: see `options.WEIGHTS`."""
    rows: Rows
    """Rows of the catalogue, shape (k,), best first, each once."""
    scores: NDArray[np.float32]
    """Shape (k,), descending."""
    facts: Callable[[int], tuple[Fact, ...]] = no_facts
    """Why a row is here; asked only for the few rows that are shown."""
    weight: float = 1.0
    """Beside the weight that the source itself has in the fusion."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def candidates(self, catalogue: Catalogue) -> list[Candidate]:
        """The same as objects, with their facts; for looking at, as it decodes every item."""
        pairs = zip(self.rows.tolist(), self.scores.tolist(), strict=True)
        return [Candidate(catalogue.items[row].id, score, self.source, self.facts(row)) for row, score in pairs]

    def times(self, factors: NDArray[np.float32]) -> Ranking:
        """The same rows in the order of score times factor, shape (k,); rows of 0 are left out."""
        return ranked(self.source, self.rows, self.scores * factors, len(self.rows), like=self)


def ranked(
    source: str,
    rows: Rows,
    scores: NDArray[np.floating[Any]],
    limit: int,
    *,
    floor: float = 0.0,
    like: Ranking | None = None,
    facts: Callable[[int], tuple[Fact, ...]] = no_facts,
) -> Ranking:
    """A ranking of some rows by scores, both shape (k,), chosen as `best` does; the rest as `like` has it."""
    places = best(scores, None, limit, floor)
    made = replace(like, source=source) if like is not None else Ranking(source, _NO_ROWS, _NO_SCORES, facts)
    return replace(made, rows=rows[places].astype(np.int32), scores=scores[places].astype(np.float32))


def best(scores: NDArray[np.floating[Any]], allowed: Flags | None, limit: int, floor: float = 0.0) -> Rows:
    """The rows of `allowed`, or of all, with the highest scores above 0, best first, `limit` at most.

    `scores` and `allowed` have shape (n,); scores are finite. Rows below `floor` times the best are left out: ranks
    alone would hide how far behind they are. Ties go to the lower row.
    """
    if limit < 1:
        return _NO_ROWS
    masked = scores if allowed is None else scores * allowed
    if len(masked) <= SORTED:
        order = np.argsort(-masked, kind="stable")[:limit]
        found = masked[order]
        least = floor * found[0] if len(found) else 0.0
        return order[(found > 0) & (found >= least)].astype(np.int32)
    rows = chosen(masked, limit)
    found = masked[rows]
    if floor and len(rows):
        near = found >= floor * found.max()
        rows, found = rows[near], found[near]
    return rows[np.argsort(-found, kind="stable")]


def chosen(scores: NDArray[np.floating[Any]], limit: int, above: float = 0.0) -> Rows:
    """The rows with the highest scores (n,) above `above`, `limit` at most, ascending. Ties go to the lower row."""
    least = bound(scores, limit)
    # Without those that are not allowed: choosing among thousands of equal scores takes numpy ten times as long.
    rows = (scores >= least if least > above else scores > above).nonzero()[0].astype(np.int32)
    if len(rows) > limit:
        found = scores[rows]
        cut = np.partition(found, len(found) - limit)[len(found) - limit]
        kept = found > cut
        kept[(found == cut).nonzero()[0][: limit - np.count_nonzero(kept)]] = True
        rows = rows[kept]
    return rows


def bound(scores: NDArray[np.floating[Any]], limit: int) -> float:
    """A score that at least `limit` of some scores (n,) reach and not many more; -inf where they are too few."""
    block = min(max(len(scores) // (BLOCKS * limit), SHORTEST), LONGEST)
    blocks = len(scores) // block
    if blocks < limit:
        return -np.inf
    # As many blocks as rows are wanted have a score this high, so no row below it can be among the best. The rows of
    # a block lie apart, so that numpy compares neighbours, of many blocks, in one instruction.
    tops = scores[: blocks * block].reshape(block, blocks).max(axis=0)
    return float(np.partition(tops, blocks - limit)[blocks - limit])


def first(order: Rows, allowed: Flags, limit: int) -> NDArray[np.intp]:
    """The places in `order`, ascending, of its first `limit` rows that are allowed; no more of it is read."""
    found: list[NDArray[np.intp]] = []
    missing, start, step = limit, 0, limit + limit // 4
    while missing > 0 and start < len(order):
        here = np.flatnonzero(allowed[order[start : start + step]])[:missing] + start
        found.append(here)
        missing, start, step = missing - len(here), start + step, 4 * step
    return np.concatenate(found) if found else np.empty(0, np.intp)


def among(some: Rows, rows: Rows) -> Flags:
    """Which of `rows` are among `some`, which are ascending."""
    if not len(some):
        return np.zeros(len(rows), np.bool_)
    return np.asarray(some[np.minimum(np.searchsorted(some, rows), len(some) - 1)] == rows)


def numbered(values: NDArray[np.integer[Any]]) -> tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]]:
    """Each of some whole numbers from 0 up once, ascending, and the place there of each that was given.

    As np.unique does it, but mostly without sorting, and quicker for few.
    """
    size = int(values.max(initial=-1)) + 1
    if len(values) * SPARSE < size:
        order = values.argsort()
        ordered = values[order]
        new = begins(ordered)
        places = np.empty(len(values), np.intp)
        places[order] = new.cumsum() - 1
        return ordered[new], places
    flags = np.zeros(size, np.bool_)
    flags[values] = True
    once = flags.nonzero()[0]
    places = np.empty(size, np.intp)
    places[once] = np.arange(len(once))
    return once, places[values]


def begins(ordered: NDArray[np.integer[Any]]) -> Flags:
    """Where a number stands for the first time in a row of them, in which equal ones stand side by side."""
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new


_NO_ROWS: Rows = np.empty(0, np.int32)
_NO_SCORES: NDArray[np.float32] = np.empty(0, np.float32)


def nothing(source: str) -> Ranking:
    """A ranking without rows."""
    return Ranking(source, _NO_ROWS, _NO_SCORES)
