"""Items as documents with vectors, for whoever stores them: palate's texts, palate's encoder, palate's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from palate.domain import Item, Schema
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.encoder import Encoder
from palate.retrieval.vectors.passages import texts_of, views_of

__all__ = ["Document", "Encoder", "documents"]
PAGE = 512


@dataclass(frozen=True, slots=True)
class Document:
    """One text of an item; an item may have several."""

    id: str
    item: str
    text: str
    """What a model is given: the passage, and the numbers."""
    vector: NDArray[np.float32]


def documents(
    items: Sequence[Item], schema: Schema, encoder: Encoder, cache: EmbeddingCache, say: Callable[[str], None]
) -> Iterator[Document]:
    """Every text of every item; vectors that the cache lacks are made and kept. Raises ModelError, StoreError."""
    texts = (
        (item, view, part, text)
        for item in items
        for view in views_of(schema)
        for part, text in enumerate(texts_of(view, item, schema))
    )
    made = 0
    while page := list(islice(texts, PAGE)):
        hashes = [content_hash(text) for *_, text in page]
        known = cache.get(encoder.name, hashes)
        missing = {digest: text for digest, (*_, text) in zip(hashes, page, strict=True) if digest not in known}
        if missing:
            made += len(missing)
            say(f"encoding items for the vector store: {made:,}")
            vectors = encoder.passages(list(missing.values()))
            fresh = dict(zip(missing, vectors, strict=True))
            cache.put(encoder.name, fresh)
            known |= fresh
        for digest, (item, view, part, text) in zip(hashes, page, strict=True):
            yield Document(f"{item.id}:{view}:{part}", item.id, f"{text}{_numbers(item, schema)}", known[digest])


def _numbers(item: Item, schema: Schema) -> str:
    told = [f"{name} {item.numbers[name]:g}" for name in schema.numbers if name in item.numbers]
    return f" ({', '.join(told)})" if told else ""
