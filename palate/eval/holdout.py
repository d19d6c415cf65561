"""What is held out: the last part of each person's history, by time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palate.errors import TrainingError
from palate.retrieval.people.histories import Histories

SHARE = 0.2
"""The last fifth; of m interactions those from floor(.8 m) on. Ties in time go by item id."""


@dataclass(frozen=True, slots=True)
class Holdout:
    """What everybody had done, and what they did then; the same people in the same places."""

    before: Histories
    after: Histories
    people: tuple[int, ...]
    """Who is asked about: those with something in both."""

    @classmethod
    def of(cls, histories: Histories, share: float = SHARE) -> Holdout:
        """Hold out the last `share` of each history. Raises TrainingError when nobody has enough."""
        before = histories.only(histories.between(0, 1 - share))
        after = histories.only(histories.between(1 - share, 1))
        both = np.flatnonzero((np.diff(before.ends) > 0) & (np.diff(after.ends) > 0))
        if not len(both):
            raise TrainingError(
                "Nobody's history is long enough to hold a part of it out: five interactions are needed."
            )
        return cls(before, after, tuple(both.tolist()))

    def targets(self, place: int) -> frozenset[int]:
        """The rows that a person turned to in the part held out."""
        return frozenset(self.after.item[self.after.of_user(place)].tolist())
