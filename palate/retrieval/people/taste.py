"""One person's history as arrays, the way the families that learn from people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Interaction
from palate.retrieval.people.histories import Histories, strength

LATEST = 200
"""Interactions that are read, the latest."""
FADING = 10.0
"""An interaction weighs 1/e of one that is so many places later: what somebody did last says most about what is next.
On film ratings 5 to 20 are about as good; no fading loses 10 % of nDCG."""
DISLIKED = 0.4
"""Share of its weight that an interaction loses by a value of -1 beside one of 1: who rates something low was drawn
to it all the same."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What one person showed interest in, the latest first."""

    rows: Rows
    """Shape (k,), each once."""
    weights: NDArray[np.float32]
    """Shape (k,), above 0: how surely it shows interest, how much it was liked, faded by what came after."""
    values: NDArray[np.float32]
    """Shape (k,): -1 to 1."""
    seen: Rows
    """Every row of the history, also what shows no interest."""
    at: int
    """Seconds since 1970 of the last interaction; 0 without any."""

    def __bool__(self) -> bool:
        """Whether there is anything to go by."""
        return len(self.rows) > 0

    def top(self, count: int) -> Taste:
        """The latest `count` of them."""
        return Taste(self.rows[:count], self.weights[:count], self.values[:count], self.seen, self.at)


def taste(catalogue: Catalogue, history: Sequence[Interaction]) -> Taste:
    """Read a history; of several interactions with one item the latest counts. O(h log h)."""
    known = [each for each in history if each.item_id in catalogue]
    known.sort(key=lambda each: (each.at, each.item_id), reverse=True)
    latest: dict[int, Interaction] = {}
    for each in known:
        latest.setdefault(catalogue.row(each.item_id), each)
    return _faded(
        np.asarray(list(latest), np.int32),
        np.asarray([each.value for each in latest.values()], np.float32),
        np.asarray([strength(each) for each in latest.values()], np.float32),
        int(known[0].at.timestamp()) if known else 0,
    )


def taste_of(histories: Histories, place: int) -> Taste:
    """The taste of the person at a place of `histories.users`."""
    mine = histories.of_user(place)
    rows, values, sure = histories.item[mine][::-1], histories.value[mine][::-1], histories.weight[mine][::-1]
    return _faded(rows, values, sure, int(histories.at[mine][-1]) if len(rows) else 0)


def _faded(rows: Rows, values: NDArray[np.float32], sure: NDArray[np.float32], at: int) -> Taste:
    """A taste out of entries, the latest first."""
    shown = np.flatnonzero(sure > 0)[:LATEST]
    faded = np.exp(-np.arange(len(shown), dtype=np.float32) / FADING)
    weights = sure[shown] * (1 - DISLIKED / 2 * (1 - values[shown])) * faded
    return Taste(rows[shown], weights.astype(np.float32), values[shown], rows, at)
