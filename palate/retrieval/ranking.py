"""The best rows of a score."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags


def best(scores: NDArray[np.floating[Any]], allowed: Flags, limit: int) -> NDArray[np.intp]:
    """The rows of `allowed` with the highest scores above 0, best first, `limit` (1 and up) at most.

    Ties go to the lower row.
    """
    rows = np.flatnonzero(allowed & (scores > 0))
    if len(rows) > limit:
        cut = np.partition(scores[rows], len(rows) - limit)[len(rows) - limit]
        rows = rows[scores[rows] >= cut]
    return rows[np.argsort(-scores[rows], kind="stable")][:limit]
