"""Everything that histories teach, over one catalogue, in one object.

Two sorts of families work together here: those learned from all people (`als`, `itemitem`, `next`, `people`,
`recent`) and those that need the person's own history only (`interests`, `likeness`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Interaction, ItemId
from palate.retrieval.graph.graph import Graph
from palate.retrieval.graph.hood import Hood
from palate.retrieval.learned.features import Columns, Features
from palate.retrieval.learned.models import Models
from palate.retrieval.learned.ranker import Ranker
from palate.retrieval.people.collaborative import Collaborative
from palate.retrieval.people.evidence import Evidence
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.interests import Interest, Interests
from palate.retrieval.people.lately import Lately
from palate.retrieval.people.neighbours import Along
from palate.retrieval.people.people import People
from palate.retrieval.people.space import Spaces
from palate.retrieval.people.taste import Taste, taste
from palate.retrieval.ranking import Ranking, ranked

DEPTH = 300
"""Candidates of each family that the trained ranker orders; 150 lose a little."""
FEW = 4
"""People among whose first candidates the ranker put an item in training, with whom it counts as half crowded."""
OWN = 30
"""Items of the person, the latest, whose likeness is sought."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What `Behaviour` is built over besides a catalogue and its histories; made anew for every snapshot."""

    prior: NDArray[np.float32]
    """Shape (n,), 0 to 1: how good and well known an item is."""
    graph: Graph
    spaces: Spaces
    """Where tastes are clustered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and what may be shown."""

    person: Taste
    allowed: Flags
    """Shape (n,); without the rows of the history itself, unless seeing it again is wished for."""
    around: Hood
    """The allowed rows that lie nearest to what the person likes."""


class Behaviour:
    """Safe for any number of threads."""

    def __init__(self, catalogue: Catalogue, histories: Histories, models: Models, parts: Parts) -> None:
        """Bind what was learned to the catalogue; what the models lack is left out."""
        evidence = Evidence(catalogue, histories)
        als, itemitem, after = models.als, models.itemitem, models.sequence
        learned: list[Collaborative | Along] = []
        if als is not None:
            learned.append(Collaborative(catalogue, als, evidence))
        if itemitem is not None:
            learned.append(Along("itemitem", catalogue, itemitem, evidence))
        if after is not None:
            learned.append(Along("next", catalogue, after, evidence))
        self._set(catalogue, histories, models.ranker, parts, learned, models.exposure)

    def _set(
        self,
        catalogue: Catalogue,
        histories: Histories,
        ranker: Ranker | None,
        parts: Parts,
        learned: Sequence[Collaborative | Along],
        exposure: Mapping[ItemId, int],
    ) -> None:
        self.catalogue = catalogue
        self.histories = histories
        self.ranker = ranker
        self._parts = parts
        self._learned = tuple(learned)
        self._interests = Interests(catalogue, parts.spaces, parts.prior)
        evidence = Evidence(catalogue, histories)
        self._people = People(catalogue, histories, evidence) if len(histories) else None
        self._exposure = exposure
        self._lately = Lately(histories)
        self._columns = Columns(catalogue, histories, parts.graph)

    def changed(self, catalogue: Catalogue, parts: Parts, histories: Histories | None = None) -> Behaviour:
        """The same for a snapshot that `Catalogue.changed` made; `histories` when there are newer ones of it."""
        made = Behaviour.__new__(Behaviour)
        newer = self.histories.changed(catalogue) if histories is None else histories
        evidence = Evidence(catalogue, newer)
        families = [family.changed(catalogue, evidence) for family in self._learned]
        made._set(catalogue, newer, self.ranker, parts, families, self._exposure)
        return made

    def read(self, history: Sequence[Interaction]) -> Taste:
        """A history as the families read it."""
        return taste(self.catalogue, history)

    def rankings(
        self, asked: Asked, points: Sequence[Interest], near: Callable[[], Sequence[Ranking]], limit: int
    ) -> list[Ranking]:
        """What every family proposes to a person, nothing without a history; empty rankings are left out.

        `points` are the person's interest points, `near` says at last what is near to each of them.
        """
        person, allowed = asked.person, asked.allowed
        if not person:
            return []
        learned = [family.find(person, allowed, limit) for family in self._learned]
        others = [self._alike(asked, limit)]
        if self._people is not None:
            others.append(self._people.find(person, points, allowed, limit))
            others.append(self._lately.find(person.at, allowed, limit))
        found = [*learned, *self._interests.find(points, person, near()), *others]
        return [ranking for ranking in found if len(ranking)]

    def interests(self, person: Taste, said: Sequence[str] = ()) -> tuple[Interest, ...]:
        """The person's interest points, the weightiest first."""
        return self._interests.points(person, said)

    def label(self, point: Interest, person: Taste) -> str:
        """What an interest point is about: "Animation, Japan"."""
        return self._interests.label(point, person)

    def features(self, rankings: Sequence[Ranking], person: Taste) -> Features:
        """What the trained ranker reads of the candidates."""
        return self._columns.features(rankings, person)

    @cached_property
    def exposure(self) -> NDArray[np.float32]:
        """How often the ranker puts each row first, shape (n,): 0 (never), a half (for `FEW` people) to nearly 1.

        It levels off: one person more says much about an item that nobody else is shown, and nothing about a hit.
        """
        shown = np.zeros(len(self.catalogue), np.float32)
        for item_id, count in self._exposure.items():
            if item_id in self.catalogue:
                shown[self.catalogue.row(item_id)] = count
        return np.asarray(shown / (shown + FEW), np.float32)

    def _alike(self, asked: Asked, limit: int) -> Ranking:
        """What shares most with the person's latest items, all together, in the graph."""
        edges, prior, person = self._parts.graph.edges, self._parts.prior, asked.person
        rows = asked.around.rows
        scores = edges.dots(asked.around, edges.profile(person.rows[:OWN], person.weights[:OWN])) * prior[rows]
        return ranked("likeness", rows, scores, limit)
