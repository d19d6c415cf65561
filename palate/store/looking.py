"""A look at a store that changes nothing: no schema is made, nothing is migrated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from palate.domain import GUEST
from palate.settings import Settings
from palate.store.postgres import look

_COUNTED = ("items", "conversations", "turns")


@dataclass(frozen=True, slots=True)
class Look:
    """What is in a store."""

    where: str
    counts: dict[str, int]
    """Rows of the items, conversations and turns; empty where there are no tables yet."""
    people: tuple[str, ...] = ()
    """The guest and the invented viewers, each with the name."""
    others: int = 0
    """People besides those."""


def look_at_server(settings: Settings) -> Look:
    """Look into the PostgreSQL database of `settings`. Raises StoreError."""
    assert settings.database_url is not None
    found: dict[str, Any] = {}
    where = look(settings.database_url.get_secret_value(), settings.database_schema, lambda c: found.update(_read(c)))
    return Look(where, **({"counts": {}} | found))


def _read(connection: Connection) -> dict[str, Any]:
    counts = {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in _COUNTED}
    known = "SELECT id, name FROM users WHERE sample OR id = :guest ORDER BY sample, id"
    people = tuple(f"{row.id} ({row.name})" for row in connection.execute(text(known), {"guest": GUEST}))
    others = "SELECT count(*) FROM users WHERE NOT sample AND id <> :guest"
    return {
        "counts": counts,
        "people": people,
        "others": connection.execute(text(others), {"guest": GUEST}).scalar(),
    }
