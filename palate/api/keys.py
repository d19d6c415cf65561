"""Keys to the service: `pal_<id>_<secret>`. The secret is shown once and kept nowhere, only its digest."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from palate.errors import InputError
from palate.store.records import Key
from palate.store.store import Store

SHAPE = re.compile(r"pal_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
TENANT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class Scope(StrEnum):
    """What a key opens."""

    CHAT = "chat"
    """Conversations, the OpenAI-compatible door, feedback."""
    RECOMMEND = "recommend"
    """`/v1/recommend`, MCP, feedback."""
    ADMIN = "admin"
    """Everything, of its tenant."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; `text` is not shown again."""

    key: Key
    text: str


def named(tenant: str) -> None:
    """Nothing where a tenant can have that name, or it is empty: the house itself. Raises InputError."""
    if tenant and not TENANT.fullmatch(tenant):
        raise InputError("A tenant's name is 1 to 40 small letters, digits and dashes.")


def create(
    store: Store,
    scopes: Sequence[str],
    *,
    name: str = "",
    tenant: str = "",
    days: float | None = None,
    per_minute: int | None = None,
    at_once: int | None = None,
    now: datetime | None = None,
) -> NewKey:
    """Make a key and keep its digest; `days` after `now` it opens nothing any more.

    Raises InputError and StoreError.
    """
    unknown = [scope for scope in scopes if scope not in set(Scope)]
    if unknown or not scopes:
        said = f"There is no scope {unknown[0]!r}" if unknown else "A key needs a scope"
        raise InputError(f"{said}; give --scope {', '.join(Scope)}, one or several.")
    named(tenant)
    for number in (days, per_minute, at_once):
        if number is not None and number <= 0:
            raise InputError("Days and limits are above 0.")
    now = now or datetime.now(UTC)
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    ends = None if days is None else now + timedelta(days=days)
    key = Key(key_id, name, tuple(dict.fromkeys(scopes)), tenant, per_minute, at_once, now, ends)
    store.keys.add(key, _digest(secret))
    return NewKey(key, f"pal_{key_id}_{secret}")


def opened_by(store: Store, text: str, now: datetime) -> Key | None:
    """The key that `text` is, None where it is none, expired or revoked. Raises StoreError."""
    match = SHAPE.fullmatch(text)
    kept = store.keys.find(match[1]) if match else None
    # Compared also where there is no such key, so that time tells nothing.
    right = hmac.compare_digest(_digest(match[2] if match else ""), kept.digest if kept else _digest("-"))
    return kept.key if kept and right and kept.key.valid(now) else None


def _digest(secret: str) -> str:
    """Of 256 random bits; a slow hash is for what people can remember."""
    return hashlib.sha256(secret.encode()).hexdigest()
