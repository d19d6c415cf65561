"""Items and the entities they are joined to (item –relation– value).

Expansion goes from an item or an entity to its neighbours, and says what two items share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.catalogue.relation import Relation
from palate.domain import Entity, Fact, Item, ItemId, Triple
from palate.retrieval.graph.edges import Edges
from palate.retrieval.graph.hood import Hood, Profile, Weights
from palate.retrieval.graph.pagerank import pagerank
from palate.retrieval.graph.paths import CHAINED, Paths
from palate.retrieval.graph.strand import Strand
from palate.retrieval.ranking import Ranking, best

FLOOR = 0.15
"""Items less near than this share of the nearest are no neighbours."""
NAMED = 2
"""Shared values of one relation that are named for a pair of items."""
TELLING = 0.35
"""A value that a larger share of the items has is no reason worth naming."""
TELLING_TRAIL = 0.12
"""The same for the plain relations after the first, such as country or decade."""
TELLING_PATH = 0.02
"""The same for what a file of triples leads to: a distributor of half of all films is no reason."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where words meet in "musicComposer", as graphs on the web call their relations."""
SOFTNESS = 0.3
"""Added to the norm of an item's edges under one relation."""
NAMES, KIND, TRAIL = 1.0, 1.5, 0.4
"""What a relation weighs: names (of a group), the first plain relation (genre), and the plain ones after it."""
OWN = 100
"""Items of an entity, the best known, whose neighbours are its neighbours."""


