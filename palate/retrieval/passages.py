"""An item as the short text that is embedded."""

from __future__ import annotations

from itertools import chain, zip_longest

from palate.domain import Item, Schema

NAMES = 3
"""Names that a passage has of the schema's groups (people)."""
VALUES = (4, 1, 1)
"""Values that it has of the other relations, the most telling relation first; none of those after."""


def passage(item: Item, schema: Schema) -> str:
    """Title and year, values, names: some 25 to 30 tokens, because the time to embed grows with each.

    Depends on nothing but the item and the schema, so only a changed item has to be embedded again. The relations of
    a group are taken in turns (director, writer, first of the cast, …), each name once.
    """
    grouped = set(chain.from_iterable(schema.groups.values()))
    title = item.title if item.year is None else f"{item.title} ({item.year})"
    plain = [relation for relation in schema.relations if relation not in grouped]
    values = [" ".join(item.names(relation)[:count]) for relation, count in zip(plain, VALUES, strict=False)]
    turns = zip_longest(*(item.names(relation) for relation in schema.relations if relation in grouped))
    names = list(dict.fromkeys(name for name in chain.from_iterable(turns) if name))[:NAMES]
    return ", ".join(part for part in (title, *values, *names) if part)
