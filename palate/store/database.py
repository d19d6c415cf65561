"""The SQLite file: how it is opened, how it is brought up to date, how transactions begin."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text

from palate.errors import StoreError
from palate.store.faults import fault

_T = TypeVar("_T")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

HEAD = "0005"
"""The newest migration; kept here so that a start with nothing to do need not import alembic."""
BUSY_SECONDS = 30.0
"""How long to wait for another process that is writing; the longest write is the first load of a catalogue."""
BATCH = 2_000
"""Rows a statement; more is no faster."""
WRITING = {"palate_writing": True}
"""Execution options of a connection whose transactions write."""


def open_database(path: Path) -> Engine:
    """Open the database at `path`, made and migrated where needed.

    Raises StoreError where it is not palate's or is of a newer palate; SQLite's and the system's own errors pass
    through (see `faults`).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for place in (path, path.parent):
        if place.exists() and not os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise fault("read-only", place)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        json_serializer=to_json,
        max_overflow=-1,
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    try:
        if _version(engine, path) != HEAD:
            _migrate(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


def to_json(value: Any) -> str:
    """Write `value` as compact JSON that UTF-8 can hold: a broken half of a character becomes a question mark."""
    return storable(_ENCODER.encode(value))


def storable(text: str) -> str:
    """Return `text` as UTF-8 can hold it; what a browser sends may have half a character in it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def batched(rows: Iterable[_T]) -> Iterator[list[_T]]:
    """Hand `rows` on, so many at a time as one statement takes."""
    upcoming = iter(rows)
    while batch := list(islice(upcoming, BATCH)):
        yield batch


def _connected(connection: sqlite3.Connection, record: object) -> None:
    # Python's sqlite3 begins transactions late and not before every statement; here `_begin` does it.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    # A transaction that first reads and then writes fails when another wrote in between, however long it may wait.
    # Taking the write lock at once makes it wait its turn instead.
    writing = connection.get_execution_options().get("palate_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _version(engine: Engine, path: Path) -> str | None:
    """Tell which migration the database is at; None for an empty one. Raises StoreError for another program's."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            return None
        if "alembic_version" not in tables:
            raise StoreError(
                f"{path} belongs to another program. Move it away, or set PALATE_DATA_DIR to another folder."
            )
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine, path: Path) -> None:
    """Bring the tables up to date, in one transaction."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    _keep_a_write_ahead_log(path)
    config = Config()
    config.set_main_option("script_location", "palate.store:migrations")
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"{path} was written by a newer palate ({error}). Upgrade palate to use it.") from error


def _keep_a_write_ahead_log(path: Path) -> None:
    """Let people read while someone writes. The mode stays with the file, so this is done once."""
    deadline = time.monotonic() + BUSY_SECONDS
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # SQLite says "busy" at once, whatever the timeout, while another process changes the mode.
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return
