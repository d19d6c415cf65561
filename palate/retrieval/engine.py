"""The only door to retrieval: rankings from every source, and the slate that is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import Constraint, Entity, Fact, Item, ItemId, Op, Query, Recommendation, Schema, Slate, Triple
from palate.errors import MissingPackage, ModelError
from palate.retrieval.adjusting import Adjusted, adjust
from palate.retrieval.behaviour import DEPTH, Behaviour, Parts
from palate.retrieval.choosing import Choice, Wishes, reserve
from palate.retrieval.clock import Clock
from palate.retrieval.facts import catalogue_facts, reasons, request_facts
from palate.retrieval.features import Features
from palate.retrieval.fusion import Fused, fuse, fuse_learned
from palate.retrieval.graph import Graph
from palate.retrieval.histories import Histories
from palate.retrieval.history import History
from palate.retrieval.lexical import Lexical
from palate.retrieval.longtail import LongTail
from palate.retrieval.models import Models
from palate.retrieval.options import Options
from palate.retrieval.popularity import LEAST, Popularity
from palate.retrieval.profile import Profile
from palate.retrieval.ranking import Ranking
from palate.retrieval.recency import Recency
from palate.retrieval.relaxing import nearness
from palate.retrieval.request import Request, Requests
from palate.retrieval.rules import BoundRules, Rules
from palate.retrieval.space import Spaces

if TYPE_CHECKING:
    from palate.retrieval.dense import Dense

LIKED = 6
"""Liked items, the latest, that are expanded: one ranking each."""
SEEDS = 20
"""Liked items, the latest, that a walk through the graph passes and its reasons speak of."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A slate and what it took."""

    slate: Slate
    ms: Mapping[str, float]
    """Milliseconds by stage; `encode` is the request's vector, which depends on the encoder alone."""

    @property
    def total(self) -> float:
        """Milliseconds of everything but encoding."""
        return sum(took for stage, took in self.ms.items() if stage != "encode")


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that an engine holds over one snapshot, but what can be had from it in no time."""

    popularity: Popularity
    recency: Recency
    lexical: Lexical
    graph: Graph


class Engine:
    """Retrieval over one snapshot of a catalogue; safe for any number of threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        dense: Dense | None = None,
        *,
        histories: Histories | None = None,
        triples: Sequence[Triple] = (),
        models: Models | None = None,
        rules: Rules | None = None,
        options: Options | None = None,
        sources: Sources | None = None,
    ) -> None:
        """Build the sources that need no vectors. `dense` may still be empty, or None.

        `histories` are everybody's interactions, `triples` a knowledge graph from a file, `models` what was learned.
        `sources` are given by `changed` only. Raises RulesError where `rules` name what the catalogue lacks.
        """
        self.catalogue = catalogue
        self.options = options or Options()
        self._dense = dense
        self._histories = histories
        self._models = models or Models()
        self._rules = rules or Rules()
        if sources is None:
            popularity = Popularity(catalogue, histories)
            prior = popularity.prior
            sources = Sources(
                popularity,
                Recency(catalogue, prior, histories),
                Lexical(catalogue, prior),
                Graph(catalogue, prior, triples, self._models.relations),
            )
        self._sources = sources
        self._popularity, self._graph = sources.popularity, sources.graph
        self._history = History(catalogue, self._graph)
        self._tail = LongTail(catalogue, self._popularity)
        bound = BoundRules(catalogue, self._rules)
        self._factors = bound.factors
        self._choice = Choice(catalogue, self._graph, self._tail, self.options, bound.pinned)
        self._requests = Requests(
            catalogue, self._graph, sources.lexical.rows_with, bound.free, lambda q: self._history.values(q.history)
        )

    def changed(self, catalogue: Catalogue, dense: Dense | None) -> Engine:
        """The engine of a snapshot that `Catalogue.changed` made: only the appended rows are read.

        `dense` is that of the snapshot. This engine stays as it is for the turns that are under way.
        """
        histories = self._histories.changed(catalogue) if self._histories is not None else None
        popularity = self._popularity.changed(catalogue, histories)
        prior, old = popularity.prior, self._sources
        sources = Sources(
            popularity,
            Recency(catalogue, prior, histories),
            old.lexical.changed(catalogue, prior),
            old.graph.changed(catalogue, prior),
        )
        return Engine(
            catalogue,
            dense,
            histories=histories,
            models=self._models,
            rules=self._rules,
            options=self.options,
            sources=sources,
        )

    def mask(self, constraints: Sequence[Constraint]) -> Flags:
        """Which rows of the catalogue are alive and meet all constraints, shape (n,). Raises UnknownValue."""
        return self._requests.mask(tuple(constraints))

    def count(self, constraints: Sequence[Constraint]) -> int:
        """How many items meet all constraints. Raises UnknownValue."""
        return int(np.count_nonzero(self.mask(constraints)))

    def search(self, query: Query) -> list[Ranking]:
        """By the words: dense (as far as it is built), lexical and phrases, none without text; popular, recent, rare."""
        return self._by_text(self._requests.read(query), Clock())

    def history(self, query: Query) -> list[Ranking]:
        """By what the person liked before, and others like them; nothing without a history."""
        return self._by_people(self._requests.read(query), Clock())

    def expand(self, query: Query) -> list[Ranking]:
        """By the graph: near each liked item, having what is wanted, near the wanted names of a group (people).

        And by a walk from all of it, and near the profile p'.
        """
        return self._by_graph(self._requests.read(query), Clock())

    def slate(self, query: Query, found: Sequence[Ranking]) -> Slate:
        """The items to show, out of what the sources found.

        Every item meets the constraints, and none is excluded, liked or disliked. Where nothing meets them, the
        fewest and softest are left out, `relaxed` names them and the nearest items are shown. Where the sources found
        too few, the best known and best of all allowed items fill up, so the slate is full whenever enough match.
        Items that pass an exclusion only because they are unknown come after all others.
        """
        return self._slate(self._requests.read(query), found, Clock())

    def recommend(self, query: Query) -> Slate:
        """The slate of all sources at once."""
        return self.timed(query).slate

    def timed(self, query: Query) -> Timed:
        """The same with the milliseconds that every stage took."""
        clock = Clock()
        if self._dense is not None and query.text.strip() and self._dense.ready:
            with clock("encode"), suppress(ModelError, MissingPackage):
                self._dense.encode(query.text)
        with clock("constraints"):
            request = self._requests.read(query)
        found = self._all(request, clock)
        return Timed(self._slate(request, found, clock), clock.ms)

    def explain(self, query: Query, item_ids: Sequence[ItemId]) -> list[Recommendation]:
        """Why these items would be recommended under this query, in the order given. Raises UnknownItem."""
        rows = [self.catalogue.row(item_id) for item_id in item_ids]
        asked = replace(
            query,
            liked=tuple(item_id for item_id in query.liked if item_id not in item_ids),
            exclude=query.exclude - frozenset(item_ids),
        )
        request = self._requests.read(asked)
        found = self._all(request, Clock())
        missing = [row for row in rows if not any(row in ranking.rows for ranking in found)]
        if missing:
            # Too far behind to be among a source's best: what it says of them alone.
            these = np.zeros(len(self.catalogue), np.bool_)
            these[missing] = True
            alone = replace(request, allowed=replace(request.allowed, rows=these))
            found += self._all(alone, Clock())
        adjusted = self._adjusted(request, found, rows)
        top = max(float(adjusted.scores.max(initial=0.0)), 1e-9)
        told = reasons(found, rows)
        return [self._recommendation(row, adjusted, top, request, told[row]) for row in rows]

    def _all(self, request: Request, clock: Clock) -> list[Ranking]:
        return [
            *self._by_text(request, clock),
            *self._by_people(request, clock),
            *self._by_graph(request, clock),
        ]

    def _by_text(self, request: Request, clock: Clock) -> list[Ranking]:
        rows, depth, text = request.rows, self.options.depth, request.query.text
        with clock("popularity"):
            found = [self._popularity.top(rows, depth)]
            if not request.person:
                # To somebody who has a history, what was of late is what was of late when they were here last.
                found.append(self._sources.recency.find(rows, depth))
        found += self._by_words(text, rows, clock)
        if Wishes.of(request, self.options).long_tail > 0:
            with clock("tail"):
                rare = rows & self._tail.flags
                fitting = [*self._by_words(text, rare, clock), *self._walks(request, rare)]
                found.append(self._tail.explore(fitting, rows, depth))
        return _some(found)

    def _by_words(self, text: str, rows: Flags, clock: Clock) -> list[Ranking]:
        if not text.strip():
            return []
        found: list[Ranking] = []
        if self._dense is not None:
            with clock("dense"):
                found.append(self._near(self._dense.near(text, rows, self.options.depth)))
        with clock("lexical"):
            found += self._sources.lexical.find(text, rows, self.options.depth)
        return _some(found)

    def _near(self, near: Ranking) -> Ranking:
        """Cosines lie close together: what counts is how far one is above the last of the list, times the prior."""
        if not len(near):
            return near
        above = replace(near, scores=near.scores - near.scores[-1])
        return above.times(self._popularity.prior[near.rows])

    def _by_people(self, request: Request, clock: Clock) -> list[Ranking]:
        if not request.person:
            return []
        with clock("history"):
            found = [self._history.find(request.values, request.around, self.options.depth)]
        with clock("people"):
            found += self.behaviour.rankings(request.person, request.rows, DEPTH, request.query.said)
        return _some(found)

    @cached_property
    def behaviour(self) -> Behaviour:
        """The families that learn from people; interest points in the space of the texts, once there are vectors."""
        histories = self._histories or Histories.of(self.catalogue, ())
        spaces = Spaces(self._graph, self._popularity.prior, self._dense)
        return Behaviour(self.catalogue, histories, self._models, Parts(self._popularity.prior, self._graph, spaces))

    def features(self, query: Query, found: Sequence[Ranking]) -> Features:
        """What a trained ranker reads of everything that was found for the history of a query."""
        return self.behaviour.features(found, self._requests.read(query).person)

    def learned(self, histories: Histories, models: Models) -> Engine:
        """The same engine over other histories and what was learned from them; words are shared."""
        popularity = Popularity(self.catalogue, histories)
        sources = Sources(
            popularity,
            Recency(self.catalogue, popularity.prior, histories),
            self._sources.lexical,
            self.graph.weighed(popularity.prior, models.relations),
        )
        return Engine(
            self.catalogue,
            self._dense,
            histories=histories,
            models=models,
            rules=self._rules,
            options=self.options,
            sources=sources,
        )

    @property
    def graph(self) -> Graph:
        """Items and the entities that they are joined to."""
        return self._graph

    def _by_graph(self, request: Request, clock: Clock) -> list[Ranking]:
        query, rows, depth = request.query, request.rows, self.options.depth
        with clock("graph"):
            found = [self._graph.near_item(self.catalogue.id(row), rows, depth) for row in request.liked[-LIKED:]]
            if query.wanted:
                found.append(self._graph.having(query.wanted, rows, depth))
            found += [self._graph.near_entity(e, rows, depth) for e in query.wanted if self._grouped(e)]
        with clock("pagerank"):
            found += self._walks(request, rows)
        if self._dense is not None:
            with clock("profile"):
                found.append(self._near(self._profile(request, found).find(self._dense, rows, depth)))
        return _some(found)

    def _walks(self, request: Request, rows: Flags) -> list[Ranking]:
        """A walk from everything that is liked or wanted; none where nothing is."""
        if not request.tastes and not request.query.wanted:
            return []
        seeds = list(request.tastes)[:SEEDS]
        return [self._graph.walk(request.start, seeds, request.around, rows, self.options.depth)]

    def _profile(self, request: Request, around: Sequence[Ranking]) -> Profile:
        if self._dense is None:
            return Profile()
        return Profile.of(self._dense, request.query.text, request.tastes, around)

    def _grouped(self, entity: Entity) -> bool:
        groups = self.catalogue.schema.groups
        return entity.relation in groups or any(entity.relation in members for members in groups.values())

    def _slate(self, request: Request, found: Sequence[Ranking], clock: Clock) -> Slate:
        wishes = Wishes.of(request, self.options)
        with clock("fusion"):
            adjusted = self._adjusted(request, found)
        with clock("diversity"):
            chosen = self._choice.choose(adjusted, request, wishes)
        with clock("facts"):
            scores = adjusted.scores[np.searchsorted(adjusted.rows, chosen)]
            top = float(scores.max(initial=0.0)) or 1.0
            told = reasons(found, chosen)
            shown = tuple(self._recommendation(row, adjusted, top, request, told[row]) for row in chosen)
            around = [ranking for ranking in found if ranking.source in {"graph", "pagerank"}]
            shares = self._profile(request, around).shares
        return Slate(shown, request.allowed.relaxed, request.matching, shares)

    def _adjusted(
        self, request: Request, found: Sequence[Ranking], others: Sequence[int] = ()
    ) -> Adjusted:
        """What each row is worth for this request: what the sources found, and the best known of what is allowed."""
        prior = self._popularity.prior
        if request.allowed.relaxed:
            near = nearness(self.catalogue, request.allowed.relaxed)
            prior = np.maximum(prior * near, LEAST).astype(np.float32)
        spare = reserve(request, prior, max(self.options.pool, request.query.size or 0))
        fused = self._fused(request, found, np.concatenate([spare, np.asarray(others, np.int32)]))
        novelty = self.options.novelty if request.query.novelty is None else request.query.novelty
        return adjust(fused, request, novelty, self.catalogue, self._graph, self._popularity, self._factors)

    def _learned(self, request: Request) -> bool:
        """Whether a trained ranker can order what is found: it knows histories only, no words and no wishes."""
        query = request.query
        silent = not (query.text.strip() or request.liked or query.wanted)
        return silent and bool(request.person) and self.options.ranker and self._models.ranker is not None

    def _fused(self, request: Request, found: Sequence[Ranking], others: Rows) -> Fused:
        """By the trained ranker where it can, else by reciprocal ranks."""
        if self._learned(request) and self._models.ranker is not None:
            with suppress(MissingPackage):
                # Whoever trained had LightGBM; without it here the ranks decide.
                return fuse_learned(self._models.ranker, self.behaviour.features(found, request.person), others)
        return fuse(found, others, self.options.weights)

    def _recommendation(
        self, row: int, adjusted: Adjusted, top: float, request: Request, told: Sequence[Fact]
    ) -> Recommendation:
        item, schema = self.catalogue.items[row], self.catalogue.schema
        facts = [*told, *request_facts(item, schema, request.query), *catalogue_facts(item, schema)]
        score = float(adjusted.scores[np.searchsorted(adjusted.rows, row)]) / top
        return Recommendation(
            item,
            min(score, 1.0),
            tuple(facts),
            _unknown(item, schema, request.allowed.kept),
            adjusted.contributions(row, top),
        )


def _some(rankings: Sequence[Ranking]) -> list[Ranking]:
    """The rankings that have anything."""
    return [ranking for ranking in rankings if len(ranking)]


def _unknown(item: Item, schema: Schema, constraints: Sequence[Constraint]) -> tuple[str, ...]:
    """The relations that exclusions asked about and that are not known for the item."""
    asked = (c.attribute for c in constraints if c.op is Op.NONE and c.values)
    relations = chain.from_iterable(map(schema.relations_of, asked))
    return tuple(dict.fromkeys(relation for relation in relations if not item.names(relation)))
