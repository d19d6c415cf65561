"""One relation in memory: its values, each held once, which rows have which, and which value a row has."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.postings import Postings, Rows


class Vocabulary(Sequence[str]):
    """Distinct texts, numbered from 0 in the order of their first coming; never changes."""

    def __init__(self, base: Sequence[str], numbers: Mapping[str, int], tail: Sequence[str] = ()) -> None:
        """Take the texts of the base with their numbers, shared and never copied, and those that came later."""
        self._base = base
        self._numbers = numbers
        self._tail = tuple(tail)
        self._late = {text: number for number, text in enumerate(self._tail, len(base))}

    def __len__(self) -> int:
        """Count the texts."""
        return len(self._base) + len(self._tail)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        """Return the text with a number, or several."""
        if isinstance(number, slice):
            return [self[place] for place in range(*number.indices(len(self)))]
        if number < 0:
            number += len(self)
        return self._base[number] if number < len(self._base) else self._tail[number - len(self._base)]

    def __contains__(self, text: object) -> bool:
        """Tell whether this text has a number."""
        return text in self._numbers or text in self._late

    def __iter__(self) -> Iterator[str]:
        """Go through the texts in the order of their numbers."""
        yield from self._base
        yield from self._tail

    @property
    def base(self) -> int:
        """How many texts the base has; the later ones have numbers from here on."""
        return len(self._base)

    def number(self, text: str) -> int | None:
        """The number of a text, None when it has none."""
        found = self._numbers.get(text)
        return self._late.get(text) if found is None else found

    def extended(self, texts: Iterable[str]) -> Vocabulary:
        """The same with texts added that are new; O(what was added since the base)."""
        new = dict.fromkeys(text for text in texts if text not in self)
        return Vocabulary(self._base, self._numbers, (*self._tail, *new)) if new else self


class Relation:
    """The values of one relation and the rows that have them."""

    def __init__(self, names: Vocabulary, rows: Postings, values: Postings) -> None:
        """Take what `RelationBuilder` and `appended` make."""
        self.names = names
        """The values; a value's place is its number."""
        self.rows = rows
        """By the number of a value: the rows that have it."""
        self.values = values
        """By row: the numbers of its values, in the item's order."""

    def of(self, row: int) -> tuple[str, ...]:
        """The values of one row, in the item's order; none when unknown."""
        return tuple(map(self.names.__getitem__, self.values.rows(row).tolist()))

    def having(self, value: str) -> Rows | None:
        """The rows that have exactly this value, those of replaced items too; None for a value never seen."""
        number = self.names.number(value)
        return None if number is None else self.rows.rows(number)

    def appended(self, rows: Sequence[Sequence[str]]) -> Relation:
        """The same with rows added at the end: for each new row its values, none twice."""
        names = self.names.extended(value for values in rows for value in values)
        numbers = np.asarray([names.number(value) for values in rows for value in values], np.int32)
        first = len(self.values)
        own = np.repeat(np.arange(first, first + len(rows), dtype=np.int32), [len(values) for values in rows])
        return Relation(
            names,
            self.rows.appended(numbers, own, len(names)),
            self.values.with_lists(numbers, np.asarray([len(values) for values in rows], np.int32)),
        )


class ValueRows(Mapping[str, Rows]):
    """Value -> rows that are alive, of one relation; looked up in its lists, nothing is held twice."""

    def __init__(self, relation: Relation, alive: NDArray[np.bool_] | None) -> None:
        """Read `relation`; `alive` is None where all rows are."""
        self._relation = relation
        self._alive = alive

    def __getitem__(self, value: str) -> Rows:
        """The rows with a value. Raises KeyError where none has it."""
        rows = self._relation.having(value)
        if rows is not None and self._alive is not None:
            rows = rows[self._alive[rows]]
            rows.setflags(write=False)
        if rows is None or not len(rows):
            raise KeyError(value)
        return rows

    def __contains__(self, value: object) -> bool:
        """Tell whether a row that is alive has this value."""
        return isinstance(value, str) and value in self._relation.names and len(self.get(value, _NONE)) > 0

    def __iter__(self) -> Iterator[str]:
        """Go through the values that a row has."""
        if self._alive is None:
            return iter(self._relation.names)
        return (value for value in self._relation.names if value in self)

    def __len__(self) -> int:
        """Count the values that a row has."""
        return len(self._relation.names) if self._alive is None else sum(1 for _ in self)


class RelationBuilder:
    """Takes the values of one row after another."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._values = array("i")
        self._lengths = array("i")

    def add(self, values: Sequence[str]) -> None:
        """Take the values of the next row, none twice."""
        numbers = self._numbers
        self._values.extend([numbers.setdefault(value, len(numbers)) for value in values])
        self._lengths.append(len(values))

    def build(self) -> Relation:
        """The relation of all rows that were added."""
        values = np.frombuffer(self._values, np.int32) if self._values else np.empty(0, np.int32)
        lengths: NDArray[np.int32] = np.frombuffer(self._lengths, np.int32) if self._lengths else values
        rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        names = Vocabulary(list(self._numbers), self._numbers)
        return Relation(names, Postings.of(values, rows, len(names)), Postings.lists(values, lengths))


_NONE: Rows = np.empty(0, np.int32)
