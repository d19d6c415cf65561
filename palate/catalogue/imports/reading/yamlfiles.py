"""YAML: a list of records, read entry by entry; anything else whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import yaml

from palate.catalogue.imports.reading.jsonfiles import records
from palate.catalogue.imports.reading.rows import BrokenRow, Row, Rows, flat
from palate.catalogue.imports.reading.streams import opened_text
from palate.errors import CatalogueError

ENTRIES = 100
"""Entries that are parsed at once; one by one where one of them is broken."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class YamlTable:
    """A YAML file. No tag of it makes anything but plain values."""

    path: Path

    def rows(self) -> Rows:
        """Every record. Raises CatalogueError where there are none."""
        with opened_text(self.path) as file:
            is_list = _begins_a_list(file)
        with opened_text(self.path) as file:
            if not is_list:
                yield from records(self._whole(file), self.path)
                return
            some: list[_Entry] = []
            for entry in _entries(file):
                some.append(entry)
                if len(some) == ENTRIES:
                    yield from _parsed(some)
                    some = []
            yield from _parsed(some)

    def _whole(self, file: TextIO) -> Any:
        try:
            return yaml.load(file, _LOADER)
        except (yaml.YAMLError, RecursionError) as error:
            raise CatalogueError(f"{self.path} is no YAML ({_brief(error)}).") from error


def _begins_a_list(file: TextIO) -> bool:
    for line in file:
        if line.strip() and not line.startswith(("#", "---", "%")):
            return line.startswith(("- ", "-\n", "-\r"))
    return False


def _entries(file: TextIO) -> Iterator[_Entry]:
    """Each entry of the outermost list; what belongs to one is indented."""
    begin, lines = 0, list[str]()
    for number, line in enumerate(file, 1):
        if line.startswith(("- ", "-\n", "-\r")):
            if lines:
                yield _Entry(begin, "".join(lines))
            begin, lines = number, [line]
        elif lines and not line.startswith(("---", "...")):
            lines.append(line)
    if lines:
        yield _Entry(begin, "".join(lines))


def _parsed(entries: list[_Entry]) -> Rows:
    try:
        found = yaml.load("".join(entry.text for entry in entries), _LOADER)
    except (yaml.YAMLError, RecursionError, ValueError):
        found = None
    if isinstance(found, list) and len(found) == len(entries):
        for entry, record in zip(entries, found, strict=True):
            yield _row(entry, record)
    elif len(entries) > 1:
        for entry in entries:
            yield from _parsed([entry])
    elif entries:
        yield BrokenRow(entries[0].line, _why(entries[0].text), entries[0].text.rstrip())


def _row(entry: _Entry, record: Any) -> Row | BrokenRow:
    if isinstance(record, dict):
        return Row(entry.line, {name: cell for name, cell in flat(record).items() if cell not in (None, "", [])})
    return BrokenRow(entry.line, "it is no record with named fields", entry.text.rstrip())


def _why(text: str) -> str:
    try:
        yaml.load(text, _LOADER)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return f"it is no YAML ({_brief(error)})"
    return "it is no YAML list entry"


def _brief(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
