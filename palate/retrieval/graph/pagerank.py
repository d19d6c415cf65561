"""Personalised PageRank (Haveliwala 2002) by power iteration on the neighbourhood of a start.

A walk goes from entities to items and back along edges in proportion to their weights, and starts anew with
probability 1 - `DAMPING`. What lies far from the start is hardly ever reached before that, so the walk goes among the
items nearest to it only, and its cost does not grow with the catalogue.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags
from palate.retrieval.graph.hood import Hood, Near, Profile, Weights
from palate.retrieval.ranking import begins, best, numbered

DAMPING = 0.7
STEPS = 8
"""Rounds; after them 0.7^8 = 6 % of the walk is still on its way."""
FLOOR = 0.05
"""Items reached less often than this share of the most frequent are left out."""


def pagerank(start: Profile, among: Hood, prior: Weights, allowed: Flags, limit: int) -> Near:
    """The allowed rows of `among` that a walk among them visits most often times `prior` (n,), best first.

    `limit` of them at most.
    """
    rows, entries = among.rows, among.entries
    columns, at = numbered(entries.columns)
    restart = np.zeros(len(columns))
    place = np.searchsorted(columns, start.columns)
    here = place < len(columns)
    here[here] = columns[place[here]] == start.columns[here]
    restart[place[here]] = start.weights[here]
    if not restart.any():
        return Near(np.empty(0, np.int32), np.empty(0, np.float32))
    visits = _walk(entries.places, at, entries.weights, restart / restart.sum(), len(rows))
    scores = (visits * prior[rows]).astype(np.float32)
    places = best(scores, allowed[rows], limit, FLOOR)
    return Near(rows[places], scores[places])


def _walk(
    items: NDArray[np.int64],
    entities: NDArray[np.integer[Any]],
    weights: Weights,
    restart: NDArray[np.float64],
    size: int,
) -> NDArray[np.float64]:
    """How often each of `size` items is visited; the three arrays have one place an edge, item after item."""
    width = len(restart)
    down = weights / np.maximum(np.bincount(entities, weights, minlength=width), 1e-9)[entities]
    up = weights / np.maximum(np.bincount(items, weights, minlength=size), 1e-9)[items]
    at, visits = restart, np.zeros(size, np.float64)
    firsts = begins(items).nonzero()[0]
    for _ in range(STEPS):
        visits[items[firsts]] = np.add.reduceat(down * at[entities], firsts)
        at = (1 - DAMPING) * restart + DAMPING * np.bincount(entities, up * visits[items], minlength=width)
    return visits
