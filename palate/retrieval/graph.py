"""Items and the entities they are joined to (item –relation– value).

Expansion goes from an item or an entity to its neighbours, and says what two items share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Candidate, Entity, Fact, Item, ItemId
from palate.retrieval.edges import Edges
from palate.retrieval.ranking import best

FLOOR = 0.15
"""Items less near than this share of the nearest are no neighbours."""
NAMED = 2
"""Shared values of one relation that are named for a pair of items."""
TELLING = 0.35
"""A value that a larger share of the items has is no reason worth naming."""
TELLING_TRAIL = 0.12
"""The same for the plain relations after the first, such as country or decade."""
SOFTNESS = 0.3
"""Added to the norm of an item's edges under one relation."""
NAMES, KIND, TRAIL = 1.0, 1.5, 0.4
"""What a relation weighs: names (of a group), the first plain relation (genre), and the plain ones after it."""


class Graph:
    """The graph as one sparse matrix of items by entities.

    An edge weighs the root of its value's idf, log(n / items that have it), as a share of the largest there is: a
    shared director counts much, "Drama" or "United States" little. Within a relation an item's edges are divided by
    (0.3 + their norm), so that a long cast does not win by its length and a lone common genre stays weak. Each
    relation has a weight, times the share of items that know it. Two items are as near as the dot product of their
    rows. A value that only one item has joins nothing and is left out.
    """

    def __init__(self, catalogue: Catalogue, prior: NDArray[np.float64]) -> None:
        """Build the matrix. `prior`, (n,) in 0 to 1, is what nearness is multiplied by when items are ranked."""
        self._catalogue = catalogue
        self._prior = prior
        grouped = set(chain.from_iterable(catalogue.schema.groups.values()))
        plain = [relation for relation in catalogue.schema.relations if relation not in grouped]
        self._trail = frozenset(plain[1:])
        self._weights = {r: NAMES if r in grouped else TRAIL for r in catalogue.schema.relations}
        self._weights |= dict.fromkeys(plain[:1], KIND)
        self._edges = self._joined([self._block(relation) for relation in catalogue.schema.relations])

    def near_item(self, item_id: ItemId, allowed: Flags, limit: int) -> list[Candidate]:
        """The items nearest to one item, with what they share with it. Raises UnknownItem."""
        source = self._catalogue.row(item_id)
        scores = self.similarity([source])[0] * self._prior
        scores[source] = 0
        return self._candidates(scores, allowed, limit, self._catalogue.items[source])

    def near_entity(self, entity: Entity, allowed: Flags, limit: int) -> list[Candidate]:
        """The items nearest to those joined to an entity that are not joined to it themselves: "anyone like him".

        The facts say what they share with the best known of the entity's items. Raises UnknownValue.
        """
        own = self._catalogue.rows_with(entity.relation, entity.value)
        if not len(own):
            return []
        scores = self._edges.dot(self._edges.profile(own)) * self._prior
        scores[own] = 0
        return self._candidates(scores, allowed, limit, self._catalogue.items[own[np.argmax(self._prior[own])]])

    def having(self, entities: Sequence[Entity], allowed: Flags, limit: int) -> list[Candidate]:
        """The items joined to the most, and the most telling, of the entities. Raises UnknownValue."""
        scores = np.zeros(len(self._catalogue))
        for entity in dict.fromkeys(entities):
            scores[self._catalogue.rows_with(entity.relation, entity.value)] += 0.2 + self.weight(entity)
        return self._candidates(scores * self._prior, allowed, limit)

    def similarity(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """How near every item is to each of `rows`, shape (len(rows), n), 0 and up."""
        return np.stack([self._edges.dot(self._edges.profile(np.asarray([row], np.int32))) for row in rows])

    def likeness(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Vectors, (len(rows), d), whose cosine says how much alike two items are."""
        return self._edges.dense(rows.astype(np.int32))

    def shared(self, item: Item, other: Item) -> tuple[Fact, ...]:
        """What `item` shares with `other`, in the schema's order; a name under two relations counts once."""
        found: dict[str, str] = {}
        for relation in self._catalogue.schema.relations:
            theirs = other.names(relation)
            both = [value for value in item.names(relation) if value in theirs and value not in found]
            telling = (value for value in both if self._telling(relation, value))
            found.update((value, relation) for value in islice(telling, NAMED))
        return tuple(
            Fact(item.id, f"shares:{rel}", value, "graph", about=other.title) for value, rel in found.items()
        )

    def weight(self, entity: Entity) -> float:
        """How telling an entity is, 0 (all items have it) to 1 (two of them have it)."""
        size = len(self._catalogue.rows_with(entity.relation, entity.value))
        return _weight(len(self._catalogue), max(size, 2))

    def _telling(self, relation: str, value: str) -> bool:
        share = len(self._catalogue.rows_with(relation, value)) / len(self._catalogue)
        return share <= (TELLING_TRAIL if relation in self._trail else TELLING)

    def _candidates(
        self, scores: NDArray[np.float64], allowed: Flags, limit: int, about: Item | None = None
    ) -> list[Candidate]:
        candidates = []
        for row in best(scores, allowed, limit, FLOOR):
            item = self._catalogue.items[row]
            facts = () if about is None else self.shared(item, about)
            candidates.append(Candidate(item.id, float(scores[row]), "graph", facts))
        return candidates

    def _block(self, relation: str) -> _Block:
        """The edges of one relation."""
        total = len(self._catalogue)
        groups = [rows for rows in self._catalogue.values(relation).values() if len(rows) > 1]
        sizes = np.asarray([len(rows) for rows in groups], np.int32)
        rows = np.concatenate([np.empty(0, np.int32), *groups])
        idf = np.repeat([_weight(total, size) for size in sizes.tolist()], sizes)
        norms = np.sqrt(np.bincount(rows, idf * idf, minlength=total))
        known = float(self._catalogue.known(relation).sum()) / max(total, 1)
        strength = sqrt(self._weights[relation] * known)
        weights = (strength * idf / (SOFTNESS + norms[rows])).astype(np.float32)
        return _Block(rows, np.repeat(np.arange(len(groups), dtype=np.int32), sizes), weights, len(groups))

    def _joined(self, blocks: Sequence[_Block]) -> Edges:
        """The blocks side by side."""
        firsts = np.cumsum([0, *(block.values for block in blocks)], dtype=np.int32)
        empty = np.empty(0, np.int32)
        return Edges(
            np.concatenate([empty, *(block.rows for block in blocks)]),
            np.concatenate([empty, *(b.columns + first for b, first in zip(blocks, firsts, strict=False))]),
            np.concatenate([empty.astype(np.float32), *(block.weights for block in blocks)]),
            (len(self._catalogue), int(firsts[-1])),
        )


@dataclass(frozen=True, slots=True)
class _Block:
    """The edges of one relation: a place in each array is an edge."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    values: int


def _weight(total: int, size: int) -> float:
    """The root of the idf of a value that `size` of `total` items have, as a share of that of a value that two have.

    The root, because by the plain idf one rare genre ("Adventure") outweighs two that are less rare.
    """
    return sqrt(log(total / size) / log(total / 2)) if total > 2 else 0.0
