"""Items held as bytes and made again when asked for: a million of them as objects would take gigabytes.

Attributes and numbers are not packed: the relations and columns of the catalogue hold them already.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias, overload

from palate.domain import Item

Odd: TypeAlias = tuple[dict[str, tuple[str, ...]], dict[str, float]]
"""What an item has that neither relations nor columns can hold: attributes and numbers that its schema lacks."""


class Unpacked(NamedTuple):
    """What is packed of one item."""

    title: str
    texts: Mapping[str, str]
    ids: Mapping[str, str]
    picture: str
    link: str
    odd: Odd | None


class Packed(Sequence[Unpacked]):
    """The packed parts of items, in one run of bytes."""

    def __init__(self, data: bytes | bytearray, starts: array[int]) -> None:
        """Take what `Packer` makes."""
        self._data = memoryview(data).toreadonly()
        self._starts = starts

    def __len__(self) -> int:
        """Count the items."""
        return len(self._starts) - 1

    @overload
    def __getitem__(self, row: int) -> Unpacked: ...
    @overload
    def __getitem__(self, row: slice) -> list[Unpacked]: ...
    def __getitem__(self, row: int | slice) -> Unpacked | list[Unpacked]:
        """Unpack one item, or several."""
        if isinstance(row, slice):
            return [self[place] for place in range(*row.indices(len(self)))]
        found = marshal.loads(self._data[self._starts[row] : self._starts[row + 1]])
        return Unpacked(found, {}, {}, "", "", None) if isinstance(found, str) else Unpacked(*found)

    def size(self, row: int) -> int:
        """How many bytes one item takes."""
        return self._starts[row + 1] - self._starts[row]

    @property
    def nbytes(self) -> int:
        """How many bytes all of it takes."""
        return len(self._data) + 8 * len(self._starts)


class Packer:
    """Packs one item after another."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._starts = array("q", [0])

    def add(self, item: Item, odd: Odd | None) -> None:
        """Pack the next item."""
        self._data += _dumped(item, odd)
        self._starts.append(len(self._data))

    def build(self) -> Packed:
        """All items that were added."""
        return Packed(self._data, self._starts)


def _dumped(item: Item, odd: Odd | None) -> bytes:
    """The bytes of an item; marshal is several times quicker than JSON, and these never leave the process.

    Texts of a subclass (numpy's, an enumeration's) are made plain: marshal would give them back as bytes.
    """
    if not (item.texts or item.ids or item.picture or item.link or odd):
        return marshal.dumps(str(item.title))
    texts, ids = _plain(item.texts), _plain(item.ids)
    return marshal.dumps((str(item.title), texts, ids, str(item.picture), str(item.link), _plain_odd(odd)))


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    return {str(name): str(text) for name, text in texts.items()}


def _plain_odd(odd: Odd | None) -> Odd | None:
    if odd is None:
        return None
    attributes = {str(name): tuple(map(str, values)) for name, values in odd[0].items()}
    return attributes, {str(name): float(number) for name, number in odd[1].items()}
