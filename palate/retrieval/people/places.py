"""Where the items that a trained model knows stand in a catalogue now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import ItemId


@dataclass(frozen=True, slots=True)
class Places:
    """A model numbers its items from 0; these are the two ways between its numbers and the catalogue's rows."""

    rows: Rows
    """By number of the model, shape (k,): the row; -1 for an item that has left."""
    numbers: NDArray[np.int32]
    """By row, shape (n,): the model's number; -1 for an item that it does not know."""

    @classmethod
    def of(cls, ids: Sequence[ItemId], catalogue: Catalogue) -> Places:
        """Look every id of a model up; about a second for a million."""
        found = (catalogue.row(item_id) if item_id in catalogue else -1 for item_id in ids)
        return cls._both(np.fromiter(found, np.int32, len(ids)), len(catalogue))

    def changed(self, ids: Sequence[ItemId], catalogue: Catalogue) -> Places:
        """The same for a snapshot that `Catalogue.changed` made; only what is no longer there is looked up."""
        rows = self.rows.copy()
        for number in np.flatnonzero((rows < 0) | ~catalogue.alive[rows]).tolist():
            item_id = ids[number]
            rows[number] = catalogue.row(item_id) if item_id in catalogue else -1
        return self._both(rows, len(catalogue))

    def known(self, rows: Rows) -> NDArray[np.intp]:
        """The places in `rows` of the items that the model knows."""
        return np.flatnonzero(self.numbers[rows] >= 0)

    @classmethod
    def _both(cls, rows: Rows, size: int) -> Places:
        numbers = np.full(size, -1, np.int32)
        here = np.flatnonzero(rows >= 0)
        numbers[rows[here]] = here
        return cls(rows, numbers)
