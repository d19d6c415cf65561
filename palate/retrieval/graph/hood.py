"""What is asked of the edges of a graph, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Rows
from palate.retrieval.ranking import among, numbered

Weights: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Profile:
    """Entities and how much each weighs: a row of the matrix, or a weighted sum of rows."""

    columns: NDArray[np.int64]
    """Ascending, each once."""
    weights: Weights

    def some(self, places: NDArray[np.intp]) -> Profile:
        """The entities at some places."""
        ordered = np.sort(places)
        return Profile(self.columns[ordered], self.weights[ordered])

    def plus(self, columns: NDArray[np.int64]) -> Profile:
        """The same with 1 more at some columns."""
        both, place = numbered(np.concatenate([self.columns, columns]))
        ones = np.ones(len(columns), np.float32)
        total = np.bincount(place, np.concatenate([self.weights, ones]), minlength=len(both))
        return Profile(both.astype(np.int64), total.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Entries:
    """The edges of some rows."""

    places: NDArray[np.int64]
    """For each edge the place of its row in what was asked for."""
    columns: NDArray[np.int32]
    weights: Weights


@dataclass(frozen=True, slots=True)
class Hood:
    """Rows with their edges at hand."""

    rows: Rows
    """Each once."""
    entries: Entries

    def plus(self, other: Hood) -> Hood:
        """The same, whose rows are ascending, and behind it those of another that are not here."""
        new = ~among(self.rows, other.rows)
        kept = new[other.entries.places]
        places = (np.cumsum(new) - 1 + len(self.rows))[other.entries.places[kept]]
        return Hood(
            np.concatenate([self.rows, other.rows[new]]),
            Entries(
                np.concatenate([self.entries.places, places]),
                np.concatenate([self.entries.columns, other.entries.columns[kept]]),
                np.concatenate([self.entries.weights, other.entries.weights[kept]]),
            ),
        )


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows to be compared with."""

    places: NDArray[np.int32]
    """The place of each column in `weights`, shape (width,); -1 where none of them has it."""
    weights: Weights
    """Shape (columns that any of them has, rows)."""


@dataclass(frozen=True, slots=True)
class Near:
    """Rows and how near each is, best first."""

    rows: Rows
    scores: Weights
