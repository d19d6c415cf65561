"""What each relation of the graph should weigh, learned from what people turned to next.

A logistic regression with weights that are not negative: items that a person turned to against items that others did,
drawn as often as they are popular, told apart by what each shares with the person's earlier items, relation by
relation. Popularity is in both sides alike, so what is learned is about taste.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.graph.affinity import affinities
from palate.retrieval.graph.graph import Graph
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.taste import taste_of

PEOPLE = 3_000
"""People who are asked at most, evenly spread."""
TARGETS = 40
"""Items that each turned to at most."""
FEWEST = 200
"""Pairs below which nothing is learned."""
RIDGE = 1e-3
STEPS = 300
RANGE = (0.05, 4.0)
"""What a learned weight may be at least and most, beside the graph's own."""


def learn_relation_weights(graph: Graph, before: Histories, after: Histories, seed: int = 0) -> Mapping[str, float]:
    """A weight for each relation, by name; empty when there is too little to learn from.

    `before` is what people had done, `after` what the same people (in the same places) did then.
    """
    rng = np.random.default_rng(seed)
    popularity = np.flatnonzero(before.weight > 0)
    if not len(popularity):
        return {}
    names: tuple[str, ...] = ()
    chosen, others = [], []
    for place in range(0, len(after.users), max(1, len(after.users) // PEOPLE)):
        targets = after.item[after.of_user(place)][:TARGETS]
        person = taste_of(before, place)
        if not person or not len(targets):
            continue
        strangers = before.item[rng.choice(popularity, len(targets))]
        rows = np.concatenate([targets, strangers]).astype(np.int32)
        shared = affinities(graph, rows, person.rows, person.weights / person.weights.sum())
        names = tuple(shared)
        table = np.stack([shared[name] / graph.weights[name] for name in names], axis=1)
        chosen.append(table[: len(targets)])
        others.append(table[len(targets) :])
    if sum(map(len, chosen)) < FEWEST:
        return {}
    weights = _fitted(np.concatenate(chosen) - np.concatenate(others))
    total = sum(graph.weights[name] for name in names)
    if not weights.any():
        return {}
    scaled = weights * (total / weights.sum())
    return {name: float(np.clip(value, *RANGE)) for name, value in zip(names, scaled, strict=True)}


def _fitted(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights, none below 0, that make most differences, shape (pairs, relations), come out above 0.

    The mean logistic loss with a small ridge, by projected gradient steps.
    """
    scale = differences.std(axis=0)
    scale[scale == 0] = 1
    table = differences / scale
    weights = np.zeros(table.shape[1])
    rate = 4.0 / max(float(np.linalg.norm(table, 2)) ** 2 / len(table), 1e-9)
    for _ in range(STEPS):
        margins = np.clip(table @ weights, -30, 30)
        gradient = -(table / (1 + np.exp(margins))[:, None]).mean(axis=0) + RIDGE * weights
        weights = np.maximum(weights - rate * gradient, 0)
    return np.asarray(weights / scale, np.float64)
