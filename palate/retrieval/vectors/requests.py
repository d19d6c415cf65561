"""The vectors of the last requests: the same is asked several times in a turn, and in a shop many times a day."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.vectors.embeddings import content_hash
from palate.retrieval.vectors.encoder import Encoder


class RequestVectors:
    """Kept by the digests of the texts: nobody's words stay in memory. Safe for any number of threads."""

    def __init__(self, encoder: Encoder, most: int) -> None:
        """Keep the vectors of `most` requests."""
        self._encoder = encoder
        self._most = most
        self._kept: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def vector(self, text: str) -> NDArray[np.float32]:
        """The vector of a request (dimensions,), which cannot be written to. Raises ModelError."""
        key = content_hash(text)
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
        vector = self._encoder.query(text)
        vector.setflags(write=False)
        with self._lock:
            self._kept[key] = vector
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return vector
