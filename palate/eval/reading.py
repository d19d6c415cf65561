"""Histories of a folder of tables: which of them is the histories and which join its ids is told by their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from palate.catalogue.imports.historyimport import HistoryColumns, HistoryReading, guess_history, look_at
from palate.catalogue.imports.joining import Finder, join_file
from palate.catalogue.imports.reading import Row, open_table
from palate.domain import Interaction, Item
from palate.errors import CatalogueError, MappingError

SAMPLE = 1_000
"""Rows by which a table is told."""


@dataclass(frozen=True, slots=True)
class Read:
    """Interactions with items of the catalogue, and how they were found."""

    interactions: tuple[Interaction, ...]
    rows: int
    """Rows of the table, those without an item of the catalogue too."""
    lines: tuple[str, ...]
    """How the files are read, in words."""


def read_folder(path: Path, items: Sequence[Item]) -> Read:
    """The histories in a file, or in a folder with the files that join its ids to the items.

    Raises CatalogueError and MappingError where no table says who did something with what, or none of it is in the
    catalogue.
    """
    tables = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
    found: list[tuple[int, Path, HistoryColumns]] = []
    for table in tables:
        try:
            rows = [row for row in islice(open_table(table).rows(), SAMPLE) if isinstance(row, Row)]
            columns = guess_history(rows)
        except (CatalogueError, MappingError):
            continue
        # Several tables may say who did what (ratings, tags): the one that says most about it is the histories.
        told = sum(bool(each) for each in (columns.rating, columns.kind, columns.weight)) * 2 + bool(columns.at)
        found.append((told, table, columns))
    if not found:
        raise MappingError(
            f"No table in {path} says who did something with what; it needs a user and an item column."
        )
    _, table, columns = max(found, key=lambda each: (each[0], -tables.index(each[1])))
    finder = Finder(items)
    wanted = [
        row.cells[columns.item]
        for row in islice(open_table(table).rows(), SAMPLE)
        if isinstance(row, Row) and columns.item in row.cells
    ]
    joining = []
    for other in tables:
        if other != table and other not in {each[1] for each in found}:
            try:
                join_file(other, columns.item, wanted, finder)
            except (CatalogueError, MappingError):
                continue
            joining.append(other)
    look = look_at(table, finder, joining)
    reading = HistoryReading(look)
    interactions = tuple(reading.interactions())
    if not interactions:
        raise CatalogueError(f"Nothing in {table} was done with an item of the catalogue.")
    return Read(interactions, reading.came_in, tuple(look.lines()))
