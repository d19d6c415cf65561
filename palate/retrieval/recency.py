"""What many people turned to lately, and, where a catalogue dates its items, what is new."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Fact, Measure
from palate.retrieval.people.histories import Histories
from palate.retrieval.ranking import Ranking, best, nothing

HALF_LIFE = 60.0
"""Days after which an interaction counts half."""
DAY = 86_400.0
FLOOR = 0.05
"""Items with less than this share of the highest score are not called recent."""


class Recency:
    """Counts with a half-life, measured from the latest interaction there is, so that an old set has its own now."""

    def __init__(self, catalogue: Catalogue, prior: NDArray[np.float32], histories: Histories | None = None) -> None:
        """Weigh every interaction by its age; without histories items by the date that the catalogue gives."""
        self._catalogue = catalogue
        self._lately: NDArray[np.float32] | None = None
        self._counts: NDArray[np.int64] | None = None
        """Interactions of the last half-life, by row."""
        self._dated = catalogue.schema.measuring(Measure.DATE)[:1]
        size = len(catalogue)
        if histories is not None and len(histories.item) and int(histories.at.max()) > 0:
            age = (float(histories.at.max()) - histories.at) / (DAY * HALF_LIFE)
            self._lately = np.bincount(histories.item, np.exp2(-age), minlength=size).astype(np.float32)
            self._counts = np.bincount(histories.item[age <= 1], minlength=size)
        elif self._dated:
            dates = catalogue.column(self._dated[0])
            latest = np.nanmax(dates) if not np.isnan(dates).all() else 0.0
            self._lately = (np.nan_to_num(np.exp2((dates - latest) / HALF_LIFE)) * prior).astype(np.float32)

    def find(self, allowed: Flags, limit: int) -> Ranking:
        """The allowed items that are most recent, best first; nothing where no time is known."""
        if self._lately is None:
            return nothing("recent")
        rows = best(self._lately, allowed, limit, FLOOR)
        return Ranking("recent", rows, self._lately[rows], self._facts)

    def _facts(self, row: int) -> tuple[Fact, ...]:
        """How many turned to it in the last `HALF_LIFE` days, or its date as the catalogue has it."""
        if self._counts is not None:
            told = int(self._counts[row])
            return (Fact(self._catalogue.id(row), "recent", str(told), "histories"),) if told else ()
        date = self._catalogue.items[row].number(self._dated[0])
        return () if date is None else (Fact(self._catalogue.id(row), "recent", f"{date:.0f}", "catalogue"),)
