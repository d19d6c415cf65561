"""Maximal marginal relevance (Carbonell and Goldstein 1998), by pyversity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyversity import mmr


def diversify(
    vectors: NDArray[np.float32], scores: NDArray[np.float64], size: int, diversity: float
) -> NDArray[np.intp]:
    """Places of the `size` items chosen, in order of choice.

    `vectors` (n, d) say by their cosine how alike two items are, `scores` (n,) in 0 to 1 how relevant each is;
    `diversity` in 0 to 1 is the share that unlikeness has. The first place is always the most relevant item.
    """
    return np.asarray(mmr(vectors, scores, size, diversity=diversity).indices, np.intp)
