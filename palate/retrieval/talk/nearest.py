"""Moments of other dialogues that are most like this one, and what was recommended then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.ranking import best
from palate.retrieval.talk.algebra import normalised, product, summed
from palate.retrieval.talk.bags import Matrix
from palate.retrieval.talk.counting import top
from palate.retrieval.talk.lessons import Lessons

NEAREST = 150
"""Moments that speak, each by the square of its likeness."""
KEPT = 32
"""Words of a moment, the weightiest, by which it is found: the rest, said everywhere, take most of the time."""
ITEMS = 0.7
"""What the likeness of the items named counts beside that of the words."""


@dataclass(frozen=True)
class Nearest:
    """Moments that were learned from."""

    words: Matrix
    """(v, n): the weightiest words of their texts."""
    items: Matrix
    """(k, n): what was named before."""
    targets: Matrix
    """(n, k): what was recommended."""

    @classmethod
    def of(cls, lessons: Lessons, words: Matrix) -> Nearest:
        """Those of recommenders; `words` are the texts of all."""
        chosen = lessons.recommended
        items = normalised(lessons.bags.fading[chosen])
        return cls(top(words[chosen], KEPT).T.tocsr(), items.T.tocsr(), lessons.targets[chosen])

    def scores(self, sources: Mapping[str, Matrix]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Shape (m, k) each: by words and items, and by words alone."""
        by_words = product(sources["text"], self.words)
        by_both = by_words + ITEMS * product(sources["fading_mean"], self.items)
        return np.stack([self._voted(row) for row in by_both]), np.stack([self._voted(row) for row in by_words])

    def _voted(self, likeness: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the nearest recommended, (k,), by likenesses (n,)."""
        near = np.sort(best(likeness, None, NEAREST))
        return summed(near, likeness[near] ** 2, self.targets)
