"""Every source of candidates over one snapshot of a catalogue, in three groups as the tools ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Entity, Query, Triple
from palate.errors import MissingPackage, ModelError
from palate.retrieval.clock import Clock
from palate.retrieval.graph.graph import Graph
from palate.retrieval.graph.history import History
from palate.retrieval.learned.models import Models
from palate.retrieval.longtail import LongTail
from palate.retrieval.options import Options
from palate.retrieval.people.behaviour import DEPTH, Asked, Behaviour, Parts
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.interests import Interest
from palate.retrieval.people.space import GraphSpace, Spaces
from palate.retrieval.popularity import Popularity
from palate.retrieval.profile import NEIGHBOURS, Profile
from palate.retrieval.ranking import Ranking, nothing
from palate.retrieval.recency import Recency
from palate.retrieval.request import Request
from palate.retrieval.vectors.looking import Looking
from palate.retrieval.words.lexical import Lexical

if TYPE_CHECKING:
    from palate.retrieval.talk.talk import Heeded, Talk
    from palate.retrieval.vectors.dense import Dense

LIKED = 6
"""Liked items, the latest, that are expanded: one ranking each."""
BESIDE_WORDS = 0.2
"""What wishes that are only leanings weigh beside words, in a catalogue without a vocabulary."""
SEEDS = 20
"""Liked items, the latest, that a walk through the graph passes and its reasons speak of."""


class Families:
    """Safe for any number of threads. Rankings without rows are left out everywhere."""

    def __init__(
        self,
        catalogue: Catalogue,
        dense: Dense | None,
        histories: Histories | None,
        triples: Sequence[Triple],
        models: Models,
        options: Options,
        *,
        before: Families | None = None,
        words: Lexical | None = None,
        graph: Graph | None = None,
    ) -> None:
        """Build the sources that need no vectors; of `before`, the families of an earlier snapshot, what stayed.

        `words` and `graph` are of families over the same snapshot.
        """
        self.catalogue = catalogue
        self.models = models
        self._dense = dense
        self._histories = histories
        self._options = options
        if before is None:
            self.popularity = Popularity(catalogue, histories)
            prior = self.popularity.prior
            self.lexical = words.reweighed(prior) if words else Lexical(catalogue, prior)
            weights = models.relations
            self.graph = graph.weighed(prior, weights) if graph else Graph(catalogue, prior, triples, weights)
        else:
            self.popularity = before.popularity.changed(catalogue, histories)
            self.lexical = before.lexical.changed(catalogue, self.popularity.prior)
            self.graph = before.graph.changed(catalogue, self.popularity.prior)
        prior = self.popularity.prior
        parts = Parts(prior, self.graph, Spaces(self.graph, prior, dense))
        known = histories if histories is not None else Histories.of(catalogue, ())
        self.behaviour: Behaviour = (
            Behaviour(catalogue, known, models, parts)
            if before is None
            else before.behaviour.changed(catalogue, parts, known)
        )
        """The families that learn from people, and interest points."""
        self.talk: Talk | None = (
            _talk(models, catalogue) if before is None else before.talk and before.talk.changed(catalogue)
        )
        """What dialogues taught, None where nothing did."""
        self.tail = LongTail(catalogue, self.popularity)
        self._recency = Recency(catalogue, prior, histories)
        self._history = History(catalogue, self.graph)

    def changed(self, catalogue: Catalogue, dense: Dense | None) -> Families:
        """Those of a snapshot that `Catalogue.changed` made: only the appended rows are read."""
        histories = self._histories.changed(catalogue) if self._histories is not None else None
        return Families(catalogue, dense, histories, (), self.models, self._options, before=self)

    def under(self, options: Options) -> Families:
        """The same families with other options; everything else is shared."""
        made = copy(self)
        made._options = options
        return made

    def learned_from(self, histories: Histories, models: Models) -> Families:
        """Those of other histories over the same snapshot, and of what was learned from them."""
        words, graph = self.lexical, self.graph
        return Families(self.catalogue, self._dense, histories, (), models, self._options, words=words, graph=graph)

    def encode(self, text: str) -> None:
        """Have the vector of a request ready: what the encoder takes is not what retrieval takes."""
        if self._dense is not None and text.strip() and self._dense.ready:
            with suppress(ModelError, MissingPackage):
                self._dense.encode(text)

    def values(self, query: Query) -> dict[int, float]:
        """How much the items of a history were liked, by row, the latest first."""
        return dict(self._history.values(query.history))

    def learned(self, request: Request) -> bool:
        """Whether a trained ranker can order what is found: it knows histories only, no words and no wishes."""
        query = request.query
        silent = not (query.text.strip() or request.liked or query.wanted)
        return silent and bool(request.person) and self._options.ranker and self.models.ranker is not None

    def heeded(self, request: Request) -> Heeded | None:
        """What fits the conversation by what dialogues taught; None where none did, or where there is none."""
        dialogue = request.query.dialogue
        return self.talk.find(dialogue, request.rows) if self.talk is not None and dialogue else None

    def all(self, request: Request, clock: Clock) -> list[Ranking]:
        """What every source proposes; the one scan of vectors goes on beside what is found otherwise."""
        related, points = self._related(request, clock), self._points(request, clock)
        with clock("profile"):
            profile = self.profile(request, related).vector
        with clock("dense"):
            looking = self._looking(request, points, text=request.query.text, profile=profile)
        worded = self._worded(request, clock)
        people = self._people(request, points, looking, clock)
        texts = self._texts(request, looking, worded, clock)
        return [*texts, *people, *related, *self._near_profile(looking, points, clock)]

    def by_text(self, request: Request, clock: Clock) -> list[Ranking]:
        """By the words, and what is popular, recent or, where the slate is to have some, little known."""
        looking = self._looking(request, text=request.query.text)
        return self._texts(request, looking, self._worded(request, clock), clock)

    def by_people(self, request: Request, clock: Clock) -> list[Ranking]:
        """By the person's history, and by everybody's."""
        points = self._points(request, clock)
        return self._people(request, points, self._looking(request, points), clock)

    def by_graph(self, request: Request, clock: Clock) -> list[Ranking]:
        """Near what is liked, having what is wanted, near wanted names, by a walk from all of it, and near p'."""
        related = self._related(request, clock)
        looking = self._looking(request, profile=self.profile(request, related).vector)
        return [*related, *self._near_profile(looking, (), clock)]

    def profile(self, request: Request, around: Sequence[Ranking]) -> Profile:
        """P' of a request; `around` are the graph's rankings."""
        if self._dense is None:
            return Profile()
        key = b"".join(ranking.rows[:NEIGHBOURS].tobytes() for ranking in around)
        if (made := request.profiles.get(key)) is None:
            made = Profile.of(self._dense, request.query.text, request.tastes, around)
            if made.shares:
                request.profiles[key] = made
        return made

    def _looking(
        self,
        request: Request,
        points: Sequence[Interest] = (),
        *,
        text: str = "",
        profile: NDArray[np.float32] | None = None,
    ) -> Looking:
        """Look for what is near to interest points, and behind them to p'."""
        centres = _centres(points)
        limit = DEPTH if centres else self._options.depth
        return Looking(self._dense, request.rows, limit, text, [*centres, *([] if profile is None else [profile])])

    def _points(self, request: Request, clock: Clock) -> Sequence[Interest]:
        with clock("interests"):
            return self.behaviour.interests(request.person, request.query.said) if request.person else ()

    def _worded(self, request: Request, clock: Clock) -> list[Ranking]:
        text = request.query.text
        if not text.strip():
            return []
        with clock("lexical"):
            return _some(self.lexical.find(text, request.rows, self._options.depth))

    def _texts(self, request: Request, looking: Looking, worded: Sequence[Ranking], clock: Clock) -> list[Ranking]:
        rows, depth = request.rows, self._options.depth
        with clock("popularity"):
            found = [self.popularity.top(rows, depth)]
            if not request.person:
                # To somebody who has a history, what was of late is what was of late when they were here last.
                found.append(self._recency.find(rows, depth))
        with clock("dense"):
            found.append(self._raised(looking.near_text(depth)))
        found += worded
        if self._explores(request):
            with clock("tail"):
                rare = rows & self.tail.flags
                near = Looking(self._dense, rare, depth, request.query.text).near_text(depth)
                words = self.lexical.find(request.query.text, rare, depth) if request.query.text.strip() else []
                fitting = _some([self._raised(near), *words, *self._walks(request, rare)])
                found.append(self.tail.explore(fitting, rows, depth))
        return _some(found)

    def _raised(self, near: Ranking) -> Ranking:
        """Cosines lie close together: what counts is how far one is above the last of the list, times the prior."""
        if not len(near):
            return near
        above = replace(near, scores=near.scores - near.scores[-1])
        return above.times(self.popularity.prior[near.rows])

    def _people(self, request: Request, points: Sequence[Interest], looking: Looking, clock: Clock) -> list[Ranking]:
        if not request.person:
            return []
        with clock("history"):
            found = [self._history.find(request.values, request.around, self._options.depth)]

        def near() -> Sequence[Ranking]:
            with clock("dense"):
                spoken = iter(looking.near_vectors(DEPTH))
                return [
                    point.space.near(point.rows, request.rows, DEPTH)
                    if isinstance(point.space, GraphSpace)
                    else next(spoken, nothing("interests"))
                    for point in points
                ]

        with clock("people"):
            asked = Asked(request.person, request.rows, request.around)
            found += self.behaviour.rankings(asked, points, near, DEPTH)
        return _some(found)

    def _related(self, request: Request, clock: Clock) -> list[Ranking]:
        query, rows, depth = request.query, request.rows, self._options.depth
        with clock("graph"):
            found = [self.graph.near_item(self.catalogue.id(row), rows, depth) for row in request.liked[-LIKED:]]
            if query.wanted:
                found.append(self._leaning(request, self.graph.having(query.wanted, rows, depth)))
            found += [self.graph.near_entity(e, rows, depth) for e in query.wanted if self._grouped(e)]
        with clock("pagerank"):
            found += self._walks(request, rows)
        return _some(found)

    def _near_profile(self, looking: Looking, points: Sequence[Interest], clock: Clock) -> list[Ranking]:
        with clock("profile"):
            near = looking.near_vectors(self._options.depth)[len(_centres(points)) :]
            return _some([replace(self._raised(found), source="profile") for found in near])

    def _walks(self, request: Request, rows: Flags) -> list[Ranking]:
        """A walk from everything that is liked or wanted; none where nothing is."""
        if not request.tastes and not request.query.wanted:
            return []
        seeds = list(request.tastes)[:SEEDS]
        return [
            self._leaning(request, self.graph.walk(request.start, seeds, request.around, rows, self._options.depth))
        ]

    def _explores(self, request: Request) -> bool:
        share = request.query.long_tail
        return (self._options.long_tail if share is None else share) > 0

    def _leaning(self, request: Request, found: Ranking) -> Ranking:
        """What only leans somewhere counts less beside words, where words are all that says what is wanted."""
        worded = request.query.text.strip() and not self.catalogue.schema.vocabulary and not request.tastes
        return replace(found, weight=found.weight * BESIDE_WORDS) if worded else found

    def _grouped(self, entity: Entity) -> bool:
        groups = self.catalogue.schema.groups
        return entity.relation in groups or any(entity.relation in members for members in groups.values())


def _talk(models: Models, catalogue: Catalogue) -> Talk | None:
    if models.talk is None:
        return None
    from palate.retrieval.talk.talk import Talk  # noqa: PLC0415 - it needs SciPy, which whoever trained has

    return Talk(models.talk, catalogue)


def _centres(points: Sequence[Interest]) -> list[NDArray[np.float32]]:
    """Where those lie that can be looked for by vectors."""
    return [point.centre for point in points if point.space.speaks]


def _some(rankings: Sequence[Ranking]) -> list[Ranking]:
    """The rankings that have anything."""
    return [ranking for ranking in rankings if len(ranking)]
