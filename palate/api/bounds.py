"""Bodies that are too large, or come too slowly, are turned away before anything reads them."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from palate.api.problems import Refused, problem

_ROUNDS = 3
"""Rounds of a loop that was late, in which it hands on what has come meanwhile."""


class BoundedBodies:
    """Gives a request's body `seconds` to arrive and at most `most` bytes."""

    def __init__(self, app: ASGIApp, most: int, seconds: float) -> None:
        self._app = app
        self._most = most
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if told.isdigit() and int(told) > self._most:
            await self._refuse(self._too_large(), scope, receive, send)
            return
        if scope["method"] in {"GET", "HEAD", "OPTIONS", "DELETE"}:
            await self._app(scope, receive, send)
            return
        # Read whole before anything else is done for the request: no thread, no key's place waits for it.
        reading = asyncio.ensure_future(self._read(receive))
        try:
            if not await self._in_time(reading):
                slow = Refused(408, f"The body did not arrive within {self._seconds:g} s.", {"connection": "close"})
                await self._refuse(slow, scope, receive, send)
                return
            parts = reading.result()
        except Refused as refused:
            await self._refuse(refused, scope, receive, send)
            return
        finally:
            reading.cancel()
        if parts is None:
            return

        async def again() -> Message:
            return parts.pop(0) if parts else await receive()

        await self._app(scope, again, send)

    async def _in_time(self, reading: asyncio.Future[list[Message] | None]) -> bool:
        """Whether the body is there in time; what came while the loop itself was late counts."""
        await asyncio.wait({reading}, timeout=self._seconds)
        for _ in range(_ROUNDS):
            if reading.done():
                break
            await asyncio.sleep(0)
        return reading.done()

    async def _read(self, receive: Receive) -> list[Message] | None:
        parts: list[Message] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            size += len(message.get("body", b""))
            if size > self._most:
                raise self._too_large()
            parts.append(message)
            if not message.get("more_body", False):
                return parts

    def _too_large(self) -> Refused:
        return Refused(413, f"A request may have {self._most:,} bytes.", {"connection": "close"})

    async def _refuse(self, refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
        await problem(refused.status, str(refused), refused.headers)(scope, receive, send)
