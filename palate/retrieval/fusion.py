"""One ranking out of several that cannot be compared: reciprocal rank fusion, or a ranker that learned from people.

Reciprocal rank fusion: Cormack, Clarke and Büttcher 2009.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Rows
from palate.retrieval.options import WEIGHTS
from palate.retrieval.ranking import Ranking

K = 60
"""The constant of the paper: how little the very first places weigh."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A score for each row that any source proposed."""

    rows: Rows
    """Shape (k,), ascending."""
    scores: NDArray[np.float64]
    """Shape (k,), 0 to 1, the best being 1; 0 for a row that no source proposed."""
    parts: Mapping[str, NDArray[np.float64]]
    """What each source, or each feature of a trained ranker, adds to the scores, shape (k,) each."""


def fuse(
    rankings: Sequence[Ranking], others: Rows | None = None, weights: Mapping[str, float] = WEIGHTS, k: int = K
) -> Fused:
    """The sum of weight / (k + rank) over the rankings, ranks from 1, as a share of the highest sum.

    A ranking's weight is its own times its source's. `others` are rows to be had at score 0. The order of the
    rankings does not matter: sums are rounded to where their order could show.
    """
    rows = pool(rankings, others)
    parts: dict[str, NDArray[np.float64]] = {}
    for ranking in rankings:
        weight = ranking.weight * weights.get(ranking.source, 1.0)
        part = parts.setdefault(ranking.source, np.zeros(len(rows)))
        part[np.searchsorted(rows, ranking.rows)] += weight / (k + 1 + np.arange(len(ranking)))
    total = np.round(np.sum(list(parts.values()), axis=0), 14) if parts else np.zeros(len(rows))
    top = float(total.max(initial=0.0)) or 1.0
    return Fused(rows, total / top, {source: part / top for source, part in parts.items()})


def pool(rankings: Sequence[Ranking], others: Rows | None = None) -> Rows:
    """Every row of the rankings and of `others` once, ascending."""
    parts = [ranking.rows for ranking in rankings] + ([] if others is None else [others])
    return np.unique(np.concatenate(parts)).astype(np.int32) if parts else np.empty(0, np.int32)
