"""An exact scan: every vector as small integers, the best of them once more as half floats.

A vector of length 1 becomes `d` codes of 8 bits and one scale (its largest component / 127). A search multiplies the
query's codes with all of them, as fast as memory gives them out, and computes the scores of the best `OVERFETCH` times
`limit` again from the vectors in 16 bits. There is nothing to build: what was put in is found by the next search.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np
import simsimd
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags

Entries = NDArray[np.int64]
"""Numbers of vectors, in the order in which they were put in."""

BLOCK = 65_536
"""Vectors that lie side by side; the next block is made when one is full, so growing copies nothing."""
SLICE = 8192
"""Vectors that are made into codes at a time, so that the room this takes stays small."""
OVERFETCH = 4
"""Times `limit` that are scored again. Twice would do on the films (recall@100 1.0); vectors that lie closer need more."""
FEW = 16
"""Where at most one entry in so many is allowed, these are gathered and the others never read."""
TOPS = 256
"""Scores of which only the highest is looked at first."""
THREADS = max(1, min(4, os.cpu_count() or 1))


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
        """Put vectors (k, dimensions) of length 1 behind the others; they can be found when this returns."""
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

    def search(self, query: NDArray[np.float32], allowed: Flags, limit: int) -> Nearest:
        """The nearest allowed entries.

        `query` has shape (dimensions,) and length 1; `allowed` (k,) says of the first k entries which may be found.
        """
        count = int(np.count_nonzero(allowed))
        if not count or limit < 1:
            return Nearest(np.empty(0, np.int64), np.empty(0, np.float32))
        codes = _codes(query[None])[0][0]
        if count * FEW <= len(allowed):
            places = np.flatnonzero(allowed)
            scores = self._gathered(codes, places)
            places = places[highest(scores, limit * OVERFETCH)]
        else:
            places = highest(self._scan(codes, allowed), min(count, limit * OVERFETCH))
        exact = self.vectors(places) @ query
        order = np.argsort(-exact, kind="stable")[:limit]
        return Nearest(places[order], exact[order])

    def vectors(self, entries: NDArray[np.integer]) -> NDArray[np.float32]:
        """The vectors (k, dimensions) of entries, to three digits."""
        found = np.empty((len(entries), self.dimensions), np.float32)
        for block, mine, offsets in _by_block(entries):
            found[mine] = self._blocks[block].fine[offsets]
        return found

    def _gathered(self, query: NDArray[np.int8], entries: Entries) -> NDArray[np.float32]:
        scores = np.empty(len(entries), np.float32)
        for block, mine, offsets in _by_block(entries):
            held = self._blocks[block]
            scores[mine] = _products(query, held.codes[offsets]) * held.scales[offsets]
        return scores

    def _scan(self, query: NDArray[np.int8], allowed: Flags) -> NDArray[np.float32]:
        """The score of every entry, -inf where it is not allowed."""
        scores = np.empty(len(allowed), np.float32)

        def scan(block: int) -> None:
            mine = slice(block * BLOCK, min((block + 1) * BLOCK, len(allowed)))
            some, held = allowed[mine], self._blocks[block]
            out = scores[mine]
            if some.any():
                _products(query, held.codes[: len(some)], out)
                out *= held.scales[: len(some)]
                np.copyto(out, -np.inf, where=~some)
            else:
                out.fill(-np.inf)

        blocks = range(-(-len(allowed) // BLOCK))
        if len(blocks) > 1 and THREADS > 1:
            # The products are computed without the interpreter's lock, so threads of ours do; those of OpenMP would
            # spin on after each scan and slow the model down.
            list(self._threads().map(scan, blocks))
        else:
            for block in blocks:
                scan(block)
        return scores

    def _threads(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(THREADS, "palate-scan")
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
    """The places of the `limit` highest scores (k,), in no order. Reads them twice and sorts none."""
    whole = len(scores) // TOPS
    if whole > limit:
        # As many stretches as are wanted have a score this high, so no lower one is among the highest.
        tops = scores[: whole * TOPS].reshape(whole, TOPS).max(axis=1)
        least = np.partition(tops, whole - limit)[whole - limit]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(len(scores))
    if len(places) > limit:
        found = scores[places]
        places = places[np.argpartition(found, len(found) - limit)[len(found) - limit :]]
    return places


def _codes(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Vectors (k, d) as codes (k, d) from -127 to 127 and scales (k,): codes * scale is the vector again, about."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _products(
    query: NDArray[np.int8], codes: NDArray[np.int8], out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """The dot product of a query (d,) with each of `codes` (k, d): whole numbers, shape (k,)."""
    scores = np.empty(len(codes), np.float32) if out is None else out
    if len(codes):
        simsimd.cdist(query[None], codes, "dot", out=scores[None], out_dtype="float32")
    return scores


def _by_block(entries: NDArray[np.integer]) -> Sequence[tuple[int, NDArray[np.intp], NDArray[np.integer]]]:
    """By block: its number, the places in `entries` that lie in it, and where in it they lie."""
    blocks = entries // BLOCK
    return [(int(n), mine := np.flatnonzero(blocks == n), entries[mine] % BLOCK) for n in np.unique(blocks)]
