"""What holds the vectors of one catalogue and finds the nearest: the same few calls, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.catalogue.postings import Rows
from palate.domain import ItemId


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that one item has in one view, by their content hashes; it may be none."""

    row: int
    item_id: ItemId
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest items, best first."""

    rows: Rows
    scores: NDArray[np.float32]
    """Cosines of each item's nearest text, shape (k,), descending."""


@runtime_checkable
class VectorIndex(Protocol):
    """Vectors by row of a catalogue and of the snapshots that follow it. Threads may search while one writes.

    An item has any number of texts in each view, and is as near as its nearest text in any of them.
    """

    on_damage: Callable[[], None]
    """Called when the vectors were found unreadable, by the thread that found it; so the next."""
    on_away: Callable[[], None]
    """Called when the server that has them did not answer; `open` asks it again."""

    def __len__(self) -> int:
        """How many rows have a vector; 0 before `open`."""

    def open(self, catalogue: Catalogue) -> None:
        """Read what is kept of this catalogue. Raises IndexDamaged, StoreError, IndexAway where a server has it."""

    def reset(self) -> None:
        """Begin anew, with nothing. Raises StoreError."""

    def close(self) -> None:
        """Let go of everything; until `open`, searches find nothing."""

    def held(self, view: str, row: int) -> tuple[int, ...]:
        """The content keys of what a row has in a view."""

    def put(self, view: str, texts: Sequence[Texts], vectors: NDArray[np.float32]) -> None:
        """Hold and keep these texts in place of what the items had in this view.

        `vectors` (k, dimensions) are those of all hashes of all texts, in their order. Raises IndexDamaged and
        StoreError.
        """

    def remove(self, item_ids: Iterable[ItemId]) -> None:
        """Forget what is kept of these items, and of those that were not in the catalogue when it was opened.

        Raises IndexDamaged, StoreError.
        """

    def begin(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> Callable[[], list[Found]]:
        """The allowed rows nearest to each query (q, dimensions), `limit` at most: what is given back waits for them.

        Both may raise IndexDamaged and IndexAway.
        """

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """One vector a row (k, dimensions), of its first view, length 1; zeros where it has none yet."""

    def has(self, size: int) -> Flags:
        """Which of the first `size` rows have a vector, shape (size,)."""


def nearest_first(rows: NDArray[np.integer], scores: NDArray[np.float32], limit: int) -> Found:
    """Every row once, with its highest score, the `limit` best first; ties go to the lower row."""
    order = np.lexsort((rows, -scores))
    _, first = np.unique(rows[order], return_index=True)
    kept = order[np.sort(first)[:limit]]
    return Found(rows[kept].astype(np.int32), scores[kept].astype(np.float32))


NOTHING = Found(np.empty(0, np.int32), np.empty(0, np.float32))
