"""What is asked: requests as people make them, with constraints that a given share of the catalogue meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from pydantic import TypeAdapter

from palate.benchmark.columns import Columns
from palate.benchmark.growing import Growth
from palate.domain import Constraint, Entity, Item, ItemId, Op, Schema, Sort

SELECTIVITIES = (1.0, 0.1, 0.001)
"""Shares of the catalogue that may be shown."""
LIKED, SEEN, SHOWN = 2, 20, 10
"""Items that a request is near to, that its person liked or disliked before, and that were shown already."""
TEMPLATES = (
    "something like {title}",
    "a {kind} with {person}",
    "{title} but more {kind}",
    "a clever {kind} for a quiet evening, {title} was great",
    "I liked {title} and anything by {person}",
    "a {kind} from {place}",
    "something warm and funny, not too long",
    "想看一部{kind}，像{title}那样的",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; the same for every system, which takes of it what it can use."""

    text: str
    liked: tuple[ItemId, ...]
    history: tuple[ItemId, ...]
    shown: tuple[ItemId, ...]
    wanted: tuple[Entity, ...]
    constraints: Mapping[float, tuple[Constraint, ...]]
    """By selectivity."""


def filters(schema: Schema) -> tuple[str, tuple[str, ...]]:
    """The relation and the numbers that constraints are made of: the kind of thing, and every number."""
    return (schema.sorted_as(Sort.CATEGORY) or schema.relations)[0], schema.numbers


def compose(growth: Growth, columns: Columns, count: int, seed: int) -> list[Request]:
    """Make `count` requests from the catalogue's own titles, names and values."""
    draw = Random(seed)
    return [
        _request(growth, columns, TEMPLATES[number % len(TEMPLATES)], draw, np.random.default_rng([seed, number]))
        for number in range(count)
    ]


def _request(growth: Growth, columns: Columns, template: str, draw: Random, source: np.random.Generator) -> Request:
    ids = [growth.item(draw.randrange(len(growth))).id for _ in range(LIKED + SEEN + SHOWN)]
    item, schema = growth.item(growth.row(ids[0])), growth.schema
    kind = _value(item, schema, (Sort.CATEGORY,))
    person = _value(item, schema, (Sort.PERSON, Sort.BRAND))
    said = {"title": item.title, "kind": kind, "person": person, "place": _value(item, schema, (Sort.COUNTRY,))}
    wanted = [Entity(relation, kind) for relation in schema.relations if kind in item.names(relation)][:1]
    if person and "{person}" in template:
        wanted += [Entity(relation, person) for relation in schema.relations if person in item.names(relation)][:1]
    return Request(
        template.format(**said),
        tuple(ids[:LIKED]),
        tuple(ids[LIKED : LIKED + SEEN]),
        tuple(ids[LIKED + SEEN :]),
        tuple(wanted),
        {share: constraints(columns, share, source) for share in SELECTIVITIES},
    )


def constraints(columns: Columns, share: float, source: np.random.Generator) -> tuple[Constraint, ...]:
    """One value of the relation and ranges of numbers, narrowed until about `share` of all rows are left.

    It is a little more than `share` where many items have the same numbers. None for a share of 1.
    """
    if share >= 1:
        return ()
    size = len(next(iter(columns.numbers.values())))
    least = max(round(share * size), 1)
    names = sorted(name for name, flags in columns.flags.items() if int(flags.sum()) >= least)
    found: list[Constraint] = []
    rows = np.arange(size)
    if names:
        name = names[source.integers(len(names))]
        found.append(Constraint(columns.relation, Op.ANY, (name,)))
        rows = np.flatnonzero(columns.flags[name])
    # The number that is known of most comes first, so that few rows are lost to what is not known.
    for number, column in sorted(columns.numbers.items(), key=lambda pair: int(np.isnan(pair[1]).sum())):
        known = rows[~np.isnan(column[rows])]
        if len(rows) <= 1.2 * least or len(known) < least:
            continue
        ordered = np.sort(column[known])
        start = int(source.integers(len(ordered) - least + 1))
        low, high = float(ordered[start]), float(ordered[start + least - 1])
        found.append(Constraint(number, Op.RANGE, low=low, high=high))
        rows = known[(column[known] >= low) & (column[known] <= high)]
    return tuple(found)


def write(path: Path, requests: Sequence[Request]) -> None:
    """Keep requests for another process."""
    path.write_bytes(TypeAdapter(list[Request]).dump_json(list(requests)))


def read(path: Path) -> list[Request]:
    """The requests that `write` kept."""
    return TypeAdapter(list[Request]).validate_json(path.read_bytes())


def _value(item: Item, schema: Schema, sorts: tuple[Sort, ...]) -> str:
    """The first value under relations of these sorts; its title without any."""
    return next((value for relation in schema.sorted_as(*sorts) for value in item.names(relation)), item.title)
