"""What every reader yields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file."""

    line: int
    """Where it begins, from 1; for formats without lines, its number."""
    cells: Mapping[str, Any]
    """By column; what the row does not have is absent."""


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A stretch of a file that is no record."""

    line: int
    reason: str
    raw: str
    """What stands there."""


Rows: TypeAlias = Iterator[Row | BrokenRow]


class Table(Protocol):
    """A file of records, read anew at each call and never held whole where its format allows."""

    def rows(self) -> Rows:
        """Every record in the file's order. Raises CatalogueError where the file cannot be read at all."""
        ...


def flat(record: Mapping[Any, Any], prefix: str = "", depth: int = 3) -> dict[str, Any]:
    """The record with ``{"price": {"amount": 9}}`` as ``{"price.amount": 9}``, at most `depth` levels down."""
    cells: dict[str, Any] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and depth > 1:
            cells |= flat(value, f"{name}.", depth - 1)
        else:
            cells[name] = value
    return cells
