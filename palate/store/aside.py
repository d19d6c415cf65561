"""A second database beside the open one: filled at leisure, then it takes the first one's place at once.

Whoever serves meanwhile reads and writes the first, and goes on with the second without opening anything anew.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Engine, text
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

from palate.store.advisory import lock_key
from palate.store.database import HEAD, Database
from palate.store.faults import fault
from palate.store.postgres import Postgres, bring_up, open_schema
from palate.store.sqlite import BUSY_SECONDS, Sqlite, open_file

_IN_USE_SECONDS = 60.0
"""How long to try for tables that somebody reads without an end, such as a process that is opening its catalogue."""


class Aside(ABC):
    """The second database."""

    engine: Engine

    @abstractmethod
    def bring_up(self) -> None:
        """Migrate its tables to the newest. Raises StoreError."""

    @abstractmethod
    def take_place(self) -> None:
        """Be the first from now on, in one transaction. Raises StoreError, and then nothing has changed."""

    @abstractmethod
    def remove(self) -> None:
        """Leave nothing of it behind."""


@contextmanager
def aside(database: Database, revision: str) -> Iterator[Aside]:
    """An empty second database at a migration, for the block; one at a time. Raises StoreError."""
    with database.in_plain_words():
        if isinstance(database, Postgres):
            made: Aside = _AsideSchema(database, revision)
        else:
            assert isinstance(database, Sqlite)
            made = _AsideFile(database, revision)
    try:
        yield made
    finally:
        with database.in_plain_words():
            made.remove()


class _AsideFile(Aside):
    def __init__(self, database: Sqlite, revision: str) -> None:
        self._database = database
        self._folder = database.path.with_name(".restoring")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._path = self._folder / database.path.name
        self.engine = open_file(self._path, revision)

    def bring_up(self) -> None:
        self.engine.dispose()
        with self._database.in_plain_words():
            self.engine = open_file(self._path)

    def take_place(self) -> None:
        self.engine.dispose()
        with (
            self._database.writing_apart(),
            closing(sqlite3.connect(self._path)) as second,
            closing(sqlite3.connect(self._database.path)) as first,
        ):
            # One transaction of the first file; whoever reads it meanwhile goes on reading what was there.
            deadline = time.monotonic() + BUSY_SECONDS

            def patient(status: int, remaining: int, total: int) -> None:
                if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > deadline:
                    raise fault("busy", self._database.path)

            second.backup(first, progress=patient, sleep=0.02)

    def remove(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self._folder)


class _AsideSchema(Aside):
    def __init__(self, database: Postgres, revision: str) -> None:
        self._database = database
        self._schema = f"restoring_{lock_key(database.schema) % 2**64:016x}"
        with database.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE"))
        self.engine = open_schema(database.engine.url, self._schema)
        bring_up(self.engine, database.where, self._schema, revision)

    def bring_up(self) -> None:
        with self._database.in_plain_words():
            bring_up(self.engine, self._database.where, self._schema, HEAD)

    def take_place(self) -> None:
        # While one waits for a table, everybody waits behind; so it is a short wait, and several.
        tries = Retrying(
            retry=retry_if_exception(_is_in_use),
            stop=stop_after_delay(_IN_USE_SECONDS),
            wait=wait_fixed(1),
            reraise=True,
        )
        with self._database.in_plain_words():
            tries(self._take_place)

    def _take_place(self) -> None:
        listed = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY tablename")
        schema = self._database.schema
        quote = self._database.engine.dialect.identifier_preparer.quote
        with self._database.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            mine, theirs = (
                list(connection.execute(listed, {"schema": name}).scalars()) for name in (schema, self._schema)
            )
            # Those that others refer to first: it is the order in which turns and presses are written.
            first = [name for name in ("users", "catalogues", "conversations") if name in mine]
            for name in dict.fromkeys([*first, *mine]):
                connection.execute(text(f"LOCK TABLE {quote(name)} IN ACCESS EXCLUSIVE MODE"))
            connection.execute(text(f"DROP TABLE {', '.join(map(quote, mine))} CASCADE"))
            for name in theirs:
                connection.execute(text(f"ALTER TABLE {self._schema}.{quote(name)} SET SCHEMA {quote(schema)}"))

    def remove(self) -> None:
        self.engine.dispose()
        with self._database.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE"))


def _is_in_use(error: BaseException) -> bool:
    """Whether somebody has a table that is to be taken."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in {"55P03", "40P01"}
