"""An exact scan: every vector as small integers, the best of them once more as half floats.

A vector of length 1 becomes `d` codes of 8 bits and one scale (its largest component / 127). A search multiplies
the query's codes with all of them, as fast as memory gives them out, and computes the scores of the best few
hundred again from the vectors in 16 bits. There is nothing to build: the next search finds what was put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numkong
import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags
from palate.retrieval.ranking import chosen
from palate.retrieval.vectors.scan import THREADS, Scan, products

Entries = NDArray[np.int64]
"""Numbers of vectors, in the order in which they were put in."""

BLOCK = 65_536
"""Vectors that lie side by side; the next block is made when one is full, so growing copies nothing."""
SLICE = 8192
"""Vectors that are made into codes at a time, so that the room this takes stays small."""
OVERFETCH, FEWEST = 2, 400
"""Times `limit` that are scored again, and how many at least. Of the nearest 300 among 100,000 grown films the codes
have 95 % among their best 300 and all among their best 600; of the nearest 100 all among 400."""
FEW = 32
"""Where at most one entry in so many is allowed, these are gathered and the others never read."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """What a search found, best first."""

    places: Entries
    """Shape (k,): entries of a `Flat`, or rows of a catalogue where an index answers."""
    scores: NDArray[np.float32]
    """Shape (k,): cosines, descending."""


class Flat:
    """Vectors by number. Any number of threads may search while one adds."""

    def __init__(self, dimensions: int) -> None:
        """Hold nothing yet; a block of 65,536 vectors takes 3 bytes a dimension and vector."""
        self.dimensions = dimensions
        self._blocks: list[_Block] = []
        self._size = 0
        self._pool: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def __len__(self) -> int:
        """How many vectors there are."""
        return self._size

    @property
    def nbytes(self) -> int:
        """Bytes that the blocks take, the unused part of the last one among them."""
        return sum(block.nbytes for block in self._blocks)

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Put vectors (k, dimensions) behind the others; they can be found when this returns.

        They need not be of length 1: then what is found are the highest dot products.
        """
        with self._lock:
            at = self._size
            for start in range(0, len(vectors), SLICE):
                part = vectors[start : start + SLICE]
                while len(part):
                    block, offset = divmod(at, BLOCK)
                    if block == len(self._blocks):
                        self._blocks.append(_Block(self.dimensions))
                    taken = min(BLOCK - offset, len(part))
                    self._blocks[block].write(offset, part[:taken])
                    part, at = part[taken:], at + taken
            self._size = at

    def search(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> list[Nearest]:
        """The allowed entries nearest to each query.

        `queries` has shape (q, dimensions), each of length 1; `allowed` (k,) says of the first k entries which may be
        found.
        """
        return self.begin(queries, allowed, limit)()

    def begin(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> Callable[[], list[Nearest]]:
        """The same, begun on another thread; what is given back waits for it."""
        count = int(np.count_nonzero(allowed))
        if not count or limit < 1 or not len(queries):
            return lambda: [Nearest(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in queries]
        codes, wanted = _codes(queries)[0], min(count, max(limit * OVERFETCH, FEWEST))
        if count * FEW <= len(allowed):
            few = np.flatnonzero(allowed)

            def gathered() -> list[Nearest]:
                scores = self._gathered(codes, few)
                places = [few[highest(each, wanted)] for each in scores]
                return [self._scored(query, mine, limit) for query, mine in zip(queries, places, strict=True)]

            return gathered

        def finish(number: int, scores: NDArray[np.float32]) -> Nearest:
            return self._scored(queries[number], highest(scores, wanted), limit)

        return Scan(self._blocks, codes, allowed, finish, self._threads()).found

    def _scored(self, query: NDArray[np.float32], places: Entries, limit: int) -> Nearest:
        """The best of some entries by their vectors in 16 bits."""
        fine = query.astype(np.float16)[None]
        exact = np.asarray(numkong.cdist(fine, self._fine(places), "dot"))[0].astype(np.float32)
        order = np.argsort(-exact, kind="stable")[:limit]
        return Nearest(places[order], exact[order])

    def vectors(self, entries: NDArray[np.integer]) -> NDArray[np.float32]:
        """The vectors (k, dimensions) of entries, to three digits."""
        if not len(entries):
            return np.empty((0, self.dimensions), np.float32)
        # numpy makes them one by one, which takes twenty times as long.
        found: NDArray[np.float32] = np.asarray(numkong.astype(self._fine(entries), "float32"))
        return found

    def _fine(self, entries: NDArray[np.integer]) -> NDArray[np.float16]:
        found = np.empty((len(entries), self.dimensions), np.float16)
        for block, mine, offsets in _by_block(entries):
            if isinstance(mine, slice):
                # Straight to where they belong, which numpy does only if it need not look out for odd places.
                self._blocks[block].fine.take(offsets, axis=0, out=found[mine], mode="clip")
            else:
                found[mine] = self._blocks[block].fine.take(offsets, axis=0)
        return found

    def _gathered(self, queries: NDArray[np.int8], entries: Entries) -> NDArray[np.float32]:
        """The scores (q, k) of some entries."""
        scores = np.empty((len(queries), len(entries)), np.float32)
        for block, mine, offsets in _by_block(entries):
            codes, scales = self._blocks[block].codes[offsets], self._blocks[block].scales[offsets]
            scores[:, mine] = products(queries, codes).T * scales
        return scores

    def _threads(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                # It makes no thread before something is put into it.
                self._pool = ThreadPoolExecutor(max(THREADS - 1, 1), "palate-scan")
            return self._pool


class _Block:
    """Room for `BLOCK` vectors; the system gives memory for what is written only."""

    def __init__(self, dimensions: int) -> None:
        self.codes = np.zeros((BLOCK, dimensions), np.int8)
        self.scales = np.zeros(BLOCK, np.float32)
        self.fine = np.zeros((BLOCK, dimensions), np.float16)

    @property
    def nbytes(self) -> int:
        return self.codes.nbytes + self.scales.nbytes + self.fine.nbytes

    def write(self, offset: int, vectors: NDArray[np.float32]) -> None:
        mine = slice(offset, offset + len(vectors))
        self.codes[mine], self.scales[mine] = _codes(vectors)
        self.fine[mine] = vectors


def highest(scores: NDArray[np.float32], limit: int) -> Entries:
    """The places of the `limit` highest scores (k,) above -inf, ascending. Reads them twice and sorts none."""
    return chosen(scores, limit, -np.inf).astype(np.int64)


def _codes(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Vectors (k, d) as codes (k, d) from -127 to 127 and scales (k,): codes * scale is the vector again, about."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _by_block(
    entries: NDArray[np.integer],
) -> Sequence[tuple[int, slice | NDArray[np.intp], NDArray[np.integer]]]:
    """By block: its number, the places in `entries` that lie in it, a slice where they can be, and where they lie."""
    if not len(entries):
        return []
    blocks = entries // BLOCK
    first, last = int(blocks.min()), int(blocks.max())
    if first == last:
        return [(first, slice(None), entries % BLOCK)]
    numbers = range(first, last + 1)
    places: Iterable[slice | NDArray[np.intp]] = ((blocks == number).nonzero()[0] for number in numbers)
    if (blocks[1:] >= blocks[:-1]).all():
        ends = [0, *np.searchsorted(blocks, numbers, side="right").tolist()]
        places = map(slice, ends, ends[1:])
    found = ((number, mine, entries[mine] % BLOCK) for number, mine in zip(numbers, places, strict=True))
    return [(number, mine, offsets) for number, mine, offsets in found if len(offsets)]
