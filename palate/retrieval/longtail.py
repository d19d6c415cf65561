"""Items that few people know, for exploring: what is left when the well known fifth is set aside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Fact
from palate.retrieval.fusion import fuse
from palate.retrieval.popularity import Popularity
from palate.retrieval.ranking import Ranking, best, ranked

HEAD = 0.8
"""Percentile of fame from which an item is well known: a fifth of the items have most of what people do (Pareto)."""


class LongTail:
    """The items of the tail, and which of them to propose."""

    def __init__(self, catalogue: Catalogue, popularity: Popularity) -> None:
        self._catalogue = catalogue
        self._popularity = popularity
        self.flags: Flags = popularity.fame < HEAD
        """Shape (n,): items that few people know; all of a catalogue that tells nothing of fame."""

    def explore(self, rankings: Sequence[Ranking], allowed: Flags, limit: int) -> Ranking:
        """The items of the tail that fit best: those that `rankings`, made under `allowed & flags`, agree on.

        Without any, the best of them by their mark.
        """
        fused = fuse(rankings)
        if len(fused.rows):
            return ranked("tail", fused.rows, fused.scores, limit, facts=self._facts)
        rows = best(self._popularity.quality, allowed & self.flags, limit)
        return Ranking("tail", rows, self._popularity.quality[rows], self._facts)

    def _facts(self, row: int) -> tuple[Fact, ...]:
        """How few people know it, where that is known."""
        people = self._popularity.known_by(row)
        if people is None or not np.isfinite(people):
            return ()
        return (Fact(self._catalogue.id(row), "rare", f"{people:.0f}", "histories"),)
