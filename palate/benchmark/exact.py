"""The exact scan: every vector, in numpy. Nothing is nearer than what it finds."""

from __future__ import annotations

from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from palate.benchmark.columns import Columns
from palate.benchmark.measuring import Watch
from palate.benchmark.requests import filters
from palate.benchmark.systems import DEPTH, Answer, Built, Task


class Exact:
    """float32 vectors, one matrix product a request, constraints as column masks."""

    def build(self, task: Task) -> Built:
        """Lay vectors and columns side by side."""
        watch = Watch()
        self._task = task
        relation, numbers = filters(task.growth.schema)
        self._columns = Columns(watch.apart(task.growth.items()), len(task.growth), numbers, relation)
        self._vectors = np.empty((len(task.growth), task.growth.dimensions), np.float32)
        for start, block in watch.apart(task.growth.blocks()):
            self._vectors[start : start + len(block)] = block
        return Built(watch.seconds)

    def answer(self, number: int, selectivity: float) -> Answer:
        """The nearest of all rows that the mask leaves."""
        vector, asked = self._task.vectors[number], self._task.requests[number].constraints[selectivity]
        before = perf_counter()
        scores = self._vectors @ vector
        rows = np.flatnonzero(self._columns.mask(asked)) if asked else np.arange(len(scores))
        found = rows[_best(scores[rows], DEPTH)]
        return Answer((perf_counter() - before) * 1000, found, {}, len(rows))

    def close(self) -> None:
        """Nothing to let go of."""


def _best(scores: NDArray[np.float32], limit: int) -> NDArray[np.intp]:
    """The places of the highest scores, best first."""
    places = np.argpartition(-scores, limit - 1)[:limit] if limit < len(scores) else np.arange(len(scores))
    return places[np.argsort(-scores[places], kind="stable")]
