"""Which database keeps the store, and what is the same in each.

`sqlite` and `postgres` are opened here and nowhere else; the rest of the store sees a `Database` and its sessions.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from palate.settings import Settings

_T = TypeVar("_T")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

HEAD = "0007"
"""The newest migration; kept here so that a start with nothing to do need not import alembic."""
BATCH = 2_000
"""Rows a statement; more is no faster."""


class Database(ABC):
    """An open database: how its transactions begin, who may import, what is said when something is wrong."""

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine = engine
        self.where = where
        """How it is called where a person reads it: the file, or the address without the password."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Session]:
        """One consistent view of everything. Raises StoreError."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Session]:
        """One transaction, kept as a whole or not at all. Raises StoreError, and then nothing was acknowledged."""

    @abstractmethod
    def importing(self, name: str, waiting: Callable[[], None] | None = None) -> AbstractContextManager[None]:
        """Be the only one, of all processes, who imports into the catalogue `name`; may be nested in a thread.

        `waiting` is called once when another import is under way. A process that is killed holds nothing.
        """

    @abstractmethod
    def still_importing(self, name: str) -> None:
        """See, before an import is written, that it is still the only one. Raises StoreError."""

    @abstractmethod
    def in_plain_words(self) -> AbstractContextManager[None]:
        """Turn what the database says within the block into a StoreError."""

    def close(self) -> None:
        """Close every connection; further calls open new ones."""
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    """Open the database of `settings`, made and migrated where needed.

    Raises StoreError where it cannot be used, is not palate's or is of a newer palate.
    """
    if settings.database_url is None:
        from palate.store.sqlite import Sqlite  # noqa: PLC0415

        return Sqlite.open(settings.store_path)
    from palate.store.postgres import Postgres  # noqa: PLC0415  the driver takes a tenth of a second

    return Postgres.open(
        settings.database_url.get_secret_value(), settings.database_schema, settings.database_connections
    )


def to_json(value: Any) -> str:
    """Write `value` as compact JSON that both databases can hold.

    A broken half of a character becomes a question mark; a number that JSON has no word for (not a number, infinity)
    is left out of a mapping and null elsewhere.
    """
    try:
        encoded = _ENCODER.encode(value)
    except ValueError:
        encoded = _ENCODER.encode(_finite(value))
    return storable(encoded)


def storable(text: str) -> str:
    """Return `text` as both databases can hold it: half a character, or a NUL, becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")


def batched(rows: Iterable[_T], most: int = BATCH) -> Iterator[list[_T]]:
    """Hand `rows` on, so many at a time as one statement takes."""
    upcoming = iter(rows)
    while batch := list(islice(upcoming, most)):
        yield batch


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items() if not _boundless(part)}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if _boundless(value) else value


def _boundless(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
