"""The rows of every table as lines of JSON, and back: the same lines from SQLite and from PostgreSQL.

A line is an array of the cells. A cell of JSON stands in it as it is, a moment as ISO 8601 in UTC without a zone,
bytes in base 64.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    text,
    type_coerce,
)

from palate.errors import StoreError
from palate.store.database import BATCH, batched, to_json
from palate.store.dialects import as_text, is_postgres

VERSIONS = "alembic_version"
"""The table that says which migration the others are at; it is no row of ours."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class TableLines:
    """What a table holds."""

    name: str
    columns: tuple[str, ...]
    last_id: int
    """The last number that its rows were given; 0 where they have none."""
    lines: Iterator[str]
    """Each row, without a line's end; to be read once, before the next table's."""


def reflected(connection: Connection) -> list[Table]:
    """The tables that are there, whichever migration they are at, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSIONS]


def tables_of(connection: Connection) -> Iterator[TableLines]:
    """Every table, in the caller's transaction."""
    for table in reflected(connection):
        yield TableLines(
            table.name, tuple(table.columns.keys()), _last_id(connection, table), _lines(connection, table)
        )


def fill(connection: Connection, table: Table, columns: Sequence[str], lines: Iterable[str | bytes]) -> int:
    """Write rows into a table, and tell how many. Raises StoreError where a line is none of its rows."""
    try:
        readers = [_reader(table.columns[name]) for name in columns]
    except KeyError as error:
        raise StoreError(f"The table {table.name!r} has no column {error}; the backup is damaged.") from error
    rows = (_row(table, columns, readers, line) for line in lines)
    number = 0
    for batch in batched(rows):
        connection.execute(insert(table), batch)
        number += len(batch)
    return number


def go_on_from(connection: Connection, table: Table, last_id: int) -> None:
    """Give the next row of a table a number above `last_id`, so that none is given twice."""
    column = _counted(table)
    if column is None or not last_id:
        return
    if is_postgres(connection):
        sequence = "SELECT setval(pg_get_serial_sequence(:table, :column), :last)"
        quoted = connection.dialect.identifier_preparer.quote(table.name)
        connection.execute(text(sequence), {"table": quoted, "column": column.name, "last": last_id})
    elif _remembers(connection, table):
        told = {"table": table.name, "last": last_id}
        found = connection.execute(text("UPDATE sqlite_sequence SET seq = :last WHERE name = :table"), told)
        if not found.rowcount:
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), told)


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    columns = list(table.columns)
    raw = [isinstance(column.type, JSON) for column in columns]
    query = select(*(_cell(connection, column) for column in columns))
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield f"[{','.join(_told(cell, as_it_is) for cell, as_it_is in zip(row, raw, strict=True))}]"


def _cell(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON):
        return as_text(connection, column)
    if isinstance(column.type, DateTime) and not is_postgres(connection):
        return type_coerce(column, String)  # it is text there, and nobody need read it
    return column


def _told(cell: Any, as_it_is: bool) -> str:
    if as_it_is and cell is not None:
        # What an older palate, or a hand, wrote over several lines.
        return str(cell) if "\n" not in cell and "\r" not in cell else to_json(json.loads(cell))
    if isinstance(cell, bytes):
        cell = b64encode(cell).decode()
    return _ENCODE(cell.isoformat(" ") if isinstance(cell, datetime) else cell)


def _row(table: Table, columns: Sequence[str], readers: Sequence[Any], line: str | bytes) -> dict[str, Any]:
    try:
        cells = json.loads(line)
        pairs = zip(columns, readers, cells, strict=True)
        return {name: cell if read is None or cell is None else read(cell) for name, read, cell in pairs}
    except (ValueError, TypeError) as error:
        raise StoreError(f"A row of {table.name!r} cannot be read ({error}); the backup is damaged.") from error


def _reader(column: Column[Any]) -> Any:
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat
    if isinstance(column.type, LargeBinary):
        return b64decode
    return bool if isinstance(column.type, Boolean) else None


def _counted(table: Table) -> Column[Any] | None:
    """The column of the numbers that the database gives."""
    (*others, column) = table.primary_key.columns
    return column if not others and column.type.python_type is int else None


def _last_id(connection: Connection, table: Table) -> int:
    column = _counted(table)
    if column is None:
        return 0
    last = int(connection.execute(select(func.max(column))).scalar() or 0)
    if is_postgres(connection):
        quoted = connection.dialect.identifier_preparer.quote(table.name)
        named = "SELECT pg_get_serial_sequence(:table, :column)"
        sequence = connection.execute(text(named), {"table": quoted, "column": column.name}).scalar()
        given = connection.execute(text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"))
        return max(last, int(given.scalar() or 0))
    if _remembers(connection, table):
        told = "SELECT seq FROM sqlite_sequence WHERE name = :table"
        last = max(last, int(connection.execute(text(told), {"table": table.name}).scalar() or 0))
    return last


def _remembers(connection: Connection, table: Table) -> bool:
    """Whether SQLite keeps the last number of a table, also when its row is gone."""
    told = "SELECT 1 FROM sqlite_master WHERE name = :table AND sql LIKE '%AUTOINCREMENT%'"
    return connection.execute(text(told), {"table": table.name}).scalar() is not None
