"""Why somebody's history speaks for an item: the item of it that speaks most, and how many people had both."""

from __future__ import annotations

import numpy as np

from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Fact
from palate.retrieval.people.histories import Histories
from palate.retrieval.ranking import among

FEWEST = 2
"""People who must have had both items before it is said."""


class Evidence:
    """Facts `people_liked`: how many people who showed interest in the one showed it in the other too."""

    def __init__(self, catalogue: Catalogue, histories: Histories | None) -> None:
        """Without histories there is nothing to say."""
        self._catalogue = catalogue
        self._histories = histories

    def together(self, row: int, other: int) -> int:
        """People who showed interest in both rows."""
        if self._histories is None:
            return 0
        interested = self._histories.interested
        return int(np.count_nonzero(among(interested.rows(row), interested.rows(other))))

    def most(self, row: int, others: Rows) -> int:
        """The one of `others`, one at least, that most people turned to beside `row`; of equals the first."""
        if self._histories is None:
            return int(others[0])
        interested = self._histories.interested
        mine, found = interested.rows(row), interested.gather(others)
        counts = np.bincount(found.keys[among(mine, found.rows)], minlength=len(others))
        return int(others[int(counts.argmax())])

    def facts(self, row: int, about: int) -> tuple[Fact, ...]:
        """That people who liked the row `about` liked `row`, if at least two did."""
        count = self.together(row, about)
        if count < FEWEST:
            return ()
        item_id, title = self._catalogue.id(row), self._catalogue.title(about)
        return (Fact(item_id, "people_liked", str(count), "history", about=title),)
