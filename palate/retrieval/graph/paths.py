"""A knowledge graph that came from a file: which entities an item leads to, directly and by one step more.

Every triple joins two nodes, and is followed both ways. A node whose name is an item's id, another id of it or its
title is that item; every other node is an entity, known or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.relation import Relation, RelationBuilder
from palate.domain import Item, Triple

CHAINED = " …"
"""Ends the name of a relation whose entities are one step further away."""
HUB = 500
"""Neighbours above which an entity ("instance of film") is not gone through: it joins everything."""


class Paths:
    """What each item leads to, as relations: "based on" and, a step on, "based on → author"."""

    def __init__(self, catalogue: Catalogue, triples: Sequence[Triple]) -> None:
        """Tell items from entities and follow the triples. One pass over the items where there are triples at all."""
        self._triples = tuple(triples)
        self._builders_of(catalogue)

    def changed(self, catalogue: Catalogue) -> Paths:
        """The paths of a snapshot that `Catalogue.changed` made; O(1) without triples."""
        return Paths(catalogue, self._triples)

    def _builders_of(self, catalogue: Catalogue) -> None:
        self.relations: Mapping[str, Relation] = {}
        """By name, those a step further away with `CHAINED` at the end."""
        if not self._triples:
            return
        asked = {name for triple in self._triples for name in (triple.head, triple.tail)}
        rows = _rows(catalogue, asked)
        around: dict[str | int, list[tuple[str, str | int]]] = {}
        onward: dict[str | int, list[tuple[str, str | int]]] = {}
        for triple in self._triples:
            head, tail = rows.get(triple.head, triple.head), rows.get(triple.tail, triple.tail)
            if head != tail:
                around.setdefault(head, []).append((triple.relation, tail))
                around.setdefault(tail, []).append((triple.relation, head))
                onward.setdefault(head, []).append((triple.relation, tail))
        led: dict[str, dict[int, dict[str, None]]] = {}

        def lead(name: str, row: int, entity: str | int) -> None:
            value = catalogue.items[entity].title if isinstance(entity, int) else entity
            led.setdefault(name, {}).setdefault(row, {})[value] = None

        for node, neighbours in around.items():
            if isinstance(node, str):
                continue
            for relation, near in neighbours:
                lead(relation, node, near)
                if isinstance(near, int):
                    # Both lead to the item itself, so that a sequel and what it follows share something.
                    lead(relation, near, near)
                elif len(around[near]) <= HUB:
                    # Only onward: back from a trilogy lead its parts, and no part "is part of" another.
                    for further, far in onward.get(near, ()):
                        if far != node and not isinstance(far, int):
                            lead(f"{relation} → {further}{CHAINED}", node, far)
        self.relations = {name: _relation(of, len(catalogue)) for name, of in led.items()}


def _relation(values: Mapping[int, Mapping[str, None]], size: int) -> Relation:
    builder = RelationBuilder()
    for row in range(size):
        builder.add(tuple(values.get(row, ())))
    return builder.build()


def _rows(catalogue: Catalogue, names: set[str]) -> Mapping[str, int]:
    """The rows of those names that are items': ids first, then other ids, then titles."""
    found = {name: catalogue.row(name) for name in names if name in catalogue}
    if len(found) < len(names):
        late: dict[str, int] = {}
        for row, item in enumerate(catalogue.items):
            for name in _names(item):
                if name in names and catalogue.alive[row]:
                    late.setdefault(name, row)
        found = {**late, **found}
    return found


def _names(item: Item) -> tuple[str, ...]:
    return (*item.ids.values(), item.title)
