"""The only door to retrieval: candidates from every source, and the slate that is made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from math import ceil

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import (
    Candidate,
    Constraint,
    Entity,
    Fact,
    Item,
    ItemId,
    Op,
    Query,
    Recommendation,
    Schema,
    Slate,
)
from palate.errors import IndexDamaged
from palate.retrieval import masks
from palate.retrieval.dense import DenseIndex
from palate.retrieval.diversity import diversify
from palate.retrieval.facts import catalogue_facts, request_facts
from palate.retrieval.fusion import reciprocal_rank_fusion
from palate.retrieval.graph import Graph
from palate.retrieval.history import History
from palate.retrieval.lexical import Lexical
from palate.retrieval.popularity import Popularity
from palate.retrieval.ranking import best
from palate.retrieval.relaxing import Allowed, nearness, relax

DEPTH = 150
"""Candidates that one source gives."""
POOL = 60
"""Best candidates among which the slate is chosen for diversity."""
REPEATS = 0.5
"""Share of a slate, rounded up, that may be under one name of the first relation (one director) not asked for."""
DIVERSITY = 0.2
"""Share that unlikeness has in that choice."""
WEIGHTS = {"dense": 0.5, "lexical": 0.4, "graph": 1.0, "history": 1.0, "popularity": 0.1}
"""What a source's ranking weighs in the fusion."""
WANTED = 0.5
"""By how much having everything that is wanted raises a score."""
UNWANTED = 0.5
"""What a score is multiplied by for each unwanted entity."""
AVERSION = 0.7
"""By how much of itself a score falls for an item just like a disliked one."""
LIKED = 6
"""Liked items, the latest, that are expanded: one ranking each."""


