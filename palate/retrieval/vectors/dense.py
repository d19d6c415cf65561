"""Meaning: items near to a request, or to any vector, by the vectors of their texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.catalogue.postings import Rows
from palate.errors import IndexAway, IndexDamaged, MissingPackage, ModelError
from palate.retrieval.ranking import Ranking, nothing
from palate.retrieval.vectors.crossencoder import TOP, CrossEncoder
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.encoder import Encoder, encoder_for, unit
from palate.retrieval.vectors.flatindex import FlatIndex
from palate.retrieval.vectors.passages import DESCRIPTION, passage, texts_of
from palate.retrieval.vectors.requests import RequestVectors
from palate.retrieval.vectors.vectorindex import VectorIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from palate.settings import Settings

KEPT = 512
"""Requests whose vectors are kept."""
SOURCE = "dense"


class Scorer(Protocol):
    """What reads a request and texts together."""

    def scores(self, request: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers the request."""


class Dense:
    """The vectors of one snapshot of a catalogue. Safe for any number of threads."""

    def __init__(
        self, catalogue: Catalogue, index: VectorIndex, encoder: Encoder, scorer: Scorer | None = None
    ) -> None:
        """Find in `index`, which may still be empty or closed; with `scorer` the best 50 are read again."""
        self.catalogue = catalogue
        self.index = index
        self.encoder = encoder
        self._scorer = scorer
        self._requests = RequestVectors(encoder, KEPT)

    @classmethod
    def of(cls, settings: Settings, catalogue: Catalogue, cache: EmbeddingCache) -> Dense:
        """Encoder, index and cross-encoder as the settings ask; nothing is opened. Raises ModelError."""
        encoder = encoder_for(settings)
        index: VectorIndex
        if settings.vectors == "chroma":
            from palate.retrieval.vectors.chroma import ChromaIndex  # noqa: PLC0415

            folder = settings.vectors_dir / folder_name(catalogue.name)
            name = f"{settings.chroma_space}\0{catalogue.name}" if settings.chroma_space else catalogue.name
            index = ChromaIndex(name, encoder.name, folder, settings.chroma_url)
        else:
            index = FlatIndex(catalogue.name, encoder.name, cache)
        scorer = CrossEncoder(settings.cross_encoder) if settings.cross_encoder else None
        return cls(catalogue, index, encoder, scorer)

    def changed(self, catalogue: Catalogue) -> Dense:
        """The same vectors for a snapshot that `Catalogue.changed` made; the indexer brings the new ones."""
        new = object.__new__(Dense)
        new.catalogue, new.index, new.encoder = catalogue, self.index, self.encoder
        new._scorer, new._requests = self._scorer, self._requests
        return new

    @property
    def ready(self) -> bool:
        """Whether some items can be found."""
        return len(self.index) > 0

    def open(self) -> None:
        """Read the vectors that are kept. Raises IndexDamaged, StoreError."""
        self.index.open(self.catalogue)

    def close(self) -> None:
        """Let go of them; searches find nothing then."""
        self.index.close()

    def encode(self, text: str) -> NDArray[np.float32]:
        """The vector of a request (d,), length 1; that of a text seen lately costs nothing.

        Raises ModelError or MissingPackage where the encoder cannot be had.
        """
        return self._requests.vector(text)

    def request(self, text: str) -> NDArray[np.float32] | None:
        """The same; None without text or while no encoder answers: what else is known says something without it."""
        if not text.strip():
            return None
        try:
            return self.encode(text)
        except (ModelError, MissingPackage):
            return None

    def search(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> list[Ranking]:
        """One ranking for each of `queries` (q, d), scored by cosine; an item counts by its nearest text.

        `queries` may have any length, `allowed` (n,) has a flag for each row. Without vectors, or when the index
        turns out to be damaged or its server away (the indexer was told and sees to it), rankings are empty: the turn
        goes on with the other sources.
        """
        return self.begin(queries, allowed, limit)()

    def begin(self, queries: NDArray[np.float32], allowed: Flags, limit: int) -> Callable[[], list[Ranking]]:
        """The same search, begun on another thread where the index can; what is given back waits for it."""
        if not len(queries) or not self.ready or not allowed.any():
            return lambda: [nothing(SOURCE) for _ in queries]
        damaged = [nothing(SOURCE) for _ in queries]
        try:
            begun = self.index.begin(unit(np.asarray(queries, np.float32)), allowed, limit)
        except (IndexAway, IndexDamaged):
            return lambda: damaged

        def rankings() -> list[Ranking]:
            try:
                return [Ranking(SOURCE, one.rows, one.scores) for one in begun()]
            except (IndexAway, IndexDamaged):
                return damaged

        return rankings

    def vectors(self, rows: Rows) -> NDArray[np.float32]:
        """The vectors (k, d) of rows, length 1; zeros where there is none yet, and (k, 0) while there are none."""
        try:
            return self.index.vectors(rows)
        except (IndexAway, IndexDamaged):
            return np.zeros((len(rows), 0), np.float32)

    def has(self) -> Flags:
        """Which rows have a vector, shape (n,)."""
        return self.index.has(len(self.catalogue))

    def reread(self, text: str, found: Ranking) -> Ranking:
        """The best again in the scorer's order, if there is one; the scores stay as they were, place by place.

        Raises ModelError or MissingPackage where the scorer cannot be had.
        """
        if self._scorer is None or not len(found):
            return found
        rows = found.rows[:TOP]
        schema = self.catalogue.schema
        items = [self.catalogue.items[row] for row in rows.tolist()]
        texts = [". ".join((passage(item, schema), *texts_of(DESCRIPTION, item, schema)[:1])) for item in items]
        order = np.argsort(-self._scorer.scores(text, texts), kind="stable")
        return Ranking(SOURCE, np.concatenate([rows[order], found.rows[TOP:]]), found.scores)


def folder_name(name: str) -> str:
    """A catalogue's name as that of a folder of its own."""
    kept = "".join(ch if ch.isalnum() else "-" for ch in name[:40])
    return f"{kept}-{content_hash(name)[:8]}"
