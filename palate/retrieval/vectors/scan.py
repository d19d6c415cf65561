"""The products of a few queries with very many codes, computed by whichever thread is free.

A scan begins on other threads as soon as it is made, while who made it goes on with something else; whoever wants
its scores then works along until nothing is left.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Generic, Protocol, TypeVar

import numkong
import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags

_FoundT = TypeVar("_FoundT")
THREADS = max(1, min(4, os.cpu_count() or 1))
TASK = 16_384
"""Vectors that a thread takes at a time, of which a block holds a whole number: a quarter of a millisecond for each
query, in which it needs nothing of the interpreter."""
SPARSE = 3
"""Where at most one vector in so many is allowed, these are gathered first: half as dear as multiplying one."""
SHARE = 16 * 2**20
"""Products for which a thread is worth waking: they take half a millisecond."""


class Codes(Protocol):
    """Vectors side by side: codes (k, d) and scales (k,)."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]


class Scan(Generic[_FoundT]):
    """One scan, and what is to be made of each query's scores."""

    def __init__(
        self,
        blocks: Sequence[Codes],
        queries: NDArray[np.int8],
        allowed: Flags,
        finish: Callable[[int, NDArray[np.float32]], _FoundT],
        pool: ThreadPoolExecutor,
    ) -> None:
        """Begin with queries (q, d) over the first `len(allowed)` vectors of blocks of one size.

        `finish` gets the number of a query and its scores (len(allowed),), -inf where a vector is not allowed.
        """
        self._blocks, self._queries, self._allowed, self._finish = blocks, queries, allowed, finish
        self._size = len(blocks[0].scales)
        self._scores = np.empty((len(queries), len(allowed)), np.float32)
        parts = [*range(0, len(allowed), TASK)]
        self._parts, self._open, self._all = deque(parts), len(parts), Event()
        self._numbers = deque(range(len(queries)))
        self._found: list[_FoundT | None] = [None] * len(queries)
        self._lock = Lock()
        threads = min(THREADS, len(allowed) * queries.size // SHARE)
        # The products are computed without the interpreter's lock, so threads of ours do; those of OpenMP would
        # spin on after each scan and slow the model down.
        self._helpers = [pool.submit(self._work) for _ in range(threads)] if THREADS > 1 else []

    def found(self) -> list[_FoundT]:
        """What was made of each query. Works along and waits for what is under way only."""
        self._work()
        for helper in self._helpers:
            if not helper.cancel():
                helper.result()
        return [one for one in self._found if one is not None]

    def _work(self) -> None:
        for first in _taken(self._parts):
            try:
                self._scan(first)
            finally:
                # Also where it failed, so that nobody waits for ever: who asks gets the error.
                with self._lock:
                    self._open -= 1
                    if not self._open:
                        self._all.set()
        self._all.wait()
        for number in _taken(self._numbers):
            self._found[number] = self._finish(number, self._scores[number])

    def _scan(self, first: int) -> None:
        some = self._allowed[first : first + TASK]
        out = self._scores[:, first : first + len(some)]
        count = np.count_nonzero(some)
        block, offset = self._blocks[first // self._size], first % self._size
        codes, scales = block.codes[offset : offset + len(some)], block.scales[offset : offset + len(some)]
        if count * SPARSE > len(some):
            np.multiply(products(self._queries, codes).T, scales, out=out)
            if count < len(some):
                np.copyto(out, -np.inf, where=~some)
            return
        out.fill(-np.inf)
        if count:
            here = some.nonzero()[0]
            out[:, here] = products(self._queries, codes.take(here, axis=0)).T * scales.take(here)


def _taken(left: deque[int]) -> Iterator[int]:
    """What is left, one after another; any number of threads may take."""
    while True:
        try:
            yield left.popleft()
        except IndexError:
            return


def products(queries: NDArray[np.int8], codes: NDArray[np.int8]) -> NDArray[np.int32]:
    """The dot products of each of some queries (q, d) with each of `codes` (k, d), k > 0: whole numbers, (k, q)."""
    # All queries at once read the codes once, which is what takes the time.
    found: NDArray[np.int32] = np.asarray(numkong.dots_packed(codes, numkong.dots_pack(queries)))
    return found
