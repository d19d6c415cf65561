"""The edges of one relation, and all edges of a graph laid out row after row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.postings import Postings, stretches
from palate.catalogue.relation import Relation
from palate.retrieval.graph.hood import Entries, Weights

BLOCK = 100_000
"""Rows whose edges are laid out at a time."""
COMMON = 4
"""A value that at least one row in so many has is held for all rows side by side, which takes a third of the time."""
EDGE = np.dtype([("column", np.int32), ("weight", np.float32)])
"""Both side by side: what is read of a row then comes from one place in memory, not from two."""


@dataclass(frozen=True, slots=True)
class Strand:
    """The edges of one relation."""

    name: str
    relation: Relation
    weights: Weights
    """By number of a value."""
    norms: Weights
    """By row, above 0."""
    shares: Weights
    """Of each entry in the base of the relation's lists of rows: the weight of its edge."""
    common: Mapping[int, Weights]
    """By number of a value that many rows have: the same for every row of the base, 0 for those without it."""

    @classmethod
    def of(cls, name: str, relation: Relation, weights: Weights, norms: Weights, old: Strand | None = None) -> Strand:
        """Weigh every edge; where `old` shares its base, its edges keep the weights that they have there."""
        base = relation.rows.base
        if old is not None and old.relation.rows.base is base:
            return cls(name, relation, weights, norms, old.shares, old.common)
        lengths = np.diff(base.starts)
        keys = np.repeat(np.arange(len(lengths)), lengths)
        shares = (weights[keys] / norms[base.rows]).astype(np.float32)
        common = {}
        for number in (lengths * COMMON >= max(len(norms), 1)).nonzero()[0].tolist():
            here, full = base.slice(number), np.zeros(len(norms), np.float32)
            full[base.rows[here]] = shares[here]
            common[number] = full
        return cls(name, relation, weights, norms, shares, common)


@dataclass(frozen=True, slots=True)
class ByRow:
    """Every edge, row after row: what is read most often, at once."""

    starts: NDArray[np.int64]
    """Where the edges of each row begin, shape (k + 1,)."""
    edges: NDArray[np.void]
    """Of `EDGE`."""
    late: ByRow | None = None
    """The rows behind these, that came later: so a change copies nothing of what was there."""

    @property
    def size(self) -> int:
        """Rows without the late ones."""
        return len(self.starts) - 1

    def entries(self, rows: NDArray[np.integer[Any]]) -> Entries:
        """Every edge of some rows, row after row."""
        if self.late is not None and len(rows) and rows.max() >= self.size:
            late = rows >= self.size
            parts = [(~late).nonzero()[0], late.nonzero()[0]]
            both = [self.entries(rows[parts[0]]), self.late.entries(rows[parts[1]] - self.size)]
            places = np.concatenate([part[found.places] for part, found in zip(parts, both, strict=True)])
            order = np.argsort(places, kind="stable")
            columns = np.concatenate([found.columns for found in both])
            weights = np.concatenate([found.weights for found in both])
            return Entries(places[order], columns[order], weights[order])
        firsts = self.starts[rows]
        lengths = self.starts[rows + 1] - firsts
        at = stretches(firsts, lengths)
        edges = self.edges.take(at)
        return Entries(np.repeat(np.arange(len(rows)), lengths), edges["column"], edges["weight"])


def by_row(strands: Sequence[Strand], firsts: NDArray[np.int64], size: int, before: ByRow | None) -> ByRow:
    """The edges of `size` rows; those that `before` has keep the weights that they have there."""
    if before is None:
        return _laid_out(strands, firsts, 0, size)
    return replace(before, late=_laid_out(strands, firsts, before.size, size))


def _laid_out(strands: Sequence[Strand], firsts: NDArray[np.int64], low: int, size: int) -> ByRow:
    """The edges of the rows from `low` to `size`, written relation by relation into their places."""
    lengths = [_lengths(strand.relation.values, low, size) for strand in strands]
    starts = np.zeros(size - low + 1, np.int64)
    np.cumsum(np.sum(lengths, axis=0) if lengths else starts[1:], out=starts[1:])
    edges = np.empty(int(starts[-1]), EDGE)
    after = starts[:-1].copy()
    for strand, first, count in zip(strands, firsts.tolist(), lengths, strict=False):
        for start in range(0, size - low, BLOCK):
            rows = np.arange(start, min(start + BLOCK, size - low))
            found = strand.relation.values.gather(rows + low)
            own = np.cumsum(count[rows]) - count[rows]
            at = (after[rows] - own)[found.keys]
            at += np.arange(len(at))
            edges["column"][at] = found.rows + first
            edges["weight"][at] = strand.weights[found.rows] / strand.norms[rows[found.keys] + low]
        after += count
    return ByRow(starts, edges)


def _lengths(values: Postings, low: int, size: int) -> NDArray[np.int64]:
    """How many values each row from `low` to `size` has."""
    if not low:
        return values.counts
    return np.bincount(values.gather(np.arange(low, size)).keys, minlength=size - low)
