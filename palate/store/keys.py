"""Keys to the service, as they are kept: what opens, for whom, until when; never the secret itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from sqlmodel import Session, col, select

from palate.errors import UnknownKey
from palate.store.records import Key
from palate.store.tables import KeyRow

Opens: TypeAlias = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key with what its secret is checked by."""

    key: Key
    digest: str
    """SHA-256 of the secret, hexadecimal."""


class StoredKeys:
    """Part of a `Store`, over its sessions; so its methods raise StoreError as the store's do."""

    def __init__(self, reading: Opens, writing: Opens) -> None:
        self._reading = reading
        self._writing = writing

    def add(self, key: Key, digest: str) -> None:
        """Keep a new key."""
        with self._writing() as session:
            cells = {name: getattr(key, name) for name in ("id", "name", "tenant", "per_minute", "at_once")}
            dates = {name: getattr(key, name) for name in ("created_at", "expires_at", "revoked_at")}
            session.add(KeyRow(**cells, **dates, scopes=list(key.scopes), digest=digest))

    def find(self, key_id: str) -> KeptKey | None:
        """The key of this id, whether it is still valid or not."""
        with self._reading() as session:
            row = session.get(KeyRow, key_id)
            return None if row is None else KeptKey(_key(row), row.digest)

    def listed(self) -> list[Key]:
        """Every key, the oldest first."""
        with self._reading() as session:
            return [_key(row) for row in session.scalars(select(KeyRow).order_by(col(KeyRow.created_at)))]

    def revoke(self, key_id: str) -> Key:
        """Make a key open nothing any more; it stays in the list. Raises UnknownKey."""
        with self._writing() as session:
            row = session.get(KeyRow, key_id)
            if row is None:
                raise UnknownKey(f"No key has the id {key_id!r}; palate keys list shows those that are there.")
            row.revoked_at = row.revoked_at or datetime.now(UTC)
            session.add(row)
            return _key(row)


def _key(row: KeyRow) -> Key:
    return Key(
        row.id,
        row.name,
        tuple(row.scopes),
        row.tenant,
        row.per_minute,
        row.at_once,
        row.created_at,
        row.expires_at,
        row.revoked_at,
    )
