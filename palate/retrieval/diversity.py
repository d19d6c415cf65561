"""A slate of unlike items.

Maximal marginal relevance (Carbonell and Goldstein 1998) takes, one after the other, the item that is most relevant
and least like those taken; a determinantal point process (Chen, Zhang and Zhou 2018, greedy; by pyversity) the one
that adds most volume to the set.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyversity import dpp

from palate.retrieval.options import Diversifier


def diversify(
    vectors: NDArray[np.float32],
    scores: NDArray[np.float64],
    size: int,
    diversity: float,
    diversifier: Diversifier = "mmr",
) -> NDArray[np.intp]:
    """Places of the `size` items chosen, in order of choice.

    `vectors` (n, d) say by their cosine how alike two items are, `scores` (n,) in 0 to 1 how relevant each is;
    `diversity` in 0 to 1 is the share that unlikeness has. With `mmr` the first place is always the most relevant
    item. Where a determinantal point process finds no further item that adds volume, the most relevant ones follow.
    """
    if diversity <= 0:
        return np.argsort(-scores, kind="stable")[:size]
    if diversifier == "mmr":
        return _mmr(vectors, scores, size, diversity)
    chosen = np.asarray(dpp(vectors, scores, size, diversity=diversity).indices, np.intp)
    if len(chosen) < size:
        rest = np.argsort(-scores, kind="stable")
        chosen = np.concatenate([chosen, rest[~np.isin(rest, chosen)]])[:size]
    return chosen


def _mmr(vectors: NDArray[np.float32], scores: NDArray[np.float64], size: int, diversity: float) -> NDArray[np.intp]:
    """As pyversity does it, but all likenesses are worked out at once."""
    units = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).eps)
    alike = diversity * np.clip(units @ units.T, 0, 1)
    worth = (1 - diversity) * scores.astype(np.float32)
    closest = np.zeros(len(worth), np.float32)
    chosen = np.empty(min(size, len(worth)), np.intp)
    for place in range(len(chosen)):
        # Where unlikeness is all that counts, the first is still the most relevant.
        chosen[place] = taken = int((worth - closest if place else scores).argmax())
        np.maximum(closest, alike[taken], out=closest)
        worth[taken] = -np.inf
    return chosen
