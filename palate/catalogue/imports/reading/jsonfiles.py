"""JSON: an array of records, an object of records, an object of columns, or one record a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from palate.catalogue.imports.reading.rows import BrokenRow, Row, Rows, flat
from palate.catalogue.imports.reading.streams import opened_text
from palate.errors import CatalogueError

CHUNK = 1 << 20
"""Characters that are read at a time."""
_SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class JsonLinesTable:
    """One JSON object a line."""

    path: Path

    def rows(self) -> Rows:
        """Every record; a line that is no JSON object is broken, an empty one is skipped."""
        with opened_text(self.path) as file:
            for line, text in enumerate(file, 1):
                if not text.strip():
                    continue
                try:
                    record = json.loads(text)
                except (ValueError, RecursionError) as error:
                    yield BrokenRow(line, f"it is no JSON ({error})", text.rstrip())
                    continue
                yield _row(line, record)


@dataclass(frozen=True, slots=True)
class JsonTable:
    """One JSON value: an array is read record by record, an object whole."""

    path: Path

    def rows(self) -> Rows:
        """Every record. Raises CatalogueError where the value is neither an array nor an object of records."""
        with opened_text(self.path) as file:
            start = file.read(1)
            while start and start in _SPACE:
                start = file.read(1)
            if start != "[":
                try:
                    whole = json.loads(start + file.read())
                except (ValueError, RecursionError) as error:
                    raise CatalogueError(f"{self.path} is no JSON ({error}).") from error
                yield from records(whole, self.path)
                return
        with opened_text(self.path) as file:
            yield from _elements(file)


def records(whole: Any, path: Path) -> Rows:
    """The records of a value that is held whole.

    An array; or the longest array of objects in an object; or an object of objects, whose keys become the column
    "id" where they have none; or an object of columns. Raises CatalogueError for anything else.
    """
    if isinstance(whole, list):
        yield from (_row(number, record) for number, record in enumerate(whole, 1))
        return
    if not isinstance(whole, Mapping):
        raise CatalogueError(f"{path} holds no records, only {str(whole)[:40]!r}.")
    tables = [
        value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], Mapping)
    ]
    columns = {str(key): value for key, value in whole.items() if isinstance(value, list)}
    if tables:
        yield from records(max(tables, key=len), path)
    elif whole and all(isinstance(value, Mapping) for value in whole.values()):
        keyed = ({"id": key, **value} for key, value in whole.items())
        yield from (_row(number, record) for number, record in enumerate(keyed, 1))
    elif columns and len({len(column) for column in columns.values()}) == 1:
        yield from (
            _row(number, dict(zip(columns, cells, strict=True)))
            for number, cells in enumerate(zip(*columns.values(), strict=True), 1)
        )
    else:
        raise CatalogueError(f"{path} is one object without records; an array of objects is wanted.")


def _row(line: int, record: Any) -> Row | BrokenRow:
    if isinstance(record, Mapping):
        return Row(line, {name: cell for name, cell in flat(record).items() if not _empty(cell)})
    return BrokenRow(line, "it is no object with named fields", json.dumps(record, ensure_ascii=False, default=str))


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str | Sequence) and not cell)


def _elements(file: TextIO) -> Rows:
    """The elements of the array that `file` holds, one after another; the file is never held whole."""
    decoder = json.JSONDecoder()
    text, at, line = "", 0, 1
    chunks: Iterable[str] = iter(lambda: file.read(CHUNK), "")
    inside = False
    for chunk in chunks:
        text, at = text[at:] + chunk, 0
        while True:
            begin = _skip(text, at, _SPACE + "," if inside else _SPACE + "[")
            line += text.count("\n", at, begin)
            at, inside = begin, inside or begin > 0
            if at == len(text) or text[at] == "]":
                break
            try:
                element, end = decoder.raw_decode(text, at)
            except RecursionError:
                yield BrokenRow(line, "it is nested too deeply", text[at : at + 200])
                return
            except ValueError as error:
                if len(text) - at > 64 * CHUNK:
                    raise CatalogueError(f"A record in line {line} is no JSON ({error}).") from error
                break
            if end == len(text) and not isinstance(element, dict | list | str):
                break  # a number may go on in the next chunk
            yield _row(line, element)
            line += text.count("\n", at, end)
            at = end
    rest = text[at:].strip(_SPACE + "]")
    if rest:
        yield BrokenRow(line, "it is no JSON, and what follows could not be read", rest[:2000])


def _skip(text: str, at: int, over: str) -> int:
    while at < len(text) and text[at] in over:
        at += 1
    return at
