"""What the catalogue and the request support saying about an item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from palate.domain import Fact, Item, Op, Query, Schema, Sort
from palate.retrieval.ranking import Ranking

NAMED = 4
"""Values told of the last relation of a group: the tail of a cast list says nothing."""
Reasons = Mapping[int, Sequence[Fact]]
LAST = frozenset({"matches", "recent", "rare"})
"""Reasons that come after those that compare."""


class Facts(Sequence[Fact]):
    """Facts that are gathered when somebody reads them: of a long slate few do."""

    def __init__(self, gather: Callable[[], Iterable[Fact]]) -> None:
        self._gather = gather

    @cached_property
    def _made(self) -> tuple[Fact, ...]:
        return tuple(self._gather())

    @overload
    def __getitem__(self, place: int) -> Fact: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Fact, ...]: ...

    def __getitem__(self, place: int | slice) -> Fact | tuple[Fact, ...]:
        """One of them, or some."""
        return self._made[place]

    def __len__(self) -> int:
        """Count them."""
        return len(self._made)

    def __eq__(self, other: object) -> bool:
        """As the tuple that it stands for."""
        return self._made == (other._made if isinstance(other, Facts) else other)

    def __hash__(self) -> int:
        """As the tuple that it stands for."""
        return hash(self._made)

    def __repr__(self) -> str:
        """As the tuple that it stands for."""
        return repr(self._made)


def reasons(found: Sequence[Ranking], rows: Sequence[int]) -> Reasons:
    """The facts that the rankings bring, by row; each once, in the order of the rankings, comparisons first."""
    told: dict[int, dict[Fact, None]] = {row: {} for row in rows}
    every = np.concatenate([np.empty(0, np.int32), *(ranking.rows for ranking in found)])
    places = np.isin(every, list(rows)).nonzero()[0]
    numbers = np.searchsorted(np.cumsum([len(ranking) for ranking in found]), places, side="right")
    for number, row in zip(numbers.tolist(), every[places].tolist(), strict=True):
        told[row].update(dict.fromkeys(found[number].facts(row)))
    return {row: sorted(facts, key=lambda fact: fact.relation in LAST) for row, facts in told.items()}


def request_facts(item: Item, schema: Schema, query: Query) -> list[Fact]:
    """The values that the request asked for, as wanted or by a constraint, and that the item has."""
    said = [(c.attribute, v) for c in query.constraints if c.op in (Op.ALL, Op.ANY) for v in c.values]
    sources = {value: "request" for attribute, value in said if _has(item, schema, attribute, value)}
    for entity in query.wanted:
        if _has(item, schema, entity.relation, entity.value):
            # A mood leans to kinds that nobody has named; people and the like are always named.
            kind = any(schema.sort(r) is Sort.CATEGORY for r in schema.relations_of(entity.relation))
            sources.setdefault(entity.value, "leaning" if kind else "request")
    return [Fact(item.id, "asked_for", value, source) for value, source in sources.items()]


def catalogue_facts(item: Item, schema: Schema) -> list[Fact]:
    """Its numbers, whole ones without a fraction, and the values under each relation."""
    facts = [
        Fact(item.id, name, f"{value:.12g}", "catalogue")
        for name in schema.numbers
        if (value := item.number(name)) is not None
    ]
    long = {members[-1] for members in schema.groups.values()}
    for relation in schema.relations:
        values = item.names(relation)[: NAMED if relation in long else None]
        facts += [Fact(item.id, relation, value, "catalogue") for value in values]
    return facts


def _has(item: Item, schema: Schema, attribute: str, value: str) -> bool:
    return any(value in item.names(relation) for relation in schema.relations_of(attribute))
