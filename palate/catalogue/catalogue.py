"""A catalogue in memory: items by row, columns of numbers, and which rows have which value.

Made for a million items: everything is held in flat arrays, a value once, an item as packed bytes until it is asked
for. What changes goes to the end: `changed` gives a new snapshot that shares all that stayed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.items import Base, Items
from palate.catalogue.packing import Odd, Packer
from palate.catalogue.postings import Rows
from palate.catalogue.relation import Relation, RelationBuilder, ValueRows
from palate.domain import TEXT, Item, ItemId, Schema
from palate.errors import CatalogueError, UnknownItem, UnknownValue

__all__ = ["Catalogue", "Flags", "Numbers", "Rows"]

Flags: TypeAlias = NDArray[np.bool_]
"""One truth value a row."""
Numbers: TypeAlias = NDArray[np.float64]
"""One number a row; NaN where it is not known."""

_ScalarT = TypeVar("_ScalarT", bound=np.generic)
_COMMON = 32
"""A value is common that more than one row of 32 has."""
_MOST_COMMON = 128
"""Common values whose flags are kept: 16 MB of them for a million rows."""
_SAME_ID = "Two items of the catalogue have the same id {id!r}; give each its own."


class Catalogue:
    """What can be recommended; never changes, so that any number of threads may read it.

    An item's place in `items` is its *row*; every array here is in the order of the rows and is read-only. Rows from
    0 to `base` - 1 were built as a whole, those from `base` on were appended by `changed`; the rows of items that
    were replaced or removed since are still there, and `alive` is False for them.
    """

    name: str
    schema: Schema
    items: Sequence[Item]
    """By row."""
    alive: Flags
    """Shape (n,): False where the row's item was replaced or removed."""
    base: int
    """Rows that were built whole."""
    size: int
    """Items that are alive."""

    def __init__(self, schema: Schema, items: Iterable[Item], name: str = "films") -> None:
        """Take `items` in the order given; each is read once and let go, so they may come from a generator.

        Values that an item has twice under one relation count once, a number that is NaN is unknown. Raises
        CatalogueError when two items share an id.
        """
        self.name = name
        self.schema = schema
        rows: dict[ItemId, int] = {}
        relations = [(relation, RelationBuilder()) for relation in schema.relations]
        numbers = [(number, array("d")) for number in schema.numbers]
        packer, described = Packer(), bytearray()
        names, columns = frozenset(schema.relations), frozenset(schema.numbers)
        for row, item in enumerate(items):
            if rows.setdefault(item.id, row) != row:
                raise CatalogueError(_SAME_ID.format(id=item.id))
            for relation, builder in relations:
                builder.add(_distinct(item.attributes.get(relation, ())))
            for number, cells in numbers:
                cells.append(item.numbers.get(number, np.nan))
            packer.add(item, _odd(item, names, columns))
            described.append(any(item.texts.values()) if item.texts else False)
        self._base = Base(
            list(rows),
            rows,
            {relation: builder.build() for relation, builder in relations},
            {number: _frozen(np.array(cells, np.float64)) for number, cells in numbers},
            packer.build(),
        )
        self._late: Mapping[ItemId, int] = {}
        self._relations = self._base.relations
        self._columns = self._base.columns
        self._described = _frozen(np.array(described, np.bool_))
        self.base = self.size = len(rows)
        self.alive = _frozen(np.ones(self.base, np.bool_))
        self.items = self._items = Items(self._base)
        self._known: dict[str, Flags] = {}
        self._spreads: dict[str, float] = {}
        self._common: dict[tuple[str, str], NDArray[np.uint8]] = {}

    def changed(self, upserts: Sequence[Item], removed: Iterable[ItemId] = ()) -> Catalogue:
        """A new snapshot with items added, replaced (those with an id that is here) and removed.

        Each of `upserts` gets a new row at the end, the old row of a replaced item dies. Ids in `removed` that are
        not here are passed over, and one that is also among `upserts` stays. Work is O(all changes since `base`) plus
        a copy of the flags and columns; this snapshot stays as it is. Raises CatalogueError when two upserts share
        an id.
        """
        fresh = {item.id: row for row, item in enumerate(upserts, len(self))}
        if len(fresh) < len(upserts):
            twice = next(item.id for row, item in enumerate(upserts, len(self)) if fresh[item.id] != row)
            raise CatalogueError(_SAME_ID.format(id=twice))
        alive = np.append(self.alive, np.ones(len(upserts), np.bool_))
        alive[[self.row(item_id) for item_id in (*removed, *fresh) if item_id in self]] = False
        new = object.__new__(Catalogue)
        new.name, new.schema, new.base, new._base = self.name, self.schema, self.base, self._base
        new._late = {**self._late, **fresh}
        new._relations = {
            relation: held.appended([_distinct(item.attributes.get(relation, ())) for item in upserts])
            for relation, held in self._relations.items()
        }
        new._columns = {
            number: _frozen(np.append(cells, [item.numbers.get(number, np.nan) for item in upserts]))
            for number, cells in self._columns.items()
        }
        new._described = _frozen(np.append(self._described, [any(item.texts.values()) for item in upserts]) > 0)
        new.alive = _frozen(alive)
        new.size = int(np.count_nonzero(alive))
        new.items = new._items = self._items.followed(upserts)
        new._known, new._spreads, new._common = {}, {}, {}
        return new

    def differing(self, before: Catalogue) -> frozenset[str]:
        """Name the relations in which a value has come or gone since `before`, of which `changed` made this snapshot.

        Work is O(what differs) and a look at the flags.
        """
        touched = np.flatnonzero(before.alive & ~self.alive[: len(before)]).tolist()
        touched += range(len(before), len(self))
        found = set()
        for relation in self.schema.relations:
            old, new, held = before.values(relation), self.values(relation), self.relation(relation)
            if any((value in old) != (value in new) for value in {v for row in touched for v in held.of(row)}):
                found.add(relation)
        return frozenset(found)

    def __len__(self) -> int:
        """Count the rows: the length of every array here."""
        return len(self.alive)

    def __contains__(self, item_id: object) -> bool:
        """Tell whether an item that is alive has this id."""
        row = self._found(item_id) if isinstance(item_id, str) else None
        return row is not None and bool(self.alive[row])

    def row(self, item_id: ItemId) -> int:
        """Return the row of an item. Raises UnknownItem."""
        row = self._found(item_id)
        if row is None or not self.alive[row]:
            raise UnknownItem(f"No item of the catalogue has the id {item_id!r}.")
        return row

    def get(self, item_id: ItemId) -> Item:
        """Return the item with this id. Raises UnknownItem."""
        return self.items[self.row(item_id)]

    def id(self, row: int) -> ItemId:
        """Return the id of the item of a row, without making the item."""
        return self._base.ids[row] if row < self.base else self.items[row].id

    def title(self, row: int) -> str:
        """Return the title of the item of a row, without making the item."""
        return self._base.packed[row].title if row < self.base else self.items[row].title

    def texts(self, row: int) -> Mapping[str, str]:
        """Return the free texts of the item of a row, without making the item."""
        return self._base.packed[row].texts if row < self.base else self.items[row].texts

    def mark(self, relation: str, value: str, flags: Flags) -> None:
        """Set `flags` (n,) where a row, dead ones too, has a value of one relation. Raises UnknownValue.

        Of values that many rows have the flags are kept, eight to a byte: setting each row anew takes ten times as
        long.
        """
        kept = self._common.get((relation, value))
        if kept is None:
            rows = self.relation(relation).having(value)
            if rows is not None:
                flags[rows] = True
                if len(rows) * _COMMON > len(flags) and len(self._common) < _MOST_COMMON:
                    own = np.zeros(len(flags), np.bool_)
                    own[rows] = True
                    self._common[relation, value] = _frozen(np.packbits(own))
        else:
            flags |= np.unpackbits(kept, count=len(flags)).view(np.bool_)

    @property
    def worn(self) -> float:
        """The share of rows that were appended or are dead, 0 to 1: past a fifth, building anew pays."""
        gone = self.base - int(np.count_nonzero(self.alive[: self.base]))
        return (len(self) - self.base + gone) / max(len(self), 1)

    def _found(self, item_id: ItemId) -> int | None:
        row = self._late.get(item_id)
        return self._base.rows.get(item_id) if row is None else row

    def column(self, number: str) -> Numbers:
        """Return a numeric column, shape (n,), NaN where unknown. Raises UnknownValue where the schema lacks it."""
        if number not in self._columns:
            raise UnknownValue(f"The catalogue has no number {number!r}; it has {', '.join(self.schema.numbers)}.")
        return self._columns[number]

    def spread(self, number: str) -> float:
        """Return the standard deviation of a numeric column, 0 where none or one is known. Raises UnknownValue."""
        if number not in self._spreads:
            known = self.column(number)[self.alive]
            known = known[np.isfinite(known)]
            self._spreads[number] = float(known.std()) if len(known) else 0.0
        return self._spreads[number]

    def relation(self, relation: str) -> Relation:
        """Return a relation by numbers: of dead rows, too. Raises UnknownValue for an unknown relation."""
        if relation not in self._relations:
            raise UnknownValue(
                f"The catalogue has no relation {relation!r}; it has {', '.join(self.schema.relations)}."
            )
        return self._relations[relation]

    def values(self, relation: str) -> Mapping[str, Rows]:
        """Map each value under `relation` to the rows that have it. Raises UnknownValue for an unknown relation.

        Only rows and values that are alive. Looking one up is quick, going through all of a big relation is not.
        """
        return ValueRows(self.relation(relation), None if self.size == len(self) else self.alive)

    def known(self, attribute: str) -> Flags:
        """Tell where a relation, any relation of a group, or a number has a value, shape (n,).

        `TEXT` is known where there is a free text, or everywhere in a catalogue whose items have none. Raises
        UnknownValue for a name the schema lacks.
        """
        if attribute not in self._known:
            if attribute in self._columns:
                flags = ~np.isnan(self._columns[attribute])
            elif attribute == TEXT:
                flags = self._described if self.schema.texts else np.ones(len(self), np.bool_)
            else:
                flags = np.zeros(len(self), np.bool_)
                for relation in self.schema.relations_of(attribute):
                    flags |= self.relation(relation).values.counts > 0
            self._known[attribute] = _frozen(flags)
        return self._known[attribute]

    def rows_with(self, attribute: str, value: str) -> Rows:
        """Find the rows that have exactly this value under a relation or any relation of a group; it may be none.

        Raises UnknownValue for a name the schema lacks.
        """
        parts = [self.values(relation).get(value, _NONE) for relation in self.schema.relations_of(attribute)]
        return parts[0] if len(parts) == 1 else _frozen(np.unique(np.concatenate(parts)))


def _distinct(values: Sequence[str]) -> Sequence[str]:
    """Each value once, in order."""
    return values if len(values) < 2 or len(set(values)) == len(values) else tuple(dict.fromkeys(values))


def _odd(item: Item, relations: frozenset[str], numbers: frozenset[str]) -> Odd | None:
    """What the schema has no place for."""
    if relations.issuperset(item.attributes) and numbers.issuperset(item.numbers):
        return None
    return (
        {name: tuple(values) for name, values in item.attributes.items() if name not in relations},
        {name: number for name, number in item.numbers.items() if name not in numbers},
    )


def _frozen(array: NDArray[_ScalarT]) -> NDArray[_ScalarT]:
    """Return the array, no longer writable."""
    array.setflags(write=False)
    return array


_NONE: Rows = _frozen(np.empty(0, np.int32))
