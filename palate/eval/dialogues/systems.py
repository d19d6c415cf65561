"""palate's own systems on a dialogue: the whole of it, and what each family would say alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.domain import ItemId, Query, Speaker
from palate.eval.dialogues.cases import Asked
from palate.retrieval.engine import Engine
from palate.retrieval.talk.talk import Talk

WHOLE, RRF, PLAIN = "palate", "rrf", "palate-undiversified"
LONGEST = 1_000
"""Characters of a request."""
NAMES = {"described": "bm25"}
"""Families that the field has a name for."""


class Whole:
    """The slate that a turn would show, through the same door: as long as lists are, and as diverse as it is set."""

    def __init__(self, engine: Engine, name: str = WHOLE, diversity: float | None = None) -> None:
        self.name = name
        self._engine = engine
        self._diversity = diversity

    def rank(self, asked: Asked, limit: int) -> Sequence[ItemId]:
        """What the engine shows for the conversation."""
        query = Query(
            dialogue=asked.dialogue, exclude=asked.exclude, size=limit, diversity=self._diversity, long_tail=0.0
        )
        if self._engine.families.talk is None:
            # Nobody learned from dialogues: what is left is to be asked by words and by what the seeker named.
            said = [each for each in asked.dialogue if each.speaker is Speaker.SEEKER]
            liked = tuple(dict.fromkeys(item for each in said for item in each.items))
            query = replace(query, text=said[-1].text[:LONGEST] if said else "", liked=liked)
        return [item.id for item in self._engine.recommend(query).items]


class Alone:
    """One family of `Families`."""

    def __init__(self, families: Families, family: str) -> None:
        self.name = NAMES.get(family, family)
        self._family = family
        self._families = families

    def rank(self, asked: Asked, limit: int) -> Sequence[ItemId]:
        """The items for which the family says anything, by its scores."""
        return self._families.rank(asked, self._family, limit)


class Families:
    """What every family says of a moment, worked out once for all of them."""

    def __init__(self, talk: Talk, catalogue: Catalogue) -> None:
        self._talk = talk
        self._catalogue = catalogue
        self._asked: Asked | None = None
        self._scores: Mapping[str, NDArray[np.float32]] = {}

    @property
    def names(self) -> list[str]:
        """Of every family, and `stack`, what is made of all of them without the ranker."""
        return sorted(self.scores(Asked(())))

    def scores(self, asked: Asked) -> Mapping[str, NDArray[np.float32]]:
        """By row of the catalogue, (n,) each; -inf for what a family knows nothing of."""
        if asked is not self._asked:
            self._scores, self._asked = self._talk.families(asked.dialogue), asked
        return self._scores

    def rank(self, asked: Asked, name: str, limit: int) -> Sequence[ItemId]:
        """The best of one family, or of all by reciprocal ranks."""
        scores = self.scores(asked)
        values = _reciprocal(list(scores.values())) if name == RRF else scores[name]
        order = np.argsort(-values, kind="stable").tolist()
        return asked.first((self._catalogue.id(row) for row in order if values[row] > -np.inf), limit)


def _reciprocal(scores: Sequence[NDArray[np.float32]], k: int = 60, depth: int = 300) -> NDArray[np.float32]:
    """Reciprocal rank fusion (Cormack et al. 2009) of what each family says of its first `depth`."""
    total = np.zeros(len(scores[0]), np.float32)
    for values in scores:
        order = np.argsort(-values, kind="stable")[:depth]
        order = order[values[order] > -np.inf]
        total[order] += 1 / (k + 1 + np.arange(len(order)))
    return np.where(total > 0, total, -np.inf).astype(np.float32)