class Graph:
    """The graph as one sparse matrix of items by entities.

    An edge weighs the root of its value's idf, log(n / items that have it), as a share of the largest there is: a
    shared director counts much, "Drama" or "United States" little. Within a relation an item's edges are divided by
    (0.3 + their norm), so that a long cast does not win by its length and a lone common genre stays weak. Each
    relation has a weight, times the share of items that know it. Two items are as near as the dot product of their
    rows. A value that only one item has joins nothing and weighs nothing.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        prior: Weights,
        triples: Sequence[Triple] = (),
        weights: Mapping[str, float] | None = None,
        *,
        paths: Paths | None = None,
        before: Graph | None = None,
    ) -> None:
        """Weigh every relation of the catalogue and of a file of triples.

        `prior`, (n,) in 0 to 1, is what nearness is multiplied by when items are ranked. `weights` by relation were
        learned from histories; they take the place of those set here. `paths` and `before` are for `changed`.
        """
        self._catalogue = catalogue
        self.prior = prior
        self._learned = dict(weights or {})
        self._paths = paths or Paths(catalogue, triples)
        schema = catalogue.schema
        grouped = set(chain.from_iterable(schema.groups.values()))
        plain = [relation for relation in schema.relations if relation not in grouped]
        self._trail = frozenset(plain[1:])
        given = {r: NAMES if r in grouped else TRAIL for r in schema.relations} | dict.fromkeys(plain[:1], KIND)
        given |= {name: TRAIL if name.endswith(CHAINED) else NAMES for name in self._paths.relations}
        self.weights = {name: self._learned.get(name, weight) for name, weight in given.items()}
        """What each relation weighs, by name."""
        relations = {name: catalogue.relation(name) for name in schema.relations} | dict(self._paths.relations)
        old = {strand.name: strand for strand in before.edges.strands} if before else {}
        self.edges: Edges = Edges(
            [self._strand(name, relation, old.get(name)) for name, relation in relations.items()],
            len(catalogue),
            before.edges if before else None,
        )

    def changed(self, catalogue: Catalogue, prior: Weights) -> Graph:
        """The graph of a snapshot that `Catalogue.changed` made; the norms of rows that were there are kept."""
        paths = self._paths.changed(catalogue)
        return Graph(catalogue, prior, weights=self._learned, paths=paths, before=self)

    def weighed(self, prior: Weights, weights: Mapping[str, float]) -> Graph:
        """The same edges with another prior and other weights of relations."""
        return Graph(self._catalogue, prior, weights=weights, paths=self._paths)

    def near_item(self, item_id: ItemId, allowed: Flags, limit: int) -> Ranking:
        """The items nearest to one item, with what they share with it. Raises UnknownItem."""
        source = self._catalogue.row(item_id)
        profile = self.edges.profile(np.asarray([source], np.int32))
        return self._near(profile, _but(allowed, [source]), limit, self._sharing([source]))

    def near_entity(self, entity: Entity, allowed: Flags, limit: int) -> Ranking:
        """The items nearest to those joined to an entity that are not joined to it themselves: "anyone like him".

        The facts say what they share with the best known of the entity's items. Raises UnknownValue.
        """
        own = self._catalogue.rows_with(entity.relation, entity.value)
        if not len(own):
            return Ranking("graph", own, np.empty(0, np.float32))
        known = own[np.argsort(-self.prior[own], kind="stable")[:OWN]]
        return self._near(self.edges.profile(known), _but(allowed, own), limit, self._sharing(known[:1].tolist()))

    def having(self, entities: Sequence[Entity], allowed: Flags, limit: int) -> Ranking:
        """The items joined to the most, and the most telling, of the entities. Raises UnknownValue."""
        scores = np.zeros(len(self._catalogue), np.float32)
        for entity in dict.fromkeys(entities):
            rows = self._catalogue.rows_with(entity.relation, entity.value)
            np.add.at(scores, rows, np.float32(0.2 + self.weight(entity)))
        scores *= self.prior
        rows = best(scores, allowed, limit, FLOOR)
        return Ranking("graph", rows, scores[rows])

    def walk(self, start: Profile, about: Sequence[int], around: Hood, allowed: Flags, limit: int) -> Ranking:
        """The items at which a walk from `start`, which often starts anew, ends most often.

        It goes among the rows `around` and `about`; the facts say what an item shares with the one of `about` that it
        shares most with.
        """
        among = around.plus(self.edges.hood(np.unique(np.asarray(about, np.int32))))
        near = pagerank(start, among, self.prior, _but(allowed, about), limit)
        return Ranking("pagerank", near.rows, near.scores, self._sharing(about))

    def profile(self, rows: Sequence[int], weights: Sequence[float], entities: Sequence[Entity] = ()) -> Profile:
        """Where a walk starts: some rows with their weights, and entities at the weight of one row each."""
        start = self.edges.profile(np.asarray(rows, np.int32), np.asarray(weights, np.float32))
        columns = [
            column
            for entity in dict.fromkeys(entities)
            for relation in self._catalogue.schema.relations_of(entity.relation)
            if (column := self.edges.column(relation, entity.value)) is not None
        ]
        return start.plus(np.asarray(columns, np.int64)) if columns else start

    def similarity(self, around: Hood, others: Sequence[int]) -> Weights:
        """How near some rows are to some others, shape (rows, others), 0 and up."""
        return self.edges.similarity(around, self.edges.beside(np.asarray(others, np.int32)))

    def nearest(self, profile: Profile, allowed: Flags, limit: int) -> Hood:
        """The allowed rows nearest to a profile, ascending, with their edges."""
        return self.edges.nearest(profile, self.prior, allowed, limit)

    def likeness(self, rows: Rows) -> Weights:
        """Vectors, (len(rows), d), whose cosine says how much alike two items are."""
        return self.edges.dense(rows)

    def shared(self, row: int, other: int) -> tuple[Fact, ...]:
        """What one row shares with another, in the schema's order; a name under two relations counts once.

        After what they share directly come the things that both lead to in a file of triples (`path`).
        """
        item, about = self._catalogue.items[row], self._catalogue.items[other]
        found: dict[str, str] = {}
        for relation in self._catalogue.schema.relations:
            theirs, named = about.names(relation), 0
            for value in item.names(relation) if theirs else ():
                if value in theirs and value not in found and self._telling(relation, value):
                    found[value] = relation
                    named += 1
                    if named == NAMED:
                        break
        direct = (Fact(item.id, f"shares:{rel}", value, "graph", about.title) for value, rel in found.items())
        return (*direct, *self._along(item, row, about, other))

    def weight(self, entity: Entity) -> float:
        """How telling an entity is, 0 (all items have it) to 1 (two of them have it)."""
        size = len(self._catalogue.rows_with(entity.relation, entity.value))
        return float(_idf(len(self._catalogue), np.asarray([max(size, 2)]))[0])

    def _along(self, item: Item, row: int, about: Item, other: int) -> list[Fact]:
        """What two rows both lead to, the rarest first: a `path` fact, "relation: entity", for each."""
        facts: dict[str, tuple[int, Fact]] = {}
        for name, relation in self._paths.relations.items():
            theirs = relation.of(other)
            for value in relation.of(row):
                if value in theirs and value not in facts and value != item.title:
                    number = relation.names.number(value)
                    held = 0 if number is None else int(relation.rows.counts[number])
                    if held <= max(TELLING_PATH * len(self._catalogue), 2):
                        said = f"{_CAMEL.sub(' ', name.removesuffix(CHAINED)).lower()}: {value}"
                        facts[value] = (held, Fact(item.id, "path", said, "graph", about.title))
        return [fact for _, fact in sorted(facts.values(), key=lambda each: each[0])][:NAMED]

    def _telling(self, relation: str, value: str) -> bool:
        held = self._catalogue.relation(relation)
        number = held.names.number(value)
        share = (0 if number is None else held.rows.counts[number]) / len(self._catalogue)
        return share <= (TELLING_TRAIL if relation in self._trail else TELLING)

    def _near(
        self, profile: Profile, allowed: Flags, limit: int, facts: Callable[[int], tuple[Fact, ...]]
    ) -> Ranking:
        near = self.edges.near(profile, self.prior, allowed, limit, FLOOR)
        return Ranking("graph", near.rows, near.scores, facts)

    def _sharing(self, about: Sequence[int]) -> Callable[[int], tuple[Fact, ...]]:
        """The facts of a ranking around some rows: what a row shares with the nearest of them."""
        beside = cache(lambda: self.edges.beside(np.asarray(about, np.int32)))

        def facts(row: int) -> tuple[Fact, ...]:
            if len(about) < 2:
                return self.shared(row, about[0]) if about else ()
            return self.shared(row, about[self.edges.closest(row, beside())])

        return facts

    def _strand(self, name: str, relation: Relation, old: Strand | None) -> Strand:
        """The edges of one relation; `old` has the norms of the rows that were there before a change."""
        total = len(self._catalogue)
        counts = relation.rows.counts
        idf = np.where(counts > 1, _idf(total, np.maximum(counts, 2)), 0.0).astype(np.float32)
        first = len(old.norms) if old else 0
        entries = relation.values.gather(np.arange(first, total, dtype=np.int32))
        squares = np.bincount(entries.keys, idf[entries.rows] ** 2, minlength=total - first)
        norms = (SOFTNESS + np.sqrt(squares)).astype(np.float32)
        known = float((relation.values.counts > 0).sum()) / max(total, 1)
        strength = np.float32(sqrt(self.weights[name] * known))
        norms = np.concatenate([old.norms, norms]) if old else norms
        return Strand.of(name, relation, strength * idf, norms, old)


def _but(allowed: Flags, rows: Sequence[int] | Rows) -> Flags:
    """`allowed` without some rows."""
    if not len(rows) or not allowed[rows].any():
        return allowed
    flags = allowed.copy()
    flags[rows] = False
    return flags


def _idf(total: int, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """The root of the idf of values that `sizes` of `total` items have, as a share of that of a value that two have.

    The root, because by the plain idf one rare genre ("Adventure") outweighs two that are less rare.
    """
    if total <= 2:
        return np.zeros(len(sizes))
    return np.sqrt(np.maximum(np.log(total / sizes), 0.0) / log(total / 2))
