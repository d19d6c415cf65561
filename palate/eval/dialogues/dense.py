"""Meaning alone: the items whose text is nearest to what the seeker said, by the encoder of the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from palate.domain import Item, ItemId, Schema, Speaker
from palate.errors import ModelError
from palate.eval.dialogues.cases import Asked
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.encoder import Encoder
from palate.retrieval.vectors.passages import HEAD, passage

HEARD = 3
"""Utterances of the seeker that are read, the latest ones."""
BATCH = 64
EVERY = 1024
"""Items after which it is told how far it is."""
MOST = 8_000
"""Items that are embedded for a baseline: some four minutes on two cores."""


class DenseOnly:
    """One vector an item: title, year, values and people."""

    name = "dense"

    def __init__(
        self,
        items: Sequence[Item],
        schema: Schema,
        encoder: Encoder,
        cache: EmbeddingCache,
        tell: Callable[[int], None] = lambda done: None,
    ) -> None:
        """Embed what the cache does not have.

        Raises ModelError, also where that is more than `MOST`, MissingPackage and StoreError.
        """
        self._ids = [item.id for item in items]
        self._encoder = encoder
        texts = [passage(item, schema) for item in items]
        hashes = [content_hash(text) for text in texts]
        found = cache.get(encoder.name, set(hashes))
        left = [place for place, each in enumerate(hashes) if each not in found]
        if len(left) > MOST:
            raise ModelError(
                f"{len(left):,} items have no vectors yet, which would take long; make them with: palate index"
            )
        for start in range(0, len(left), BATCH):
            part = left[start : start + BATCH]
            vectors = encoder.passages([texts[place] for place in part])
            made = {hashes[place]: vector for place, vector in zip(part, vectors, strict=True)}
            cache.put(encoder.name, made)
            found |= made
            if start % EVERY == 0:
                tell(start)
        self._vectors = np.stack([found[each] for each in hashes])
        self._last: tuple[str, NDArray[np.float32]] | None = None

    def rank(self, asked: Asked, limit: int) -> Sequence[ItemId]:
        """By cosine; nothing where the seeker said nothing."""
        said = [each.text.strip() for each in asked.dialogue if each.speaker is Speaker.SEEKER and each.text.strip()]
        text = " ".join(said[-HEARD:])[-HEAD:]
        if not text:
            return []
        if self._last is None or self._last[0] != text:
            self._last = text, self._encoder.query(text)
        order = np.argsort(-(self._vectors @ self._last[1]), kind="stable")
        return asked.first((self._ids[place] for place in order), limit)
