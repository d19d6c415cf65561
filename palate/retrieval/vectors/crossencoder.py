"""An optional second look: a cross-encoder reads the request and each of the best texts together."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingPackage, ModelError
from palate.retrieval.vectors.encoder import readable

TOP = 50
"""How many of a ranking are read again."""
LONGEST = 2000
"""Characters of a text that are read; the model cuts off at its own limit."""


class CrossEncoder:
    """One model of sentence-transformers, by name or from a folder. Threads may share it."""

    def __init__(self, model: str) -> None:
        """Load nothing yet."""
        self._source = model
        self._lock = Lock()
        self._model: Any = None

    def scores(self, request: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers the request, shape (len(texts),); only their order means something.

        Raises MissingPackage, ModelError.
        """
        model = self._load()
        pairs = [(readable(request, LONGEST), readable(text, LONGEST)) for text in texts]
        scores = np.asarray(model.predict(pairs, show_progress_bar=False, convert_to_numpy=True), np.float32)
        if scores.shape != (len(texts),):
            raise ModelError(
                f"{self._source} gives {scores.shape[1:]} scores a text and not one. Set PALATE_CROSS_ENCODER to a "
                "reranker, such as BAAI/bge-reranker-base."
            )
        return scores

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                try:
                    import sentence_transformers  # noqa: PLC0415
                except ImportError as error:
                    raise MissingPackage(
                        f"The cross-encoder {self._source} needs sentence-transformers; install it with: "
                        "pip install 'palate[gpu]'"
                    ) from error
                try:
                    self._model = sentence_transformers.CrossEncoder(self._source)
                except (OSError, ValueError) as error:
                    raise ModelError(
                        f"sentence-transformers cannot load {self._source} ({error}). Correct PALATE_CROSS_ENCODER."
                    ) from error
            return self._model
