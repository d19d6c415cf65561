"""One score out of all families, linear in their logarithms: which few hundred items are worth a closer look.

P(item) is the softmax of the weighted sum; the weights are those under which what was named is likeliest. They are
learned from what was named and a sample of the rest, each of which stands for as many as were left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from palate.retrieval.talk.families import is_log

FLOOR = 0.1
"""Share of a family's mean score that is added before the logarithm, so that 0 has one."""
RIDGE = 1e-3
SAMPLED = 600
"""Items that stand for all that nobody named, at the moments of one block."""

Scores = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Stack:
    """A weight and a floor for each family."""

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    floors: NDArray[np.float64]

    def log_probabilities(self, scores: Scores) -> NDArray[np.float32]:
        """Shape (m, k)."""
        total = np.zeros_like(scores[self.names[0]])
        room = np.empty_like(total)
        for name, weight, floor in zip(self.names, self.weights.tolist(), self.floors.tolist(), strict=True):
            np.multiply(_logs(name, scores[name], floor, room), weight, out=room)
            total += room
        total -= total.max(axis=1, keepdims=True)
        return np.asarray(total - np.log(np.exp(total).sum(axis=1, keepdims=True)), np.float32)


@dataclass(frozen=True)
class _Block:
    """m moments, s items, f families."""

    values: NDArray[np.float32]
    """(m, s, f)."""
    stands: NDArray[np.float32]
    """(s,): the log of how many items each stands for."""
    places: NDArray[np.int64]
    """(n,): the moment of each naming."""
    right: NDArray[np.int64]
    """(n,): what was named then, a place among the s."""

    def loss(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The sum of -log P over all namings, and its gradient (f,)."""
        total = self.values @ weights.astype(np.float32) + self.stands
        top = total.max(axis=1, keepdims=True)
        likely = np.exp(total - top)
        norm = likely.sum(axis=1, keepdims=True)
        counts = np.bincount(self.places, minlength=len(total)).astype(np.float32)
        mean = np.einsum("ms,msf->f", likely * (counts[:, None] / norm), self.values, optimize=True)
        named = self.values[self.places, self.right]
        logs = float(counts @ (np.log(norm) + top).ravel())
        return logs - float((named @ weights).sum()), mean - named.sum(axis=0, dtype=np.float64)


def learn_stack(told: Iterable[tuple[Scores, Sequence[tuple[int, ...]]]], seed: int = 0) -> Stack:
    """Weights by L-BFGS: scores (m, k) of moments that no family learned from, and what was named, block by block."""
    random = np.random.default_rng(seed)
    names: tuple[str, ...] = ()
    floors: NDArray[np.float64] = np.empty(0)
    blocks: list[_Block] = []
    for scores, labels in told:
        if not blocks:
            names = tuple(sorted(scores))
            floors = np.asarray([_floor(name, scores[name]) for name in names])
        blocks.append(_block(names, floors, scores, labels, random))
    sizes = sum(block.values.shape[0] * block.values.shape[1] for block in blocks)
    means = sum(block.values.sum(axis=(0, 1), dtype=np.float64) for block in blocks) / sizes
    squares = sum(((block.values - means) ** 2).sum(axis=(0, 1), dtype=np.float64) for block in blocks) / sizes
    spreads = np.maximum(np.sqrt(squares), 1e-6)
    scaled = [replace(block, values=((block.values - means) / spreads).astype(np.float32)) for block in blocks]
    namings = sum(len(block.places) for block in blocks)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        parts = [block.loss(weights) for block in scaled]
        value = sum(part for part, _ in parts) / namings + RIDGE * float(weights @ weights)
        return value, np.sum([slope for _, slope in parts], axis=0) / namings + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    return Stack(names, found.x / spreads, floors)


def _block(
    names: Sequence[str],
    floors: NDArray[np.float64],
    scores: Scores,
    labels: Sequence[tuple[int, ...]],
    random: np.random.Generator,
) -> _Block:
    flat = np.concatenate([np.asarray(each, np.int64) for each in labels])
    named, right = np.unique(flat, return_inverse=True)
    rest = np.setdiff1d(np.arange(scores[names[0]].shape[1]), named)
    drawn = random.choice(rest, min(SAMPLED, len(rest)), replace=False)
    stands = np.zeros(len(named) + len(drawn), np.float32)
    stands[len(named) :] = np.log(len(rest) / max(len(drawn), 1))
    items = np.concatenate([named, drawn])
    columns = [_logs(name, scores[name][:, items], floor) for name, floor in zip(names, floors, strict=True)]
    places = np.repeat(np.arange(len(labels)), [len(each) for each in labels])
    return _Block(np.stack(columns, axis=2).astype(np.float32), stands, places, right)


def _logs(
    name: str, scores: NDArray[np.float32], floor: float, room: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """What a family says in logarithms, written into `room` where there is some."""
    if is_log(name):
        return scores
    raised = np.maximum(scores, 0, out=room)
    raised += np.float32(floor)
    return np.log(raised, out=raised)


def _floor(name: str, scores: NDArray[np.float32]) -> float:
    above = scores[scores > 0]
    return 0.0 if is_log(name) else FLOOR * float(above.mean()) if len(above) else 1.0
