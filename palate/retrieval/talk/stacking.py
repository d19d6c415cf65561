"""One score out of all families, linear in their logarithms: which few hundred items are worth a closer look.

P(item) is the softmax of the weighted sum; the weights are those under which what was named is likeliest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from palate.retrieval.talk.families import is_log

FLOOR = 0.1
"""Share of a family's mean score that is added before the logarithm, so that 0 has one."""
RIDGE = 1e-3


@dataclass(frozen=True)
class Stack:
    """A weight and a floor for each family."""

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    floors: NDArray[np.float64]

    def log_probabilities(self, scores: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """Shape (m, k)."""
        total: NDArray[np.float64] = np.zeros(1)
        for name, weight, floor in zip(self.names, self.weights, self.floors, strict=True):
            total = total + weight * _logs(name, scores[name], floor)
        total = total - total.max(axis=1, keepdims=True)
        return np.asarray(total - np.log(np.exp(total).sum(axis=1, keepdims=True)), np.float32)


def learn_stack(scores: Mapping[str, NDArray[np.float32]], labels: Sequence[tuple[int, ...]]) -> Stack:
    """Weights by L-BFGS, from scores (m, k) of moments that no family learned from."""
    names = tuple(sorted(scores))
    floors = np.asarray([_floor(name, scores[name]) for name in names])
    columns = [_logs(name, scores[name], floor) for name, floor in zip(names, floors, strict=True)]
    means = np.asarray([column.mean() for column in columns])
    spreads = np.asarray([max(float(column.std()), 1e-6) for column in columns])
    values = np.stack(
        [(c - mean) / spread for c, mean, spread in zip(columns, means, spreads, strict=True)], axis=2
    ).astype(np.float32)
    places = np.repeat(np.arange(len(labels)), [len(each) for each in labels])
    right = np.concatenate([np.asarray(each, np.int64) for each in labels])
    wanted = values[places, right].mean(axis=0, dtype=np.float64)
    shares = np.bincount(places, minlength=len(labels)) / len(places)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = values @ weights.astype(np.float32)
        top = total.max(axis=1, keepdims=True)
        likely = np.exp(total - top)
        norm = likely.sum(axis=1, keepdims=True)
        mean = np.einsum("m,mk,mkf->f", shares.astype(np.float32), likely / norm, values, optimize=True)
        logs = float(shares @ (np.log(norm) + top).ravel())
        return logs - wanted @ weights + RIDGE * weights @ weights, mean - wanted + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    return Stack(names, found.x / spreads, floors)


def _logs(name: str, scores: NDArray[np.float32], floor: float) -> NDArray[np.float32]:
    return scores if is_log(name) else np.log(np.maximum(scores, 0) + np.float32(floor))


def _floor(name: str, scores: NDArray[np.float32]) -> float:
    above = scores[scores > 0]
    return 0.0 if is_log(name) else FLOOR * float(above.mean()) if len(above) else 1.0
