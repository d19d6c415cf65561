"""The products of a few queries with very many codes, computed by whichever thread is free.

A scan begins on other threads as soon as it is made, while who made it goes on with something else; whoever wants
its scores then works along until nothing is left.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol

import numpy as np
import simsimd
from numpy.typing import NDArray

from palate.catalogue.catalogue import Flags

THREADS = max(1, min(4, os.cpu_count() or 1))
TASK = 32_768
"""Vectors that a thread takes at a time: half a millisecond in which it needs nothing of the interpreter."""
SHARE = 16 * 2**20
"""Products for which a thread is worth waking: they take half a millisecond."""


class Codes(Protocol):
    """Vectors side by side: codes (k, d) and scales (k,)."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]


class Scan:
    """One scan."""

    def __init__(
        self, blocks: Sequence[Codes], size: int, queries: NDArray[np.int8], allowed: Flags, pool: ThreadPoolExecutor
    ) -> None:
        """Begin: queries (q, d), the first `len(allowed)` vectors of blocks of `size`, which is a whole of tasks."""
        self._blocks, self._size = blocks, size
        self._queries, self._allowed = queries, allowed
        self._scores = np.empty((len(queries), len(allowed)), np.float32)
        self._task = min(TASK, size)
        self._left = deque(range(0, len(allowed), self._task))
        threads = min(THREADS, len(allowed) * queries.size // SHARE)
        # The products are computed without the interpreter's lock, so threads of ours do; those of OpenMP would
        # spin on after each scan and slow the model down.
        self._helpers = [pool.submit(self._work) for _ in range(threads - 1)]

    def scores(self) -> NDArray[np.float32]:
        """The scores (q, k), -inf where a vector is not allowed. Works along and waits for the last task only."""
        self._work()
        for helper in self._helpers:
            if not helper.cancel():
                helper.result()
        return self._scores

    def _work(self) -> None:
        with suppress(IndexError):
            while True:
                self._do(self._left.popleft())

    def _do(self, first: int) -> None:
        some = self._allowed[first : first + self._task]
        out = self._scores[:, first : first + len(some)]
        if not some.any():
            out.fill(-np.inf)
            return
        block, offset = self._blocks[first // self._size], first % self._size
        mine = slice(offset, offset + len(some))
        np.multiply(products(self._queries, block.codes[mine]), block.scales[mine], out=out)
        np.copyto(out, -np.inf, where=~some)


def products(queries: NDArray[np.int8], codes: NDArray[np.int8]) -> NDArray[np.float32]:
    """The dot products of each of some queries (q, d) with each of `codes` (k, d), k > 0: whole numbers, (q, k)."""
    # Never with `out=`: simsimd 6.5.16 then gives back a None that it does not own, and Python 3.11 ends with
    # "deallocating None" after some thousand calls.
    found: NDArray[np.float32] = np.asarray(simsimd.cdist(queries, codes, "dot", out_dtype="float32"))
    return found.reshape(len(queries), len(codes))
