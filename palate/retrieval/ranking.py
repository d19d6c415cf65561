"""The best rows of a score."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags


def best(scores: NDArray[np.floating[Any]], allowed: Flags, limit: int, floor: float = 0.0) -> NDArray[np.intp]:
    """The rows of `allowed` with the highest scores above 0, best first, `limit` (1 and up) at most.

    Rows below `floor` times the best are left out: ranks alone would hide how far behind they are. Ties go to the
    lower row.
    """
    rows = np.flatnonzero(allowed & (scores > 0))
    if floor and len(rows):
        rows = rows[scores[rows] >= floor * scores[rows].max()]
    if len(rows) > limit:
        cut = np.partition(scores[rows], len(rows) - limit)[len(rows) - limit]
        rows = rows[scores[rows] >= cut]
    return rows[np.argsort(-scores[rows], kind="stable")][:limit]
