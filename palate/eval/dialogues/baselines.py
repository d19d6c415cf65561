"""The floors: what can be had by counting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.domain import Dialogue, ItemId
from palate.eval.dialogues.cases import Asked, frequencies


class Counted(ABC):
    """Scores over the candidates, ranked; where two are as good the first of the candidates goes first."""

    name = ""

    def __init__(self, train: Sequence[Dialogue], candidates: Sequence[ItemId]) -> None:
        """Count."""
        self.candidates = tuple(candidates)
        self.number: Mapping[ItemId, int] = {item: number for number, item in enumerate(candidates)}
        recommendations = frequencies(train)
        self.counts = np.asarray([recommendations[item] for item in candidates], np.float64)

    @abstractmethod
    def scores(self, asked: Asked) -> NDArray[np.float64]:
        """Higher is better, shape (candidates,); 0 where nothing speaks for an item."""

    def rank(self, asked: Asked, limit: int) -> Sequence[ItemId]:
        """The candidates that something speaks for."""
        scores = self.scores(asked)
        order = np.argsort(-scores, kind="stable")
        return asked.first((self.candidates[place] for place in order if scores[place] > 0), limit)

    def named(self, asked: Asked) -> list[int]:
        """The numbers of the candidates that were named, in order, once for each time."""
        return [self.number[item] for said in asked.dialogue for item in said.items if item in self.number]


class Popularity(Counted):
    """How often recommenders named an item in training."""

    name = "popularity"

    def scores(self, asked: Asked) -> NDArray[np.float64]:
        """The counts, whatever is asked."""
        return self.counts


class Copy(Counted):
    """What was named before, the latest first, whoever named it."""

    name = "copy-mentions"

    def scores(self, asked: Asked) -> NDArray[np.float64]:
        """The place of the last time."""
        found = np.zeros(len(self.candidates))
        for place, number in enumerate(self.named(asked), 1):
            found[number] = place
        return found


class CoOccurrence(Counted):
    """In how many training dialogues an item was named beside the ones named here, summed over these.

    An item does not speak for itself. Where nothing was named, or as much speaks for two items, popularity decides.
    """

    name = "co-occurrence"

    def __init__(self, train: Sequence[Dialogue], candidates: Sequence[ItemId]) -> None:
        """Count pairs."""
        super().__init__(train, candidates)
        rows, columns = [], []
        for row, dialogue in enumerate(train):
            named = {self.number[item] for said in dialogue.utterances for item in said.items if item in self.number}
            rows += [row] * len(named)
            columns += sorted(named)
        shape = (len(train), len(candidates))
        held = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape)
        pairs = (held.T @ held).tolil()
        pairs.setdiag(0)
        self._pairs = pairs.tocsr()
        self._ties = self.counts / (self.counts.max(initial=0) + 1)

    def scores(self, asked: Asked) -> NDArray[np.float64]:
        """The sum of pairs, and popularity below 1."""
        named = sorted(set(self.named(asked)))
        together = np.asarray(self._pairs[named].sum(axis=0)).ravel() if named else np.zeros(len(self.candidates))
        return np.asarray(together + self._ties, np.float64)
