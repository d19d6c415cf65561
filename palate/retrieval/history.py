"""What a person liked pulls its neighbours in the graph, what they disliked pushes them away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Candidate, Fact, Interaction
from palate.retrieval.graph import FLOOR, Graph
from palate.retrieval.ranking import best

LATEST = 60
"""Interactions that are read, the latest first."""
NEIGHBOURS = 3
"""Liked items that may speak for one candidate: with more, what is a little like everything would win."""
AVERSION = 0.5
"""How much a disliked neighbour weighs beside a liked one."""


class History:
    """Item-item neighbours of a person's history, over the graph's similarity."""

    def __init__(self, catalogue: Catalogue, graph: Graph, prior: NDArray[np.float64]) -> None:
        """`prior`, (n,) in 0 to 1, is what a score is multiplied by."""
        self._catalogue = catalogue
        self._graph = graph
        self._prior = prior

    def near(self, history: Sequence[Interaction], allowed: Flags, limit: int) -> list[Candidate]:
        """The items nearest to what was liked, empty when nothing was.

        A candidate scores the sum over its three strongest liked neighbours of value times similarity, less half of
        its strongest disliked one, times the prior. Its facts name the liked item that speaks most for it and what
        the two share. Items of the history itself are not proposed.
        """
        values = self._values(history)
        liked = [row for row, value in values.items() if value > 0]
        disliked = [row for row, value in values.items() if value < 0]
        if not liked:
            return []
        pull = self._graph.similarity(liked) * np.asarray([[values[row]] for row in liked])
        scores = np.sort(pull, axis=0)[-NEIGHBOURS:].sum(axis=0)
        if disliked:
            push = self._graph.similarity(disliked) * np.asarray([[-values[row]] for row in disliked])
            scores -= AVERSION * push.max(axis=0)
        scores *= self._prior
        scores[[self._catalogue.row(each.item_id) for each in history if each.item_id in self._catalogue]] = 0
        items = self._catalogue.items
        candidates = []
        for row in best(scores, allowed, limit, FLOOR):
            item, nearest = items[row], items[liked[int(pull[:, row].argmax())]]
            reason = Fact(item.id, "liked_with", nearest.title, "history", about=nearest.title)
            facts = (reason, *self._graph.shared(item, nearest))
            candidates.append(Candidate(item.id, float(scores[row]), "history", facts))
        return candidates

    def _values(self, history: Sequence[Interaction]) -> dict[int, float]:
        """The last word on each item that says anything about taste, by row."""
        values: dict[int, float] = {}
        for interaction in sorted(history, key=lambda each: each.at, reverse=True):
            if interaction.value and interaction.item_id in self._catalogue:
                values.setdefault(self._catalogue.row(interaction.item_id), interaction.value)
        return dict(list(values.items())[:LATEST])
