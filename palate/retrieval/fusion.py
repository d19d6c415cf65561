"""One ranking out of several that cannot be compared: reciprocal rank fusion, or a ranker that learned from people.

Reciprocal rank fusion: Cormack, Clarke and Büttcher 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Rows
from palate.retrieval.learned.crowding import Crowding
from palate.retrieval.learned.features import Features
from palate.retrieval.learned.ranker import Ranker
from palate.retrieval.options import WEIGHTS
from palate.retrieval.ranking import Ranking, numbered

WITHIN = 4
"""Exponent of the diversity set, where a trained ranker made the order: what is left to unlikeness within a slate.

Next to nothing by default, where unlikeness costs more nDCG than it adds coverage, and all of it at 1.
"""
K = 60
"""The constant of the paper: how little the very first places weigh."""

LEAST = 0.01
"""The score of what a trained ranker puts last: still before what no source proposed."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A score for each row that any source proposed."""

    rows: Rows
    """Shape (k,), ascending."""
    scores: NDArray[np.float64]
    """Shape (k,), 0 to 1, the best being 1; 0 for a row that no source proposed."""
    parts: Mapping[str, NDArray[np.float64]]
    """What each source adds to the scores, shape (k,) each; nothing where a trained ranker made them."""
    explained: Callable[[int], Mapping[str, float]] | None = None
    """Of a trained ranker: what each part adds to its score of a row, in its own units (SHAP values)."""


def fuse(
    rankings: Sequence[Ranking], others: Rows | None = None, weights: Mapping[str, float] = WEIGHTS, k: int = K
) -> Fused:
    """The sum of weight / (k + rank) over the rankings, ranks from 1, as a share of the highest sum.

    A ranking's weight is its own times its source's. `others` are rows to be had at score 0. The order of the
    rankings does not matter: sums are rounded to where their order could show.
    """
    every = [ranking.rows for ranking in rankings] + ([] if others is None else [others])
    rows, places = numbered(np.concatenate([_NO_ROWS, *every]))
    sources = {source: number for number, source in enumerate(dict.fromkeys(ranking.source for ranking in rankings))}
    lengths = np.asarray([len(ranking) for ranking in rankings], np.intp)
    shares = 1 / (k + 1 + np.arange(lengths.max(initial=0)))
    worth = [ranking.weight * weights.get(ranking.source, 1.0) * shares[: len(ranking)] for ranking in rankings]
    # One table of sources by rows, filled at once.
    firsts = np.asarray([sources[ranking.source] * len(rows) for ranking in rankings], np.intp)
    cells = places[: lengths.sum()] + np.repeat(firsts, lengths)
    filled = np.bincount(cells, np.concatenate([np.empty(0), *worth]), minlength=len(sources) * len(rows))
    table = filled.reshape(len(sources), len(rows))
    total = np.round(table.sum(axis=0), 14)
    top = float(total.max(initial=0.0)) or 1.0
    return Fused(rows.astype(np.int32), total / top, dict(zip(sources, table / top, strict=True)))


def fuse_heeded(
    heeded: Ranking, fused: Fused, beside: float, explained: Callable[[int], Mapping[str, float]]
) -> Fused:
    """The order that dialogues taught, its log odds stretched over 0 to 1, and `beside` it that of all sources."""
    rows = np.union1d(fused.rows, heeded.rows).astype(np.int32)
    scores = np.zeros(len(rows))
    scores[np.searchsorted(rows, fused.rows)] = beside * fused.scores
    if len(heeded):
        low, high = float(heeded.scores[-1]), float(heeded.scores[0])
        share = (heeded.scores.astype(np.float64) - low) / (high - low) if high > low else np.ones(len(heeded))
        scores[np.searchsorted(rows, heeded.rows)] += LEAST + (1 - LEAST) * share
    return Fused(rows, scores / (1 + beside), {}, explained)


def fuse_learned(
    ranker: Ranker, features: Features, others: Rows | None = None, crowding: Crowding | None = None
) -> Fused:
    """The order of a ranker that learned from people, its scores stretched over 0 to 1.

    `others` are rows to be had at score 0. `crowding`, of the features' rows, lets what everybody is shown make way.
    Raises MissingPackage.
    """
    raw = ranker.scores(features).astype(np.float64)
    rows = np.union1d(features.rows, np.empty(0, np.int32) if others is None else others).astype(np.int32)
    scores = np.zeros(len(rows))
    if len(raw):
        low, high = float(raw.min()), float(raw.max())
        share = (raw - low) / (high - low) if high > low else np.ones(len(raw))
        if crowding is not None:
            share = crowding.relieve(share)
        scores[np.searchsorted(rows, features.rows)] = LEAST + (1 - LEAST) * share

    def explained(row: int) -> Mapping[str, float]:
        place = np.flatnonzero(features.rows == row)
        return ranker.contributions(features, place.tolist())[0] if len(place) else {}

    return Fused(rows, scores, {}, explained)


_NO_ROWS: Rows = np.empty(0, np.int32)
