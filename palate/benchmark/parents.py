"""What a catalogue is grown from, with real vectors; those that no cache has are encoded, time apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from palate.benchmark.measuring import Times
from palate.catalogue.demo.films import FILMS, read_films
from palate.domain import Item, Schema
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.encoder import Encoder
from palate.retrieval.vectors.passages import passage

BATCH = 64


@dataclass(frozen=True, slots=True)
class Parents:
    """Items that others are grown from."""

    schema: Schema
    items: Sequence[Item]

    @classmethod
    def films(cls) -> Parents:
        """The demo films, in the order of their database. Raises CatalogueError."""
        return cls(FILMS, read_films().items)

    def sampled(self, size: int, seed: int) -> Parents:
        """`size` of them at random, in their order; all where there are no more."""
        if size >= len(self.items):
            return self
        kept = sorted(Random(seed).sample(range(len(self.items)), size))
        return Parents(self.schema, [self.items[row] for row in kept])


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors, and what they cost."""

    vectors: NDArray[np.float32]
    """Of length 1, (texts, d)."""
    times: Times | None
    """Of the texts that had to be encoded; None where all were known."""


def encoded(parents: Parents, encoder: Encoder, cache: EmbeddingCache, say: Callable[[str], None]) -> Encoded:
    """Their vectors from the cache, else from the encoder and then in the cache. Raises StoreError."""
    texts = [passage(item, parents.schema) for item in parents.items]
    keys = [content_hash(text) for text in texts]
    known = cache.get(encoder.name, keys)
    missing = [(key, text) for key, text in zip(keys, texts, strict=True) if key not in known]
    milliseconds: list[float] = []
    for start in range(0, len(missing), BATCH):
        say(f"encoding {len(missing) - start:,} of {len(texts):,} items that the cache does not have")
        part = missing[start : start + BATCH]
        before = perf_counter()
        vectors = encoder.passages([text for _, text in part])
        milliseconds += [(perf_counter() - before) * 1000 / len(part)] * len(part)
        fresh = {key: vector for (key, _), vector in zip(part, vectors, strict=True)}
        cache.put(encoder.name, fresh)
        known |= fresh
    return Encoded(_unit(np.stack([known[key] for key in keys])), Times.of(milliseconds) if milliseconds else None)


def asked(texts: Sequence[str], encoder: Encoder) -> Encoded:
    """The vectors of requests, each encoded anew and timed."""
    encoder.query("warm up")
    vectors, milliseconds = [], []
    for text in texts:
        before = perf_counter()
        vectors.append(encoder.query(text))
        milliseconds.append((perf_counter() - before) * 1000)
    return Encoded(_unit(np.stack(vectors)), Times.of(milliseconds))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)
