"""Finding the item of a catalogue that another file means: by its id, by another id, by title and year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palate.catalogue.imports import headers
from palate.catalogue.imports.cells import read_number
from palate.catalogue.imports.headers import measure_of, other_id_of, says, words_of
from palate.catalogue.imports.reading import Row, open_table
from palate.catalogue.imports.titles import keys_of, split_title
from palate.domain import Item, ItemId, Measure
from palate.errors import MappingError

TELLING = 5
"""Digits from which two equal numbers are hardly equal by chance."""
_PREFIXED = re.compile(r"[a-z]{1,3}0*(\d+)")


def plain_id(cell: Any) -> str:
    """An id in one spelling: "tt0114709", "0114709", 114709.0 and its page's address are all "114709"."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip().rstrip("/").rpartition("/")[2].casefold()
    if found := _PREFIXED.fullmatch(text):
        return found[1]
    text = text.removesuffix(".0")
    return text.lstrip("0") or "0" if text.isdigit() else text


class Finder:
    """The items of a catalogue by id, by other id, and by title and year."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._ids: set[ItemId] = set()
        self._others: dict[str, dict[str, ItemId]] = {}
        self._titles: dict[str, list[tuple[int | None, ItemId]]] = {}
        self.titles: dict[ItemId, str] = {}
        for item in items:
            self._ids.add(item.id)
            self.titles[item.id] = item.title
            for name, other in item.ids.items():
                self._others.setdefault(name, {}).setdefault(plain_id(other), item.id)
            for key in keys_of(item.title):
                self._titles.setdefault(key, []).append((item.year, item.id))

    @property
    def numberings(self) -> tuple[str, ...]:
        """The other ids that the catalogue knows."""
        return tuple(self._others)

    def by_id(self, cell: Any) -> ItemId | None:
        """The item with exactly this id."""
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
        return text if text in self._ids else None

    def by_other_id(self, numbering: str, cell: Any) -> ItemId | None:
        """The item with this id in another numbering ("imdb")."""
        return self._others.get(numbering, {}).get(plain_id(cell))

    def by_any_other_id(self, cell: Any) -> ItemId | None:
        """The item with this id in any numbering, where the id is long enough not to meet one by chance."""
        key = plain_id(cell)
        if len(key) < TELLING:
            return None
        return next((found for ids in self._others.values() if (found := ids.get(key))), None)

    def by_title(self, raw: str, year: int | None = None) -> ItemId | None:
        """The item with this title of this year, else of the year before or after; None where several are meant."""
        found = self.titled(raw, year)
        return next(iter(found)) if len(found) == 1 else None

    def titled(self, raw: str, year: int | None = None) -> frozenset[ItemId]:
        """The items that a title may mean: one, several that cannot be told apart, or none."""
        said = split_title(raw)
        year = year or said.year
        several: frozenset[ItemId] = frozenset()
        for key in keys_of(said.title):
            there = self._titles.get(key, [])
            if year is None:
                near = there
            else:
                near = [one for one in there if one[0] == year] or [
                    one for one in there if one[0] is None or abs(one[0] - year) == 1
                ]
            found = frozenset(item_id for _, item_id in near)
            if len(found) == 1:
                return found
            several = several or found
        return several


@dataclass(frozen=True, slots=True)
class JoinFile:
    """A file that says more of the items that a history names by ids of its own."""

    path: Path
    key: str
    """Its column of the history's ids."""
    others: Mapping[str, str]
    """Numbering of the catalogue -> its column of that."""
    title: str
    year: str

    def words(self) -> str:
        """What it is used for, in words."""
        by = [f"{numbering} by {column!r}" for numbering, column in self.others.items()]
        by += [f"title by {self.title!r}"] if self.title else []
        return f"{self.path.name}: joins by {self.key!r} to {', '.join(by)}"


def join_file(path: Path, item_column: str, wanted: Sequence[Any], finder: Finder) -> JoinFile:
    """Guess the columns of a file that joins; `wanted` are ids of the history, under `item_column`.

    Raises MappingError where nothing in it joins, CatalogueError where it cannot be read.
    """
    ids = {plain_id(one) for one in wanted}
    met: dict[str, set[str]] = {}
    for row in _rows(path):
        for name, cell in row.cells.items():
            there = met.setdefault(name, set())
            if (key := plain_id(cell)) in ids:
                there.add(key)
    columns = list(met)
    overlap = {name: len(there) for name, there in met.items()}
    named = [name for name in columns if words_of(name) == words_of(item_column)]
    key = next(iter(named), max(overlap, key=lambda name: overlap[name], default=""))
    if not key or overlap[key] < 1:
        raise MappingError(f"{path} has none of the ids that the history has under {item_column!r}.")
    others = {}
    for name in columns:
        known = other_id_of(words_of(name)) or words_of(name).removesuffix(" id").replace(" ", "_")
        if name != key and known in finder.numberings:
            others[known] = name
    marks = {name: says(words_of(name), headers.TITLES) for name in columns if name != key}
    title = max(marks, key=lambda name: marks[name], default="")
    title = title if title and marks[title] else ""
    year = next((name for name in columns if measure_of(words_of(name)) in {Measure.YEAR, Measure.DATE}), "")
    if not others and not title:
        raise MappingError(f"{path} has no other ids and no titles to find items by; it has {', '.join(columns)}.")
    return JoinFile(path, key, others, title, year)


class Joiner:
    """The items that a history's ids mean.

    Without files they are the catalogue's own ids, or ids of another numbering. With files they are the file's, and
    only what the files say counts: two files' "1" need not be the same thing.
    """

    def __init__(self, finder: Finder, files: Sequence[JoinFile]) -> None:
        self.finder = finder
        self._found: dict[str, ItemId] | None = None
        self.by: dict[str, int] = {}
        """How many ids were found by what."""
        if files:
            self._found = {}
            for file in files:
                for numbering, column in file.others.items():
                    self._by_other_id(file, numbering, column)
            for file in files:
                if file.title:
                    self._by_title(file)

    def item(self, cell: Any) -> ItemId | None:
        """The item that a history's id means."""
        if self._found is not None:
            return self._found.get(plain_id(cell))
        return self.finder.by_id(cell) or self.finder.by_any_other_id(cell)

    def _by_other_id(self, file: JoinFile, numbering: str, column: str) -> None:
        for row in _rows(file.path):
            if column in row.cells and file.key in row.cells:
                self._note(row.cells[file.key], self.finder.by_other_id(numbering, row.cells[column]), numbering)

    def _by_title(self, file: JoinFile) -> None:
        for row in _rows(file.path):
            if file.title in row.cells and file.key in row.cells:
                year = read_number(row.cells[file.year], Measure.YEAR) if file.year in row.cells else None
                found = self.finder.by_title(str(row.cells[file.title]), int(year) if year else None)
                self._note(row.cells[file.key], found, "title")

    def _note(self, cell: Any, found: ItemId | None, by: str) -> None:
        if found and self._found is not None and plain_id(cell) not in self._found:
            self._found[plain_id(cell)] = found
            self.by[by] = self.by.get(by, 0) + 1


def _rows(path: Path) -> Iterable[Row]:
    return (row for row in open_table(path).rows() if isinstance(row, Row))
