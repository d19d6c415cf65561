"""The items of a catalogue by row: made from flat arrays when asked for, the latest kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from operator import index
from typing import overload

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.packing import Packed
from palate.catalogue.relation import Relation
from palate.domain import Item, ItemId

_KEPT = 1 << 15
"""Items that are kept once they were made."""
_LARGE = 1 << 16
"""Bytes of an item from which it is made anew each time."""


@dataclass(frozen=True, slots=True)
class Base:
    """What a catalogue was built of as a whole; every later snapshot shares it."""

    ids: Sequence[ItemId]
    """By row."""
    rows: Mapping[ItemId, int]
    relations: Mapping[str, Relation]
    columns: Mapping[str, NDArray[np.float64]]
    packed: Packed

    def made(self, row: int) -> Item:
        """The item of a row, made anew."""
        packed = self.packed[row]
        attributes = {name: values for name, held in self.relations.items() if (values := held.of(row))}
        cells = ((name, float(column[row])) for name, column in self.columns.items())
        numbers = {name: cell for name, cell in cells if not isnan(cell)}
        if packed.odd:
            attributes.update(packed.odd[0])
            numbers.update(packed.odd[1])
        return Item(
            self.ids[row], packed.title, attributes, numbers, packed.texts, packed.ids, packed.picture, packed.link
        )


class Items(Sequence[Item]):
    """All items by row; made when asked for, the latest kept."""

    def __init__(self, base: Base, tail: Sequence[Item] = (), kept: Callable[[int], Item] | None = None) -> None:
        """Take the items that were built whole and those after them."""
        self._base = base
        self._tail = tuple(tail)
        self._kept = kept or lru_cache(_KEPT)(base.made)

    def followed(self, items: Sequence[Item]) -> Items:
        """The same and `items` at the end; what is kept is shared."""
        return Items(self._base, (*self._tail, *items), self._kept)

    def __len__(self) -> int:
        """Count the items."""
        return len(self._base.ids) + len(self._tail)

    @overload
    def __getitem__(self, row: int) -> Item: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, row: int | slice) -> Item | tuple[Item, ...]:
        """Return one item, or several."""
        if isinstance(row, slice):
            return tuple(self[place] for place in range(*row.indices(len(self))))
        row, base = index(row), len(self._base.ids)
        if row < 0:
            row += len(self)
        if not 0 <= row < len(self):
            raise IndexError("No item has this row.")
        if row >= base:
            return self._tail[row - base]
        return self._kept(row) if self._base.packed.size(row) < _LARGE else self._base.made(row)

    def __iter__(self) -> Iterator[Item]:
        """Go through all items; the latest kept are not driven out by a walk through more than can be kept."""
        base = len(self._base.ids)
        yield from map(self.__getitem__ if base <= _KEPT else self._base.made, range(base))
        yield from self._tail
