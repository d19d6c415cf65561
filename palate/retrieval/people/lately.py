"""What many turned to in the time before a moment, whoever asks."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np

from palate.catalogue.catalogue import Flags
from palate.retrieval.people.histories import Histories
from palate.retrieval.ranking import Ranking, first

HALF_LIFE = 200.0
"""Days after which an interaction counts half for what is popular now; 30 and 1,000 do worse on film ratings."""
KEPT = 8
"""Moments whose order is kept: mostly all that ask now ask after the last interaction of all."""


class Lately:
    """The family `recent` of people with a history. Safe for any number of threads."""

    def __init__(self, histories: Histories) -> None:
        """Nothing is computed before the first search."""
        self._histories = histories
        self._orders: OrderedDict[int, Ranking] = OrderedDict()
        self._lock = Lock()

    def find(self, at: int, allowed: Flags, limit: int) -> Ranking:
        """The allowed rows that most people turned to before `at` (seconds), the latest counting most."""
        order = self._order(at)
        places = first(order.rows, allowed, limit)
        return Ranking("recent", order.rows[places], order.scores[places])

    def _order(self, at: int) -> Ranking:
        """All rows that anybody turned to before `at`, best first.

        Between two interactions time takes the same share of every score, so that the order stays as it is.
        """
        until = self._histories.until(at)
        with self._lock:
            if (kept := self._orders.get(until)) is not None:
                self._orders.move_to_end(until)
                return kept
        scores = self._histories.recent(at, HALF_LIFE)
        rows = np.flatnonzero(scores).astype(np.int32)
        rows = rows[np.argsort(-scores[rows], kind="stable")]
        made = Ranking("recent", rows, scores[rows])
        with self._lock:
            self._orders[until] = made
            if len(self._orders) > KEPT:
                self._orders.popitem(last=False)
        return made
