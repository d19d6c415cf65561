"""Bringing a file of items in as a catalogue: look at a sample, agree on a mapping, import."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from palate.catalogue.demo.films import NAME as FILMS_NAME
from palate.catalogue.imports.building import Builder
from palate.catalogue.imports.guessing import guess
from palate.catalogue.imports.mapping import FieldMap
from palate.catalogue.imports.reading import BrokenRow, Row, Table, open_table
from palate.catalogue.imports.rejects import Rejects
from palate.domain import Item
from palate.errors import CatalogueError, MappingError
from palate.store.faults import in_plain_words
from palate.store.records import LoadCounts
from palate.store.store import Store

RULES = 1
"""Raised whenever a row is read differently, so that an unchanged file is imported again."""
SAMPLE = 5_000
"""Rows from which the mapping is guessed."""
SAMPLE_CHARACTERS = 50_000_000
"""Text after which no more rows are sampled."""
SHOWN = 5
"""Rows that are shown with it."""
MOST_PICTURES = 100_000
"""Files of one folder that are looked at."""
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_NAME = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Look:
    """What the first rows of a file are like."""

    table: Table
    rows: tuple[Row, ...]
    columns: tuple[str, ...]

    def items(self, mapping: FieldMap) -> list[Item]:
        """The first rows as items, as the mapping reads them."""
        builder = Builder(mapping)
        built = (builder.build(row).item for row in self.rows[:SHOWN])
        return [item for item in built if item]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import went."""

    counts: LoadCounts
    """Of items, interactions, edges or names."""
    came_in: int
    """Rows of the file."""
    rejected: int
    """Rows that were not used."""
    noted: int
    """Rows of which a part was not used."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    rejects: Path | None = None
    """The file with the line and the reason of each; None where there are none."""
    same: bool = False
    """Whether nothing was read, since the same file was imported in the same way before."""

    def summary(self, one: str = "item", many: str = "items") -> str:
        """The counts in plain words; what was counted is called `one` or `many`."""
        if self.same:
            return f"Nothing has changed: {counted(self.counts.unchanged, one, many)}."
        counts = self.counts
        rows, things = counted(self.came_in, "row", "rows"), counts.added + counts.changed + counts.unchanged
        lines = [
            f"{rows} came in: {counted(things, one, many)} ({counts.added:,} new, {counts.changed:,} changed, "
            f"{counts.unchanged:,} as before), {counts.removed:,} removed."
        ]
        if self.rejects:
            unused = counted(self.rejected, "row", "rows")
            lines.append(f"{unused} not used, {self.noted:,} used in part; why: {self.rejects}")
        lines += [f"  {number:,} × {reason}" for reason, number in Counter(self.reasons).most_common(5)]
        return "\n".join(lines)


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def look_at(path: Path) -> Look:
    """Read the first rows of a file. Raises CatalogueError, also where there is none."""
    table = open_table(path)
    found = sample(table, path)
    return Look(table, found, tuple(dict.fromkeys(name for row in found for name in row.cells)))


def sample(table: Table, path: Path) -> tuple[Row, ...]:
    """The first rows of a table, `SAMPLE` of them or fewer long ones. Raises CatalogueError where there is none."""
    found: list[Row] = []
    characters = 0
    for row in islice(table.rows(), SAMPLE):
        if isinstance(row, Row):
            found.append(row)
            characters += sum(len(cell) for cell in row.cells.values() if isinstance(cell, str))
            if characters > SAMPLE_CHARACTERS:
                break
    if not found:
        raise CatalogueError(f"{path} has no rows that can be read.")
    return tuple(found)


def guess_mapping(look: Look, path: Path, name: str) -> FieldMap:
    """The mapping that a file's rows and the pictures beside it suggest. Raises MappingError."""
    mapping = guess(look.rows, f"{path.name} {name}")
    if mapping.picture or not mapping.id:
        return mapping
    return replace(mapping, picture_files=picture_files(path, {str(row.cells.get(mapping.id)) for row in look.rows}))


