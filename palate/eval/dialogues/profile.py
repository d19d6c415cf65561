"""What else a system's lists are like: how many items they reach, how evenly, how well known and how alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from palate.domain import ItemId
from palate.eval.dialogues.scoring import Answers
from palate.eval.metrics import coverage, gini, unlikeness
from palate.retrieval.engine import Engine

FIRST = 10
"""Items of a list that are shown, hence looked at."""
FREQUENCIES = (0, 1, 10, 50)
"""Bounds of how often an item was recommended in training, by which recall is told apart."""
TURNS = (1, 3, 5, 9, 15)
NAMED = (0, 1, 2, 4, 8)


def looks(given: Answers, counts: Mapping[ItemId, int], engine: Engine, candidates: int) -> Mapping[str, float]:
    """Coverage, Gini, novelty (bits) and intra-list diversity of the first `FIRST` of all lists."""
    shown = [items[:FIRST] for items in given.lists]
    exposure = np.asarray([*Counter(item for items in shown for item in items).values()], np.int64)
    total = sum(counts.values()) + candidates
    bits = [-np.log2((counts.get(item, 0) + 1) / total) for items in shown for item in items]
    catalogue = engine.catalogue
    unlike = [
        unlikeness(engine.graph, np.asarray([catalogue.row(item) for item in items], np.int32))
        for items in shown
        if len(items) > 1
    ]
    return {
        "coverage@10": coverage(exposure, candidates),
        "gini@10": gini(exposure, candidates),
        "novelty@10": float(np.mean(bits)) if bits else 0.0,
        "diversity@10": float(np.mean(unlike)) if unlike else 0.0,
    }


def slices(
    given: Answers, hits: NDArray[np.float64], counts: Mapping[ItemId, int]
) -> Mapping[str, Mapping[str, tuple[float, int]]]:
    """The mean of `hits` (cases,) and how many cases, by training frequency, by turn and by number of mentions."""
    turns = [given.turns[place] for place in given.places.tolist()]
    return {
        "frequency": _by([counts.get(label, 0) for label in given.labels], hits, FREQUENCIES),
        "turn": _by([turn.number for turn in turns], hits, TURNS),
        "mentions": _by([len(turn.named) for turn in turns], hits, NAMED),
    }


def _by(values: Sequence[int], hits: NDArray[np.float64], bounds: Sequence[int]) -> Mapping[str, tuple[float, int]]:
    found = {}
    numbers = np.asarray(values)
    for low, high in pairwise([*bounds, None]):
        assert low is not None
        here = (numbers >= low) if high is None else (numbers >= low) & (numbers < high)
        if here.any():
            name = f"{low}+" if high is None else str(low) if high == low + 1 else f"{low}-{high - 1}"
            found[name] = (float(hits[here].mean()), int(here.sum()))
    return found
