"""A catalogue in memory: items by row, columns of numbers, and which rows have which value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from palate.domain import Item, ItemId, Schema
from palate.errors import CatalogueError, UnknownItem, UnknownValue

Rows: TypeAlias = NDArray[np.int32]
"""Row numbers, ascending, each once."""
Flags: TypeAlias = NDArray[np.bool_]
"""One truth value a row."""
Numbers: TypeAlias = NDArray[np.float64]
"""One number a row; NaN where it is not known."""


_ScalarT = TypeVar("_ScalarT", bound=np.generic)


class Catalogue:
    """What can be recommended; never changes, so that any number of threads may read it.

    An item's place in `items` is its *row*; every array here is in the order of the rows and is read-only.
    """

    def __init__(self, schema: Schema, items: Sequence[Item]) -> None:
        """Take `items` in the order given. Raises CatalogueError when two of them share an id."""
        self.schema = schema
        self.items: Sequence[Item] = tuple(items)
        self._rows = {item.id: row for row, item in enumerate(self.items)}
        if len(self._rows) < len(self.items):
            raise CatalogueError("Two items of the catalogue have the same id; give each its own.")
        self._columns: dict[str, Numbers] = {}
        self._values: dict[str, Mapping[str, Rows]] = {}
        self._known: dict[str, Flags] = {}

    def __len__(self) -> int:
        """Count the items."""
        return len(self.items)

    def __contains__(self, item_id: object) -> bool:
        """Tell whether an item has this id."""
        return item_id in self._rows

    def row(self, item_id: ItemId) -> int:
        """Return the row of an item. Raises UnknownItem."""
        try:
            return self._rows[item_id]
        except KeyError:
            raise UnknownItem(f"No item of the catalogue has the id {item_id!r}.") from None

    def get(self, item_id: ItemId) -> Item:
        """Return the item with this id. Raises UnknownItem."""
        return self.items[self.row(item_id)]

    def column(self, number: str) -> Numbers:
        """Return a numeric column, shape (n,), NaN where unknown. Raises UnknownValue where the schema lacks it."""
        if number not in self.schema.numbers:
            raise UnknownValue(f"The catalogue has no number {number!r}; it has {', '.join(self.schema.numbers)}.")
        if number not in self._columns:
            cells = (item.numbers.get(number, np.nan) for item in self.items)
            self._columns[number] = _frozen(np.fromiter(cells, np.float64, len(self.items)))
        return self._columns[number]

    def values(self, relation: str) -> Mapping[str, Rows]:
        """Map each value under `relation` to the rows that have it. Raises UnknownValue for an unknown relation.

        Built at the first call and kept.
        """
        if relation not in self.schema.relations:
            raise UnknownValue(
                f"The catalogue has no relation {relation!r}; it has {', '.join(self.schema.relations)}."
            )
        if relation not in self._values:
            found: dict[str, list[int]] = {}
            for row, item in enumerate(self.items):
                for value in dict.fromkeys(item.names(relation)):
                    found.setdefault(value, []).append(row)
            self._values[relation] = MappingProxyType(
                {value: _frozen(np.asarray(rows, np.int32)) for value, rows in found.items()}
            )
        return self._values[relation]

    def known(self, attribute: str) -> Flags:
        """Tell where a relation, any relation of a group, or a number has a value, shape (n,).

        Raises UnknownValue for a name the schema lacks.
        """
        if attribute not in self._known:
            if attribute in self.schema.numbers:
                flags = ~np.isnan(self.column(attribute))
            else:
                flags = np.zeros(len(self.items), np.bool_)
                for relation in self.schema.relations_of(attribute):
                    for rows in self.values(relation).values():
                        flags[rows] = True
            self._known[attribute] = _frozen(flags)
        return self._known[attribute]

    def rows_with(self, attribute: str, value: str) -> Rows:
        """Find the rows that have exactly this value under a relation or any relation of a group; it may be none.

        Raises UnknownValue for a name the schema lacks.
        """
        parts = [self.values(relation).get(value, _NONE) for relation in self.schema.relations_of(attribute)]
        return parts[0] if len(parts) == 1 else _frozen(np.unique(np.concatenate(parts)))


def _frozen(array: NDArray[_ScalarT]) -> NDArray[_ScalarT]:
    """Return the array, no longer writable."""
    array.setflags(write=False)
    return array


_NONE: Rows = _frozen(np.empty(0, np.int32))
