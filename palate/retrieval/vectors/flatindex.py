"""The default index: every view an exact scan in memory, filled from the cache of embeddings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import RLock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.catalogue.postings import Rows
from palate.domain import ItemId
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_key
from palate.retrieval.vectors.flat import Flat
from palate.retrieval.vectors.passages import PARTS, TITLE
from palate.retrieval.vectors.vectorindex import NOTHING, Found, Texts, nearest_first

_ScalarT = TypeVar("_ScalarT", bound=np.generic)
_GONE = -1
"""The row of a vector that nothing has any more; as an index it means the flag behind the last row, never set."""


class FlatIndex:
    """Vectors of one catalogue by one encoder. A damaged cache begins anew by itself, so this is never damaged."""

    def __init__(self, catalogue: str, encoder: str, cache: EmbeddingCache) -> None:
        """Remember the names of catalogue and encoder; nothing is read before `open`."""
        self.on_damage: Callable[[], None] = lambda: None
        self.on_away: Callable[[], None] = lambda: None
        self._names = (catalogue, encoder)
        self._cache = cache
        self._views: dict[str, _View] = {}
        self._unknown: set[ItemId] = set()
        self._lock = RLock()

    def __len__(self) -> int:
        """How many rows have a vector in the first view."""
        # Read once: another thread may close the index in between.
        view = self._views.get(TITLE)
        return view.rows if view else 0

    @property
    def nbytes(self) -> int:
        """Bytes of memory that are set aside for all views."""
        return sum(view.flat.nbytes for view in self._views.values())

    def open(self, catalogue: Catalogue) -> None:
        """Fill the views from the cache: 0.2 s for 17,000 vectors. Raises StoreError."""
        self.close()
        for page in self._cache.pages(*self._names):
            here = np.fromiter((catalogue.row(i) if i in catalogue else _GONE for i in page.items), np.int64)
            self._unknown.update(page.items[place] for place in np.flatnonzero(here == _GONE).tolist())
            views = np.asarray(page.views)
            for view in dict.fromkeys(page.views):
                mine = np.flatnonzero((views == view) & (here != _GONE))
                self.add(view, here[mine], page.keys[mine], page.vectors[mine])

    def reset(self) -> None:
        """Begin anew; what the cache has is found again when it is asked for."""
        self.close()

    def close(self) -> None:
        """Let go of the memory."""
        with self._lock:
            self._views, self._unknown = {}, set()

    def held(self, view: str, row: int) -> tuple[int, ...]:
        """The content keys of what a row has in a view."""
        found = self._views.get(view)
        return found.held(row) if found else ()

    def put(self, view: str, texts: Sequence[Texts], vectors: NDArray[np.float32]) -> None:
        """Keep in the cache which texts these are, then let them be found. Raises StoreError."""
        self._cache.place(*self._names, view, {text.item_id: text.hashes for text in texts})
        rows = np.repeat([text.row for text in texts], [len(text.hashes) for text in texts]).astype(np.int64)
        keys = np.fromiter((content_key(digest) for text in texts for digest in text.hashes), np.uint64)
        with self._lock:
            for text in texts:
                if view in self._views and not text.hashes:
                    self._views[view].drop(text.row)
        self.add(view, rows, keys, vectors)

    def add(self, view: str, rows: NDArray[np.int64], keys: NDArray[np.uint64], vectors: NDArray[np.float32]) -> None:
        """Hold vectors (k, dimensions) of rows (k,), those of one row side by side, without keeping them anywhere."""
        if len(rows):
            with self._lock:
                found = self._views.get(view) or _View(vectors.shape[1])
                found.add(rows, keys, vectors)
                self._views[view] = found

    def remove(self, item_ids: Iterable[ItemId]) -> None:
        """Forget in the cache what these items have, and those unknown at opening. Raises StoreError."""
        if gone := self._unknown | set(item_ids):
            self._cache.forget(*self._names, gone)
        self._unknown = set()

    def search(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> list[Found]:
        """Scan each view, few allowed rows alone, and take each row's best score."""
        return self.begin(queries, allowed, limit)()

    def begin(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> Callable[[], list[Found]]:
        """The same, begun on another thread."""
        views = list(self._views.items())
        begun = [view.begin(queries, allowed, limit * PARTS.get(name, 1)) for name, view in views]
        if len(views) == 1 and PARTS.get(views[0][0], 1) == 1:
            return begun[0]

        def best_of_all() -> list[Found]:
            found = [result() for result in begun]
            return [
                nearest_first(np.concatenate([f.rows for f in one]), np.concatenate([f.scores for f in one]), limit)
                for one in zip(*found, strict=True)
            ] or [NOTHING for _ in queries]

        return best_of_all

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """Vectors of the first view (k, dimensions), to three digits; (k, 0) while there is none at all."""
        view = self._views.get(TITLE)
        return view.vectors(rows) if view else np.zeros((len(rows), 0), np.float32)

    def has(self, size: int) -> Flags:
        """Which of the first `size` rows can be found."""
        view = self._views.get(TITLE)
        return view.has(size) if view else np.zeros(size, np.bool_)


class _View:
    """One view: a scan, whose vectors each belong to a row. Only one thread writes at a time."""

    def __init__(self, dimensions: int) -> None:
        self.flat = Flat(dimensions)
        self.rows = 0
        self._size = 0
        self._owner = np.empty(0, np.int32)
        self._keys = np.empty(0, np.uint64)
        self._first = np.empty(0, np.int64)
        self._count = np.empty(0, np.uint8)
        self._straight = True
        """Whether vector k is that of row k: mostly so where a catalogue was filled once."""

    def held(self, row: int) -> tuple[int, ...]:
        if row >= len(self._first) or not self._count[row]:
            return ()
        first = int(self._first[row])
        return tuple(self._keys[first : first + int(self._count[row])].tolist())

    def drop(self, row: int) -> None:
        if row < len(self._first) and self._count[row]:
            first = int(self._first[row])
            self._owner[first : first + int(self._count[row])] = _GONE
            self._count[row] = 0
            self.rows -= 1
            self._straight = False

    def add(self, rows: NDArray[np.int64], keys: NDArray[np.uint64], vectors: NDArray[np.float32]) -> None:
        starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        owners, at, end = rows[starts], self._size, self._size + len(rows)
        top = int(owners.max()) + 1
        if top > len(self._first):
            self._first, self._count = _room(self._first, top), _room(self._count, top)
        for row in owners[self._count[owners] > 0].tolist():
            self.drop(row)
        if end > len(self._owner):
            self._owner, self._keys = _room(self._owner, end), _room(self._keys, end)
        self.flat.add(vectors)
        self._owner[at:end], self._keys[at:end] = rows, keys
        if self._straight and not np.array_equal(rows, np.arange(at, end)):
            self._straight = False
        self._first[owners], self._count[owners] = at + starts, np.diff(np.r_[starts, len(rows)])
        self.rows += len(owners)
        self._size = end  # the last, because searches read up to here

    def begin(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> Callable[[], list[Found]]:
        owner = self._owner[: self._size]
        if self._straight and len(owner) <= len(allowed):
            straight = self.flat.begin(queries, allowed[: len(owner)], limit)
            return lambda: [Found(near.places.astype(np.int32), near.scores) for near in straight()]
        # Rows of later snapshots are beyond `allowed`, and vectors that went have none: both read a False.
        flags = np.zeros(max(len(allowed), len(self._first)) + 1, np.bool_)
        flags[: len(allowed)] = allowed
        begun = self.flat.begin(queries, flags[owner], limit)
        return lambda: [Found(owner[near.places], near.scores) for near in begun()]

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        if self._straight and len(rows) and rows.max() < self._size:
            return self.flat.vectors(rows)
        found = np.zeros((len(rows), self.flat.dimensions), np.float32)
        here = np.flatnonzero(rows < len(self._first))
        here = here[self._count[rows[here]] > 0]
        found[here] = self.flat.vectors(self._first[rows[here]])
        return found

    def has(self, size: int) -> Flags:
        flags = np.zeros(size, np.bool_)
        known = self._count[:size] > 0
        flags[: len(known)] = known
        return flags


def _room(array: NDArray[_ScalarT], size: int) -> NDArray[_ScalarT]:
    """The same with room for `size`, half as much again, zeros behind."""
    grown = np.zeros(max(size, len(array) * 3 // 2), array.dtype)
    grown[: len(array)] = array
    return grown
