"""The profile: p = f(e, x), p' = g(p, G).

e is the vector of the request, x that of what the person liked, G the neighbours that the graph found. p is the
weighted sum of e and x, p' of p and the mean of the neighbours' vectors; every weight can be seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Rows
from palate.retrieval.ranking import Ranking
from palate.retrieval.vectors.dense import Dense

WEIGHTS: Mapping[str, float] = {"request": 0.5, "history": 0.3, "graph": 0.2}
"""Shares of the parts of p' where all three are there."""
NEIGHBOURS = 20
"""Best items of each ranking of the graph that are read."""
FADING = 0.95
"""What each earlier item of a history weighs beside the one after it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A vector and what it is made of."""

    vector: NDArray[np.float32] | None = None
    """Shape (d,), length 1; None where there is nothing to make it of."""
    shares: Mapping[str, float] = field(default_factory=dict)
    """`request`, `history` and `graph`, as far as they are there; they sum to 1."""

    @classmethod
    def of(cls, dense: Dense, text: str, liked: Mapping[int, float], around: Sequence[Ranking]) -> Profile:
        """Fuse the request, what was liked (row -> value above 0, the latest first) and rankings of the graph."""
        if not dense.ready:
            return cls()
        rows = np.fromiter(liked, np.int32, len(liked))
        fading = np.fromiter(liked.values(), np.float64, len(liked))
        fading *= FADING ** np.arange(len(liked))
        near = [ranking.rows[:NEIGHBOURS] for ranking in around]
        ranks = [1 / np.arange(1, len(part) + 1) for part in near]
        found = {
            "request": dense.request(text),
            "history": _mean(dense, rows, fading),
            "graph": _mean(dense, np.concatenate([_NO_ROWS, *near]), np.concatenate([np.empty(0), *ranks])),
        }
        parts = {name: vector for name, vector in found.items() if vector is not None}
        total = sum(WEIGHTS[name] for name in parts)
        if not parts or parts.keys() == {"graph"}:
            return cls()
        shares = {name: WEIGHTS[name] / total for name in parts}
        vector = np.sum([shares[name] * parts[name] for name in parts], axis=0)
        length = float(np.linalg.norm(vector))
        return cls((vector / length).astype(np.float32), shares) if length > 0 else cls()


def _mean(dense: Dense, rows: Rows, weights: NDArray[np.float64]) -> NDArray[np.float32] | None:
    """The mean of the items' vectors, length 1; None where none has one."""
    if not len(rows):
        return None
    # Not by BLAS: so few products are not worth its threads.
    total = np.einsum("i,ij->j", weights, dense.vectors(rows))
    length = float(np.linalg.norm(total))
    return (total / length).astype(np.float32) if length > 0 else None


_NO_ROWS: Rows = np.empty(0, np.int32)
