"""The vectors of passages: of what each is about, and of each part that can be quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.answers.sentences import runs
from palate.errors import StoreError
from palate.passage import Passage
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.encoder import Encoder

QUOTED = 400
"""Characters of a quotation; longer passages are quoted in part."""
KEPT = 16
"""Vectors that are kept together: half a second's work, and what is lost at a kill."""
_ASKED = "asked: "
"""Before a heading in its content hash: it is encoded as a question is, which a text of the same words is not."""


def parts(passage: Passage) -> tuple[str, ...]:
    """What can be quoted of a passage: its text where that is short, else runs of its sentences."""
    return (passage.text,) if len(passage.text) <= QUOTED else tuple(runs(passage.text, QUOTED))


@dataclass(frozen=True, slots=True)
class Text:
    """One text to encode."""

    passage: int
    """The number of its passage."""
    said: str
    heading: bool

    @property
    def key(self) -> str:
        """Its content hash."""
        return content_hash(_ASKED + self.said if self.heading else self.said)


@dataclass(frozen=True, slots=True)
class Near:
    """The cosines of a question, by passage and by part."""

    heading: NDArray[np.float32]
    """Of the nearest of its headings, shape (n,)."""
    text: NDArray[np.float32]
    """Of its nearest part, shape (n,)."""
    cosines: NDArray[np.float32]
    """Of every text, shape (m,)."""
    places: Sequence[Sequence[int]]
    """Of each passage the places of its parts among the texts."""
    known: NDArray[np.bool_]
    """Which passages have all their vectors, shape (n,)."""

    def parts(self, number: int) -> list[float]:
        """The cosines of the parts of one passage."""
        return [float(self.cosines[place]) for place in self.places[number]]


class Vectors:
    """Vectors of n passages, brought from a cache and filled up. One thread fills while others read."""

    def __init__(self, passages: Sequence[Passage], encoder: Encoder, cache: EmbeddingCache | None) -> None:
        """Nothing is read or encoded yet."""
        self._count, self._encoder, self._cache = len(passages), encoder, cache
        self._texts = tuple(text for number, one in enumerate(passages) for text in _texts(number, one))
        self._owners = np.asarray([text.passage for text in self._texts], np.intp)
        self._heading = np.asarray([text.heading for text in self._texts], np.bool_)
        self._places: list[list[int]] = [[] for _ in passages]
        for place, text in enumerate(self._texts):
            if not text.heading:
                self._places[text.passage].append(place)
        self._vectors = np.zeros((len(self._texts), encoder.dimensions), np.float32)
        self._there = np.zeros(len(self._texts), np.bool_)

    @property
    def missing(self) -> int:
        """How many texts have no vector yet."""
        return int(np.count_nonzero(~self._there))

    def load(self) -> None:
        """Take what the cache has; what it cannot give is encoded later."""
        if self._cache is None or not self._texts:
            return
        keys = [text.key for text in self._texts]
        try:
            found = self._cache.get(self._encoder.name, dict.fromkeys(keys))
        except StoreError:
            return
        for number, key in enumerate(keys):
            if key in found:
                self._put(number, found[key])

    def fill(self) -> Iterator[int]:
        """Encode what is missing and keep it, telling after each text how many are left. Raises ModelError.

        Raises StoreError where the cache cannot be written; the vectors are of use all the same.
        """
        kept: dict[str, NDArray[np.float32]] = {}
        for number in np.flatnonzero(~self._there).tolist():
            text = self._texts[number]
            vector = self._encoder.query(text.said) if text.heading else self._encoder.passages([text.said])[0]
            self._put(number, vector)
            kept[text.key] = vector
            if len(kept) == KEPT or not self.missing:
                self._keep(kept)
                kept = {}
            yield self.missing

    def near(self, question: NDArray[np.float32]) -> Near:
        """How near a question's vector (d,) is to each passage."""
        there = self._there.copy()
        cosines = self._vectors @ question
        heading, text = np.full(self._count, -1.0, np.float32), np.full(self._count, -1.0, np.float32)
        np.maximum.at(heading, self._owners[self._heading], cosines[self._heading])
        np.maximum.at(text, self._owners[~self._heading], cosines[~self._heading])
        known = np.ones(self._count, np.bool_)
        known[self._owners[~there]] = False
        return Near(heading, text, cosines, self._places, known)

    def _put(self, number: int, vector: NDArray[np.float32]) -> None:
        # The vector first: who sees the flag finds it there.
        self._vectors[number] = vector
        self._there[number] = True

    def _keep(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        if self._cache is not None:
            self._cache.put(self._encoder.name, vectors)


def _texts(number: int, passage: Passage) -> Iterator[Text]:
    about = passage.about or passage.title
    for said in dict.fromkeys((about, passage.title)):
        yield Text(number, said, heading=True)
    for part in parts(passage):
        yield Text(number, f"{about}. {part}", heading=False)
