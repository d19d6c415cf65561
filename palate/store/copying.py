"""Copying all rows from one database into another, of either kind."""

from __future__ import annotations

from palate.store.database import Database
from palate.store.rowlines import fill, go_on_from, reflected, tables_of


def copy_rows(old: Database, new: Database) -> None:
    """Write everything that `old` holds at one moment into `new`, which is empty. Raises StoreError."""
    with old.reading() as reading, new.writing() as writing:
        connection = writing.connection()
        tables = {table.name: table for table in reflected(connection)}
        for held in tables_of(reading.connection()):
            fill(connection, tables[held.name], held.columns, held.lines)
            go_on_from(connection, tables[held.name], held.last_id)
