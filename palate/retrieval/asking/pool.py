"""What a slate is chosen from: every candidate of one request with its score, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from palate.catalogue.catalogue import Flags, Rows
from palate.retrieval.adjusting import Adjusted, Factors
from palate.retrieval.ranking import Ranking
from palate.retrieval.request import Request


@dataclass(frozen=True)
class Pool:
    """The candidates of one request."""

    request: Request
    adjusted: Adjusted
    found: Sequence[Ranking]
    """What the sources proposed."""
    choose: Callable[[], Sequence[int]]
    """Chooses the slate."""

    @cached_property
    def chosen(self) -> Sequence[int]:
        """Rows of the slate, in order."""
        return self.choose()

    @cached_property
    def rows(self) -> Rows:
        """The rows that may be recommended, best first; those that only are not known to fail come last."""
        here = np.flatnonzero(self.request.rows[self.adjusted.rows])
        rows = self.adjusted.rows[here]
        late: Flags = np.zeros(len(rows), np.bool_) if self.request.unknown is None else self.request.unknown[rows]
        return rows[np.lexsort((rows, -self.adjusted.scores[here], late))]

    @cached_property
    def scores(self) -> Factors:
        """The scores of `rows`."""
        return self.adjusted.scores[np.searchsorted(self.adjusted.rows, self.rows)]

    def proposed(self, row: int) -> bool:
        """Whether any source proposed a row; others are there because they are well known or were asked about."""
        return any(row in ranking.rows for ranking in self.found)