def picture_files(path: Path, ids: Set[str]) -> str:
    """The pattern of the pictures beside a file that are named by the ids of its items; empty: there are none."""
    for folder in sorted(one for one in path.absolute().parent.iterdir() if one.is_dir()):
        named = Counter(one.suffix for one in islice(folder.iterdir(), MOST_PICTURES) if one.stem in ids)
        for ending, number in named.most_common(1):
            if ending.lower() in _PICTURES and number >= 0.5 * len(ids):
                return f"{folder.name}/{{id}}{ending}"
    return ""


def with_currency(mapping: FieldMap, currency: str) -> FieldMap:
    """The mapping with `currency` (ISO 4217) for the prices that do not say theirs. Raises MappingError."""
    if not re.fullmatch(r"[A-Za-z]{3}", currency):
        raise MappingError(f"{currency!r} is no currency; give three letters such as USD.")
    numbers = tuple(replace(one, unit=one.unit or currency.upper()) if one.measure == "money" else one
                    for one in mapping.numbers)  # fmt: skip
    return replace(mapping, numbers=numbers)


def check_name(name: str) -> str:
    """The name of a catalogue. Raises CatalogueError for one that cannot be."""
    if not _NAME.fullmatch(name):
        raise CatalogueError(f"{name!r} cannot be a catalogue's name; use up to 64 letters, digits, - and _.")
    if name == FILMS_NAME:
        raise CatalogueError(f"{name!r} is the demo catalogue; give yours another name.")
    return name


def import_catalogue(
    store: Store,
    path: Path,
    name: str,
    mapping: FieldMap,
    waiting: Callable[[], None] | None = None,
) -> ImportReport:
    """Make the items of a file the catalogue `name`, in one transaction; only what differs is written.

    A killed import leaves the store as it was. Another one of the same name is waited for; `waiting` is then called.
    Raises CatalogueError, MappingError and StoreError.
    """
    check_name(name)
    mark = fingerprint(path, mapping.toml())
    with in_plain_words(store.folder), store.importing(name, waiting):
        if store.fingerprint(name) == mark:
            return ImportReport(LoadCounts(unchanged=store.catalogue(name).size), 0, 0, 0, same=True)
        reading = _Reading(path, mapping)
        with Rejects(store.folder, name, "items") as rejects:
            counts = store.replace_items(
                name, mapping.schema(), reading.items(rejects), mark, str(path.absolute().parent)
            )
    return report(counts, reading.came_in, rejects)


def report(counts: LoadCounts, came_in: int, rejects: Rejects) -> ImportReport:
    """The report of an import that ended well."""
    path = rejects.path if rejects.rejected + rejects.noted else None
    return ImportReport(counts, came_in, rejects.rejected, rejects.noted, dict(rejects.reasons), path)


def fingerprint(path: Path, *rules: str) -> str:
    """Name this state of a file and of the rules it is read by. Raises CatalogueError."""
    try:
        with path.open("rb") as file:
            mark = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read ({error.strerror}).") from error
    for rule in rules:
        mark.update(rule.encode())
    return f"{RULES}-{mark.hexdigest()}"


class _Reading:
    """One pass over a file."""

    def __init__(self, path: Path, mapping: FieldMap) -> None:
        self._table = open_table(path)
        self._builder = Builder(mapping)
        self._lines: dict[str, tuple[int, int]] = {}
        self.came_in = 0

    def items(self, rejects: Rejects) -> Iterator[Item]:
        """Every item that is one; of two with one id the first."""
        for row in self._table.rows():
            self.came_in += 1
            if isinstance(row, BrokenRow):
                rejects.reject(row.line, row.reason, row.raw)
                continue
            built = self._builder.build(row)
            if built.item is None:
                rejects.reject(row.line, built.reason, row.cells)
                continue
            content = _content(built.item)
            first = self._lines.setdefault(built.item.id, (row.line, content))
            if first[0] != row.line:
                twin = "says the same" if first[1] == content else "says something else"
                rejects.reject(row.line, f"line {first[0]:,} has the same id and {twin}", row.cells)
                continue
            for note in built.notes:
                rejects.note(row.line, note, row.cells)
            yield built.item


def _content(item: Item) -> int:
    """A number that two items share only when they say the same."""
    parts = (item.attributes, item.numbers, item.texts, item.ids)
    return hash((item.title, item.picture, item.link, *(tuple(part.items()) for part in parts)))
