"""The SQLite file: how it is opened, how transactions begin, how imports wait for each other."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlmodel import Session

from palate.store.database import HEAD, Database, to_json
from palate.store.faults import fault, in_plain_words
from palate.store.migrating import migrate, revision

BUSY_SECONDS = 30.0
"""How long to wait for another process that is writing; the longest write is the first load of a catalogue."""
WRITING = {"palate_writing": True}
"""Execution options of a connection whose transactions write."""


class Sqlite(Database):
    """One file. Any number of threads and processes may use it at once; whoever finds it being written waits."""

    def __init__(self, engine: Engine, path: Path) -> None:
        super().__init__(engine, str(path))
        self.path = path
        self._writer = engine.execution_options(**WRITING)
        # SQLite lets waiting writers in by chance; a lock lets the threads of one process in promptly.
        self._turn_to_write = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> Sqlite:
        """Open the file, made and migrated where needed. Raises StoreError."""
        with in_plain_words(path):
            return cls(open_file(path), path)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view of the file. Raises StoreError."""
        with in_plain_words(self.path), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, kept as a whole or not at all. Raises StoreError."""
        with (
            in_plain_words(self.path),
            self._turn_to_write,
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def writing_apart(self) -> Iterator[None]:
        """A block that writes the file by a connection of its own, while no thread here does. Raises StoreError."""
        with in_plain_words(self.path), self._turn_to_write:
            yield

    @contextmanager
    def importing(self, name: str, waiting: Callable[[], None] | None = None) -> Iterator[None]:
        """Be the only one who imports into the catalogue `name`, by a lock file beside the store."""
        lock = FileLock(self.path.with_name(f"importing-{quote(name, safe='')}.lock"), is_singleton=True)
        with in_plain_words(self.path):
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if waiting:
                    waiting()
                lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def still_importing(self, name: str) -> None:
        """Nothing to see: a lock file is held as long as the process lives."""

    def in_plain_words(self) -> AbstractContextManager[None]:
        """Turn what SQLite or the system says within the block into a StoreError."""
        return in_plain_words(self.path)


def open_file(path: Path, to: str = HEAD) -> Engine:
    """Open the database at `path`, made and brought to the migration `to` where needed.

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
        hide_parameters=True,  # what people say is in them; errors are logged
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    try:
        with engine.connect() as connection:
            foreign = f"{path} belongs to another program. Move it away, or set PALATE_DATA_DIR to another folder."
            found = revision(connection, foreign)
        if found != to:
            _keep_a_write_ahead_log(path)
            with engine.connect().execution_options(**WRITING) as connection, connection.begin():
                migrate(connection, str(path), to)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _connected(connection: sqlite3.Connection, record: object) -> None:
    # Python's sqlite3 begins transactions late and not before every statement; here `_begin` does it.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # What people have deleted is not left readable in free pages.
    connection.execute("PRAGMA secure_delete = ON")


def _begin(connection: Connection) -> None:
    # A transaction that first reads and then writes fails when another wrote in between, however long it may wait.
    # Taking the write lock at once makes it wait its turn instead.
    writing = connection.get_execution_options().get("palate_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


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
