"""The edges of one relation, and all edges of a graph laid out row after row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.relation import Relation
from palate.retrieval.graph.hood import Weights

BLOCK = 100_000
"""Rows whose edges are laid out at a time."""


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

    @classmethod
    def of(cls, name: str, relation: Relation, weights: Weights, norms: Weights, old: Strand | None = None) -> Strand:
        """Weigh every edge; where `old` shares its base, its edges keep the weights that they have there."""
        base = relation.rows.base
        if old is not None and old.relation.rows.base is base:
            return cls(name, relation, weights, norms, old.shares)
        keys = np.repeat(np.arange(len(base.starts) - 1), np.diff(base.starts))
        return cls(name, relation, weights, norms, (weights[keys] / norms[base.rows]).astype(np.float32))


@dataclass(frozen=True, slots=True)
class ByRow:
    """Every edge, row after row: what is read most often, at once."""

    starts: NDArray[np.int64]
    """Where the edges of each row begin, shape (n + 1,)."""
    columns: NDArray[np.int32]
    weights: Weights


def by_row(strands: Sequence[Strand], firsts: NDArray[np.int64], size: int, before: ByRow | None) -> ByRow:
    """The edges by row, for the rows that `before` lacks written relation by relation into their places."""
    low = len(before.starts) - 1 if before else 0
    lengths = [strand.relation.values.counts[low:] for strand in strands]
    starts = np.zeros(size - low + 1, np.int64)
    np.cumsum(np.sum(lengths, axis=0) if lengths else starts[1:], out=starts[1:])
    columns, weights = np.empty(int(starts[-1]), np.int32), np.empty(int(starts[-1]), np.float32)
    after = starts[:-1].copy()
    for strand, first, count in zip(strands, firsts.tolist(), lengths, strict=False):
        for start in range(0, size - low, BLOCK):
            rows = np.arange(start, min(start + BLOCK, size - low))
            found = strand.relation.values.gather(rows + low)
            own = np.cumsum(count[rows]) - count[rows]
            at = (after[rows] - own)[found.keys]
            at += np.arange(len(at))
            columns[at] = found.rows + first
            weights[at] = strand.weights[found.rows] / strand.norms[rows[found.keys] + low]
        after += count
    if before is None:
        return ByRow(starts, columns, weights)
    return ByRow(
        np.concatenate([before.starts, starts[1:] + before.starts[-1]]),
        np.concatenate([before.columns, columns]),
        np.concatenate([before.weights, weights]),
    )
