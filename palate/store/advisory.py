"""Locks that PostgreSQL holds for a connection: it gives them back when the process dies, however it dies."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from palate.errors import StoreError


def lock_key(schema: str, *names: str) -> int:
    """What a lock is called: 64 bits with a sign, since a database has one space of them for all schemas."""
    name = "\x1f".join(("palate", schema, *names))
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


@dataclass
class _Held:
    connection: Connection
    key: int
    depth: int = 1


class ImportLocks:
    """One a catalogue, held by one thread of all processes; that thread may take it again."""

    def __init__(self, engine: Engine, schema: str) -> None:
        # Outside a transaction: an import may take an hour, and such a long one holds up the server's tidying.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._schema = schema
        self._mine = threading.local()

    def acquire(self, name: str, waiting: Callable[[], None] | None) -> None:
        """Take the lock of a catalogue; `waiting` is called where another has it."""
        held = self._held
        if name in held:
            held[name].depth += 1
            return
        key = lock_key(self._schema, "importing", name)
        connection = self._engine.connect()
        try:
            connection.detach()  # else it counts as one of those that short transactions share
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SET lock_timeout = 0"))
            if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar():
                if waiting:
                    waiting()
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
        except BaseException:
            connection.close()
            raise
        held[name] = _Held(connection, key)

    def check(self, name: str) -> None:
        """See that the lock is still held. Raises StoreError where the server was restarted meanwhile."""
        found = None
        if name in self._held:
            with suppress(DBAPIError):
                found = self._held[name].connection.execute(text("SELECT 1")).scalar()
        if not found:
            raise StoreError(
                f"The server went away while {name!r} was imported or restored, so nothing was written. Do it again."
            )

    def release(self, name: str) -> None:
        """Give the lock back, where the server has not done so by itself."""
        held = self._held[name]
        held.depth -= 1
        if not held.depth:
            del self._held[name]
            with suppress(DBAPIError):
                held.connection.close()

    @property
    def _held(self) -> dict[str, _Held]:
        found: dict[str, _Held] | None = getattr(self._mine, "held", None)
        if found is None:
            found = self._mine.held = {}
        return found
