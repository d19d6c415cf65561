"""The weighted edges between items and entities: a sparse matrix that can be read by row and by column.

Three arrays each way and a sum over postings are all that the graph needs of a sparse library, which would weigh more
than the rest of the retrieval floor's packages together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Profile:
    """Entities and how much each weighs: a row of the matrix, or a mean of rows."""

    columns: NDArray[np.int32]
    weights: NDArray[np.float32]


class Edges:
    """Shape (items, entities); immutable."""

    def __init__(
        self,
        rows: NDArray[np.int32],
        columns: NDArray[np.int32],
        weights: NDArray[np.float32],
        shape: tuple[int, int],
    ) -> None:
        """One edge for each place of the three arrays, no two joining the same pair."""
        self.shape = shape
        by_row, by_column = np.argsort(rows, kind="stable"), np.argsort(columns, kind="stable")
        self._columns, self._weights = columns[by_row], weights[by_row]
        self._row_ends = _ends(rows, shape[0])
        self._rows, self._posted = rows[by_column], weights[by_column]
        self._column_ends = _ends(columns, shape[1])

    def profile(self, rows: NDArray[np.int32]) -> Profile:
        """The mean of some rows."""
        places = _ranges(self._row_ends, rows)
        total = np.bincount(self._columns[places], self._weights[places], minlength=self.shape[1])
        columns = np.flatnonzero(total).astype(np.int32)
        return Profile(columns, (total[columns] / max(len(rows), 1)).astype(np.float32))

    def dot(self, profile: Profile) -> NDArray[np.float32]:
        """The dot product of every row with a profile, shape (items,)."""
        sizes = self._column_ends[profile.columns + 1] - self._column_ends[profile.columns]
        places = _ranges(self._column_ends, profile.columns)
        products = self._posted[places] * np.repeat(profile.weights, sizes)
        return np.bincount(self._rows[places], products, minlength=self.shape[0]).astype(np.float32)

    def dense(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """Some rows in full, shape (len(rows), entities that any of them has)."""
        sizes = self._row_ends[rows + 1] - self._row_ends[rows]
        places = _ranges(self._row_ends, rows)
        used, columns = np.unique(self._columns[places], return_inverse=True)
        full = np.zeros((len(rows), len(used)), np.float32)
        full[np.repeat(np.arange(len(rows)), sizes), columns] = self._weights[places]
        return full


def _ends(indices: NDArray[np.int32], size: int) -> NDArray[np.int64]:
    """Where the entries of each index begin and end once they are sorted by it, shape (size + 1,)."""
    return np.concatenate([[0], np.cumsum(np.bincount(indices, minlength=size))]).astype(np.int64)


def _ranges(ends: NDArray[np.int64], chosen: NDArray[np.int32]) -> NDArray[np.int64]:
    """The places of the entries of all chosen indices, one after the other."""
    starts, sizes = ends[chosen], ends[chosen + 1] - ends[chosen]
    before = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(starts - before, sizes).astype(np.int64)