class Engine:
    """Retrieval over one catalogue; safe for any number of threads."""

    def __init__(self, catalogue: Catalogue, dense: DenseIndex | None, slate_size: int = 5) -> None:
        """Build the sources that need no vectors, 1 to 2 s for 17,000 films. `dense` may still be empty, or None."""
        self.catalogue = catalogue
        self._dense = dense
        self._size = slate_size
        self._popularity = Popularity(catalogue)
        prior = self._popularity.prior
        self._lexical = Lexical(catalogue, prior)
        self._graph = Graph(catalogue, prior)
        self._history = History(catalogue, self._graph, prior)

    def mask(self, constraints: Sequence[Constraint]) -> Flags:
        """Which rows of the catalogue meet all constraints, shape (n,). Raises UnknownValue."""
        return masks.mask(self.catalogue, constraints)

    def count(self, constraints: Sequence[Constraint]) -> int:
        """How many items meet all constraints. Raises UnknownValue."""
        return int(self.mask(constraints).sum())

    def search(self, query: Query) -> list[list[Candidate]]:
        """By the words: dense (as far as it is built) and lexical, none without text; and by popularity."""
        rows = self._allowed(query).rows
        found = [self._popularity.top(rows, DEPTH)]
        if query.text.strip():
            found += [self._near(query.text, rows), self._lexical.search(query.text, rows, DEPTH)]
        return [ranking for ranking in found if ranking]

    def history(self, query: Query) -> list[list[Candidate]]:
        """By what the person liked before; nothing without a history."""
        ranking = self._history.near(query.history, self._allowed(query).rows, DEPTH)
        return [ranking] if ranking else []

    def expand(self, query: Query) -> list[list[Candidate]]:
        """By the graph: near each liked item, having what is wanted, near the wanted names of a group (people)."""
        rows = self._allowed(query).rows
        liked = [item_id for item_id in query.liked if item_id in self.catalogue][-LIKED:]
        found = [self._graph.near_item(item_id, rows, DEPTH) for item_id in liked]
        if query.wanted:
            found.append(self._graph.having(query.wanted, rows, DEPTH))
        found += [self._graph.near_entity(e, rows, DEPTH) for e in query.wanted if self._grouped(e)]
        return [ranking for ranking in found if ranking]

    def slate(self, query: Query, found: Sequence[Sequence[Candidate]]) -> Slate:
        """The items to show, out of what the sources found.

        Every item meets the constraints, and none is excluded, liked or disliked. Where nothing meets them, the
        fewest and softest are left out, `relaxed` names them and the nearest items are shown. Where the sources found
        too few, the best known and best of all allowed items fill up, so the slate is full whenever enough match.
        Items that pass an exclusion only because they are unknown come after all others.
        """
        allowed = self._allowed(query)
        scores = self._scores(query, found, allowed)
        asked = {entity.value for entity in query.wanted}
        asked.update(chain.from_iterable(c.values for c in query.constraints if c.op is not Op.NONE))
        chosen = self._choose(scores, allowed, asked)
        top = max((float(scores[row]) for row in chosen), default=1.0)
        reasons = _reasons(found)
        return Slate(
            tuple(self._recommendation(row, float(scores[row]) / top, query, allowed, reasons) for row in chosen),
            allowed.relaxed,
            self.count(allowed.kept),
        )

    def explain(self, query: Query, item_ids: Sequence[ItemId]) -> list[Recommendation]:
        """Why these items would be recommended under this query, in the order given. Raises UnknownItem."""
        rows = [self.catalogue.row(item_id) for item_id in item_ids]
        these = np.zeros(len(self.catalogue), np.bool_)
        these[rows] = True
        liked = [item_id for item_id in query.liked if item_id in self.catalogue and item_id not in item_ids]
        found = [self._graph.near_item(item_id, these, len(rows)) for item_id in liked[-LIKED:]]
        found.append(self._history.near(query.history, these, len(rows)))
        reasons = _reasons(found)
        allowed = relax(self.catalogue, query.constraints, these)
        return [self._recommendation(row, 1.0, query, allowed, reasons) for row in rows]

    def _allowed(self, query: Query) -> Allowed:
        out = chain(query.exclude, query.liked, query.disliked)
        return relax(self.catalogue, query.constraints, masks.without(self.catalogue, out))

    def _near(self, text: str, rows: Flags) -> list[Candidate]:
        if self._dense is None:
            return []
        items = self.catalogue.items
        try:
            near = self._dense.search(text, [items[row].id for row in np.flatnonzero(rows).tolist()], DEPTH)
        except IndexDamaged:
            # The turn goes on with the other sources; the indexer was told and rebuilds the index.
            return []
        # Cosines lie close together: what counts is how far one is above the last of the list.
        floor, prior = near[-1].score if near else 0.0, self._popularity.prior
        near = [replace(c, score=(c.score - floor) * prior[self.catalogue.row(c.item_id)]) for c in near]
        return sorted(near, key=lambda candidate: -candidate.score)

    def _grouped(self, entity: Entity) -> bool:
        groups = self.catalogue.schema.groups
        return entity.relation in groups or any(entity.relation in members for members in groups.values())

    def _scores(self, query: Query, found: Sequence[Sequence[Candidate]], allowed: Allowed) -> NDArray[np.float64]:
        """What each row is worth for this query, shape (n,), above 0; rows that no source found are worth least."""
        rankings = [[c.item_id for c in ranking if c.item_id in self.catalogue] for ranking in found]
        weights = [WEIGHTS.get(ranking[0].source, 1.0) if ranking else 0.0 for ranking in found]
        fused = np.zeros(len(self.catalogue))
        for item_id, score in reciprocal_rank_fusion(rankings, weights).items():
            fused[self.catalogue.row(item_id)] = score
        scores = fused / max(float(fused.max(initial=0.0)), 1e-9) + 1e-3 * self._popularity.prior
        for entity in dict.fromkeys(query.wanted):
            scores[self.catalogue.rows_with(entity.relation, entity.value)] *= 1 + WANTED / len(query.wanted)
        for entity in dict.fromkeys(query.unwanted):
            scores[self.catalogue.rows_with(entity.relation, entity.value)] *= UNWANTED
        disliked = [self.catalogue.row(item_id) for item_id in query.disliked if item_id in self.catalogue]
        if disliked:
            scores *= 1 - AVERSION * np.minimum(self._graph.similarity(disliked).max(axis=0), 1.0)
        return scores * nearness(self.catalogue, allowed.relaxed) + 1e-9

    def _choose(self, scores: NDArray[np.float64], allowed: Allowed, asked: set[str]) -> list[int]:
        """The rows of the slate, in order: known ones first, each tier by marginal relevance."""
        unknown = masks.unknown(self.catalogue, allowed.kept)
        chosen: list[int] = []
        for tier in (allowed.rows & ~unknown, allowed.rows & unknown):
            if len(chosen) < self._size and len(pool := best(scores, tier, POOL)):
                order = diversify(self._graph.likeness(pool), scores[pool] / scores[pool[0]], len(pool), DIVERSITY)
                chosen += self._varied(pool[order].tolist(), asked)[: self._size - len(chosen)]
        return chosen

    def _varied(self, rows: list[int], asked: set[str]) -> list[int]:
        """`rows` in their order, but those last that would be too many under one name (a director) not asked for."""
        lead = self.catalogue.schema.relations[:1]
        most = ceil(self._size * REPEATS)
        seen: Counter[str] = Counter()
        early: list[int] = []
        late: list[int] = []
        for row in rows:
            names = [name for relation in lead for name in self.catalogue.items[row].names(relation)]
            repeated = any(seen[name] >= most and name not in asked for name in names)
            (late if repeated else early).append(row)
            seen.update(names)
        return early + late

    def _recommendation(
        self, row: int, score: float, query: Query, allowed: Allowed, reasons: dict[ItemId, dict[Fact, None]]
    ) -> Recommendation:
        item, schema = self.catalogue.items[row], self.catalogue.schema
        facts = [*reasons.get(item.id, ()), *request_facts(item, schema, query), *catalogue_facts(item, schema)]
        return Recommendation(item, score, tuple(facts), _unknown(item, schema, allowed.kept))


def _reasons(found: Sequence[Sequence[Candidate]]) -> dict[ItemId, dict[Fact, None]]:
    """The facts that the sources bring, by item; each once, in order."""
    reasons: dict[ItemId, dict[Fact, None]] = {}
    for candidate in chain.from_iterable(found):
        reasons.setdefault(candidate.item_id, {}).update(dict.fromkeys(candidate.facts))
    return reasons


def _unknown(item: Item, schema: Schema, constraints: Sequence[Constraint]) -> tuple[str, ...]:
    """The relations that exclusions asked about and that are not known for the item."""
    asked = (c.attribute for c in constraints if c.op is Op.NONE and c.values)
    relations = chain.from_iterable(map(schema.relations_of, asked))
    return tuple(dict.fromkeys(relation for relation in relations if not item.names(relation)))
