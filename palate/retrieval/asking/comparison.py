"""Items side by side: in which columns they differ and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from palate.domain import Item, Schema
from palate.errors import InputError

FEWEST, MOST = 2, 5
"""Items that can be compared at once."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of several items, in their order; at least one of them has it."""

    name: str
    """A relation or a number of the schema."""
    values: tuple[tuple[str, ...], ...] = ()
    """Of a relation: the values of each item, empty where unknown."""
    numbers: tuple[float | None, ...] = ()
    """Of a number: that of each item."""
    shared: tuple[str, ...] = ()
    """Of a relation: the values that every item has."""

    @property
    def known(self) -> bool:
        """Whether it is known of every item."""
        return all(self.values) if self.values else None not in self.numbers

    @property
    def differs(self) -> bool:
        """Whether what is known of it is not the same for all; what is not known differs from nothing."""
        if self.values:
            return len({frozenset(values) for values in self.values if values}) > 1
        return len({number for number in self.numbers if number is not None}) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two to five items side by side."""

    items: tuple[Item, ...]
    columns: tuple[Column, ...]
    """Those that are known of at least one item, relations first, each in the schema's order."""

    @property
    def differing(self) -> tuple[Column, ...]:
        """The columns in which they differ."""
        return tuple(column for column in self.columns if column.differs)

    @property
    def sharing(self) -> tuple[Column, ...]:
        """The columns in which all of them share a value or have the same number."""
        return tuple(c for c in self.columns if c.shared or (c.numbers and c.known and not c.differs))


def compare(schema: Schema, items: Sequence[Item]) -> Comparison:
    """Compare items, each once. Raises InputError where they are fewer than two or more than five."""
    each = tuple({item.id: item for item in items}.values())
    if not FEWEST <= len(each) <= MOST:
        raise InputError(f"Name {FEWEST} to {MOST} different items to compare; these are {len(each)}.")
    relations = [_relation(name, each) for name in schema.relations if any(item.names(name) for item in each)]
    cells = {name: tuple(item.number(name) for item in each) for name in schema.numbers}
    numbers = [Column(name, numbers=own) for name, own in cells.items() if any(n is not None for n in own)]
    return Comparison(each, (*relations, *numbers))


def _relation(name: str, items: Sequence[Item]) -> Column:
    values = tuple(item.names(name) for item in items)
    shared = tuple(value for value in values[0] if all(value in others for others in values[1:]))
    return Column(name, values, shared=shared)
