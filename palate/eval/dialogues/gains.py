"""What each part of the ranker is good for: recall@10 with it, less without.

The ranker is not learned anew: what a part says is put to what it mostly says, and the candidates stay. So parts that
say the same can stand in for one another, and each seems to be worth little; a part that the others lean on seems to
be worth much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.domain import ItemId
from palate.errors import DialogueError
from palate.eval.dialogues.cases import Subset, Turn
from palate.eval.intervals import Bootstrap, Interval
from palate.retrieval.engine import Engine
from palate.retrieval.talk.order import WHOLE

SHOWN = 10
MOST = 400
"""Turns that are looked at, evenly spread."""


@dataclass(frozen=True, slots=True)
class Gain:
    """Of one part."""

    part: str
    subset: Subset
    cases: int
    interval: Interval


def gains(
    engine: Engine, turns: Sequence[Turn], subset: Subset, candidates: frozenset[ItemId], seed: int
) -> list[Gain]:
    """The greatest first. Raises DialogueError where nothing was learned from dialogues."""
    talk = engine.families.talk
    if talk is None:
        raise DialogueError("Nothing was learned from dialogues, so no part of it can be told apart.")
    wanted = [turn for turn in turns if turn.wanted(subset)]
    wanted = wanted[:: max(-(-len(wanted) // MOST), 1)]
    catalogue = engine.catalogue
    hits: list[NDArray[np.float64]] = []
    parts: dict[str, list[NDArray[np.float64]]] = {}
    base = np.zeros(len(catalogue), np.bool_)
    base[[catalogue.row(item) for item in candidates]] = True
    for turn in wanted:
        asked = turn.asked(subset)
        allowed = base.copy()
        allowed[[catalogue.row(item) for item in asked.exclude if item in candidates]] = False
        labels = np.asarray([catalogue.row(label) if label in candidates else -1 for label in turn.wanted(subset)])
        told = dict(talk.without(asked.dialogue, allowed))
        hits.append(np.isin(labels, told.pop(WHOLE, labels[:0])[:SHOWN]).astype(float))
        for part, rows in told.items():
            parts.setdefault(part, []).append(np.isin(labels, rows[:SHOWN]).astype(float))
    if not hits:
        return []
    dialogues: dict[str, int] = {}
    groups = [dialogues.setdefault(turn.dialogue, len(dialogues)) for turn in wanted for _ in turn.wanted(subset)]
    bootstrap, whole = Bootstrap(np.asarray(groups), seed), np.concatenate(hits)
    found = [
        Gain(part, subset, len(whole), bootstrap.difference(whole, np.concatenate(each)))
        for part, each in parts.items()
        if len(each) == len(hits)
    ]
    return sorted(found, key=lambda gain: -gain.interval.mean)
