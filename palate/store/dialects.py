"""What SQLite and PostgreSQL both can, each by words of its own."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import JSON, ColumnElement, Connection, String, Text, cast, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

Inserting: TypeAlias = "postgresql.Insert | sqlite.Insert"


def is_postgres(connection: Connection) -> bool:
    """Whether the other end is PostgreSQL; else it is SQLite."""
    return connection.dialect.name == "postgresql"


def inserting(connection: Connection, table: Any) -> Inserting:
    """An INSERT that can say what to do where the key is there already, so that two at once do not collide."""
    return postgresql.insert(table) if is_postgres(connection) else sqlite.insert(table)


def as_text(connection: Connection, column: Any) -> ColumnElement[str]:
    """A cell of JSON or of text, as the text that stands there."""
    if is_postgres(connection) and isinstance(column.type, JSON):
        return cast(column, Text)  # else the driver reads it
    return type_coerce(column, String)
