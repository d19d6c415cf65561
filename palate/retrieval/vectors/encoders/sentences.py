"""Any model of sentence-transformers, by name or from a folder; needs torch, so it is in the extra `palate[gpu]`."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingPackage, ModelError
from palate.retrieval.vectors.encoder import readable, unit

LONGEST = 4000
"""Characters of a text that are read; the model cuts off at its own limit."""


class Sentences:
    """One model, on the accelerator where there is one. Threads may share it."""

    apart = False
    batch = 32

    def __init__(self, model: str, query: str = "", passage: str = "") -> None:
        """Load nothing yet. `query` and `passage` are put before the texts of each sort; empty: the model's own."""
        self._source, self._query, self._passage = model, query, passage
        name = Path(model).name if Path(model).is_dir() else model
        self.name = f"st-{name}" + (f"-{sha256(passage.encode()).hexdigest()[:8]}" if passage else "")
        self._lock = Lock()
        self._model: Any = None

    @property
    def dimensions(self) -> int:
        """Length of a vector; loads the model. Raises MissingPackage, ModelError."""
        return int(self._load().get_sentence_embedding_dimension())

    def query(self, text: str) -> NDArray[np.float32]:
        """One vector. Raises MissingPackage, ModelError."""
        model = self._load()
        encode = model.encode if self._query else model.encode_query
        vector: NDArray[np.float32] = self._encoded(encode, [self._query + text])[0]
        return vector

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a text. Raises MissingPackage, ModelError."""
        model = self._load()
        encode = model.encode if self._passage else model.encode_document
        return self._encoded(encode, [self._passage + text for text in texts])

    def _encoded(self, encode: Any, texts: Sequence[str]) -> NDArray[np.float32]:
        sent = [readable(text, LONGEST) for text in texts]
        vectors = encode(sent, batch_size=self.batch, show_progress_bar=False, convert_to_numpy=True)
        return unit(np.asarray(vectors, np.float32))

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                try:
                    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
                except ImportError as error:
                    raise MissingPackage(
                        f"The encoder {self._source} needs sentence-transformers; install it with: "
                        "pip install 'palate[gpu]'"
                    ) from error
                try:
                    self._model = SentenceTransformer(self._source)
                except (OSError, ValueError) as error:
                    raise ModelError(
                        f"sentence-transformers cannot load {self._source} ({error}). Correct PALATE_ENCODER."
                    ) from error
            return self._model
