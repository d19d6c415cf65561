"""What a person liked pulls its neighbours in the graph, what they disliked pushes them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.domain import Fact, Interaction
from palate.retrieval.graph.graph import FLOOR, Graph
from palate.retrieval.graph.hood import Hood
from palate.retrieval.ranking import Ranking, among, nothing, ranked

LATEST = 60
"""Interactions that are read, the latest first."""
NEIGHBOURS = 3
"""Liked items that may speak for one candidate: with more, what is a little like everything would win."""
AVERSION = 0.5
"""How much a disliked neighbour weighs beside a liked one."""


class History:
    """Item-item neighbours of a person's history, over the graph's similarity."""

    def __init__(self, catalogue: Catalogue, graph: Graph) -> None:
        self._catalogue = catalogue
        self._graph = graph

    def find(self, values: Mapping[int, float], around: Hood, limit: int) -> Ranking:
        """The items nearest to what was liked; nothing where nothing was. `values` says how much, by row.

        A candidate scores the sum over its three strongest liked neighbours of value times similarity, less half of
        its strongest disliked one, times the prior. Its facts name the liked item that speaks most for it and what
        the two share. Candidates are the rows `around`, ascending, but for those of the history itself.
        """
        liked = [row for row, value in values.items() if value > 0]
        disliked = [row for row, value in values.items() if value < 0]
        if not liked:
            return nothing("history")
        fresh = ~among(np.sort(list(values)), around.rows)
        rows, near = around.rows[fresh], self._graph.similarity(around, [*liked, *disliked])[fresh]
        pull = near[:, : len(liked)] * np.asarray([values[row] for row in liked], np.float32)
        scores = np.sort(pull, axis=1)[:, -NEIGHBOURS:].sum(axis=1)
        if disliked:
            push = near[:, len(liked) :] * np.asarray([-values[row] for row in disliked], np.float32)
            scores -= AVERSION * push.max(axis=1)
        scores *= self._graph.prior[rows]

        def facts(row: int) -> tuple[Fact, ...]:
            other = liked[int(pull[np.searchsorted(rows, row)].argmax())]
            title = self._catalogue.title(other)
            reason = Fact(self._catalogue.id(row), "liked_with", title, "history", about=title)
            return (reason, *self._graph.shared(row, other))

        return ranked("history", rows, scores, limit, floor=FLOOR, facts=facts)

    def values(self, history: Sequence[Interaction]) -> Mapping[int, float]:
        """The last word on each item that says anything about taste, by row, the latest first."""
        values: dict[int, float] = {}
        for interaction in sorted(history, key=lambda each: each.at, reverse=True):
            if interaction.value and interaction.item_id in self._catalogue:
                values.setdefault(self._catalogue.row(interaction.item_id), interaction.value)
        return dict(list(values.items())[:LATEST])
