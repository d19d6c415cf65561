"""Who calls: the key of a request, what it opens, and how much of it there may be."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool

from palate.api.house import House, Tenancy
from palate.api.keys import SHAPE, Scope, opened_by
from palate.api.problems import Limited, Refused
from palate.settings import Settings
from palate.store.records import Key

FRESH = 1.0
"""Seconds for which a key is not looked up again; so long a revoked one may still open."""
JUMP = 2.0
"""Seconds by which the wall clock and the steady one may drift apart between two requests."""
_MOST = 10_000
"""Keys that are at hand."""
_BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="`palate keys create --scope chat` makes one.")
"""For the OpenAPI document; `Access.caller` reads the header."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever has shown a key."""

    key: Key
    tenancy: Tenancy

    @property
    def tenant(self) -> str:
        """Whose key it is."""
        return self.key.tenant


class Limits:
    """How often and how many at once, a key; of one process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._windows = MovingWindowRateLimiter(MemoryStorage())
        self._ahead = time.time() - time.monotonic()
        self._busy: Counter[str] = Counter()
        self._changing = threading.Lock()

    def count(self, key: Key) -> None:
        """Count one request. Raises Limited."""
        limit = RateLimitItemPerMinute(key.per_minute or self._settings.requests_per_minute)
        ahead, self._ahead = self._ahead, time.time() - time.monotonic()
        if abs(self._ahead - ahead) > JUMP:
            # The counts are by the wall clock: set back an hour, it would turn everybody away for an hour.
            self._windows = MovingWindowRateLimiter(MemoryStorage())
        if not self._windows.hit(limit, key.id):
            again = max(1, round(self._windows.get_window_stats(limit, key.id).reset_time - time.time()))
            raise Limited("rate", f"This key may ask {limit.amount} times a minute.", again)

    def enter(self, key: Key) -> None:
        """One more at once. Raises Limited."""
        most = key.at_once or self._settings.requests_at_once
        with self._changing:
            if self._busy[key.id] >= most:
                raise Limited("concurrency", f"This key may have {most} requests at once.", 1)
            self._busy[key.id] += 1

    def leave(self, key: Key) -> None:
        """One fewer."""
        with self._changing:
            self._busy[key.id] -= 1
            if not self._busy[key.id]:
                del self._busy[key.id]

    @contextmanager
    def within(self, key: Key) -> Iterator[None]:
        """Count the block."""
        self.count(key)
        self.enter(key)
        try:
            yield
        finally:
            self.leave(key)


class Access:
    """The doorkeeper. What it knows of a key is a second old at most."""

    def __init__(
        self,
        house: House,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._house = house
        self._now = now
        self._clock = clock
        self._seen: dict[str, tuple[float, Key]] = {}
        self.limits = Limits(house.settings)

    def at_hand(self, authorization: str) -> bool:
        """Whether the store need not be asked for this header."""
        found = self._seen.get(authorization)
        return found is not None and self._clock() - found[0] < FRESH

    def caller(self, authorization: str, query: str, *scopes: Scope) -> Caller:
        """Whoever sends this header. Raises Refused (400, 401, 403) and StoreError."""
        if SHAPE.search(query):
            raise Refused(400, "A key stood in the address, where logs keep it: revoke it. Send keys in a header.")
        scheme, text = get_authorization_scheme_param(authorization)
        challenge = {"www-authenticate": 'Bearer realm="palate"'}
        if scheme.lower() != "bearer" or not text:
            raise Refused(401, "Send a key: Authorization: Bearer pal_…; palate keys create makes one.", challenge)
        key = self._key(authorization, text)
        if key is None or not key.valid(self._now()):
            raise Refused(401, "This key opens nothing, or nothing any more.", challenge)
        if Scope.ADMIN not in key.scopes and not {str(scope) for scope in scopes} & set(key.scopes):
            wanted = " or ".join(scopes)
            raise Refused(403, f"This key opens {', '.join(key.scopes)}; this door needs {wanted}.")
        return Caller(key, self._house.tenancy(key.tenant))

    def _key(self, authorization: str, text: str) -> Key | None:
        if self.at_hand(authorization):
            return self._seen[authorization][1]
        key = opened_by(self._house.store, text, self._now())
        if key is not None:
            if len(self._seen) >= _MOST:
                self._seen.clear()
            self._seen[authorization] = (self._clock(), key)
        return key


def access_of(request: Request) -> Access:
    """The doorkeeper of the application."""
    found = request.app.state.access
    assert isinstance(found, Access)
    return found


def house_of(request: Request) -> House:
    """The house of the application."""
    found = request.app.state.house
    assert isinstance(found, House)
    return found


async def admitted(access: Access, authorization: str, query: str, *scopes: Scope) -> Caller:
    """`Access.caller`, in a thread where the store must be asked."""
    if access.at_hand(authorization):
        return access.caller(authorization, query, *scopes)
    return await run_in_threadpool(access.caller, authorization, query, *scopes)


def allowed(*scopes: Scope) -> Callable[..., AsyncIterator[Caller]]:
    """A dependency: the caller, where the key has one of `scopes`; counted until the answer is sent."""

    async def caller(request: Request, _: Annotated[object, Security(_BEARER)]) -> AsyncIterator[Caller]:
        access = access_of(request)
        authorization = request.headers.get("authorization", "")
        found = await admitted(access, authorization, request.url.query, *scopes)
        with access.limits.within(found.key):
            yield found

    return caller
