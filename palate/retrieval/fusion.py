"""Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): one ranking out of several that cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from palate.domain import ItemId

K = 60
"""The constant of the paper: how little the very first places weigh."""


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[ItemId]], weights: Sequence[float] | None = None, k: int = K
) -> dict[ItemId, float]:
    """The sum of weight / (k + rank) over the rankings, ranks from 1, for each item in any of them.

    An item twice in one ranking counts at its first place. `weights` has one number a ranking; None: all 1. The sum
    is exact (fsum), so the order of the rankings does not matter. Raises ValueError when the lengths differ.
    """
    shares: dict[ItemId, list[float]] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item_id in enumerate(dict.fromkeys(ranking), start=1):
            shares.setdefault(item_id, []).append(weight / (k + rank))
    return {item_id: fsum(parts) for item_id, parts in shares.items()}
