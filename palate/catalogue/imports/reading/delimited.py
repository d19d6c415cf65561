"""CSV, TSV and their kin: the delimiter is told from the contents."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from palate.catalogue.imports.reading.rows import BrokenRow, Row, Rows
from palate.catalogue.imports.reading.streams import opened_text

DELIMITERS = (",", "\t", ";", "|")
LONGEST_CELL = 64 * 1024 * 1024
"""Characters."""
_LOOK = 64 * 1024
"""Characters that are looked at to tell the delimiter."""


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """A file of delimited cells; the first line names the columns where it looks like names."""

    path: Path
    header: bool | None = None
    """Whether the first line names the columns; None: as it looks."""

    def rows(self) -> Rows:
        """Every record. A row with more or fewer cells than the header is broken; empty lines are skipped.

        Where a quote that is never closed swallowed lines, only its own line is broken; the others are read again.
        """
        with opened_text(self.path) as file:
            delimiter = delimiter_of(file.read(_LOOK))
        csv.field_size_limit(LONGEST_CELL)
        with opened_text(self.path) as file:
            lines = _Lines(file)
            header: list[str] | None = None
            for line, cells in _records(lines, delimiter):
                if isinstance(cells, str):
                    yield BrokenRow(line, cells, lines.give_back_all_but_first())
                    continue
                if not any(cell.strip() for cell in cells):
                    continue
                if header is None:
                    named = _is_header(cells) if self.header is None else self.header
                    header = _names(cells) if named else [f"column {n}" for n in range(1, len(cells) + 1)]
                    if named:
                        continue
                if len(cells) != len(header):
                    reason = f"it has {len(cells)} cells, the header has {len(header)}"
                    yield BrokenRow(line, reason, lines.give_back_all_but_first())
                    continue
                yield Row(line, {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()})


def delimiter_of(sample: str) -> str:
    """The delimiter that gives most lines the same number of cells, more than one; a comma where none does."""
    lines = sample.splitlines()[:200]
    if len(lines) > 1 and len(sample) == _LOOK:
        lines.pop()
    best, best_mark = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            counts = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
        except csv.Error:
            continue
        cells, lines_so = max(counts.items(), key=lambda pair: (pair[0] > 1, pair[1]), default=(1, 0))
        mark = 0.0 if cells < 2 else lines_so / max(1, sum(counts.values())) + min(cells, 50) / 1000
        if mark > best_mark:
            best, best_mark = delimiter, mark
    return best


class _Lines:
    """Physical lines with the number of each, and the way back for those of a record that was none."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0
        """Of the last line that was given."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._file)
        self.taken.append(line)
        self.number += 1
        return line

    def give_back_all_but_first(self) -> str:
        """Take back the record's lines after its first, and return the first."""
        first, *others = self.taken or [""]
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        return first.rstrip("\r\n")


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """The first line and the cells of each record, or why there are none."""
    while True:
        lines.taken = []
        first = lines.number + 1
        try:
            # A new reader each time: one that met an error, or a quote without end, would carry it on.
            cells = next(csv.reader(lines, delimiter=delimiter))
            if len(lines.taken) > 1:
                # Strictly, so that a quote without end is found out.
                next(csv.reader(lines.taken, delimiter=delimiter, strict=True))
            yield first, cells
        except StopIteration:
            return
        except csv.Error as error:
            yield first, f"its quotes do not close ({error})" if len(lines.taken) > 1 else str(error)


def _is_header(cells: list[str]) -> bool:
    """No name is a number."""
    return not any(_is_number(cell) for cell in cells)


def _names(cells: Iterable[str]) -> list[str]:
    """The names; one that is missing or there already is told apart by its place."""
    names: dict[str, None] = {}
    for place, cell in enumerate(cells, 1):
        name = cell.strip()
        names[f"{name or 'column'} {place}" if not name or name in names else name] = None
    return list(names)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
