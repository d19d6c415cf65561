"""The page in a process of its own: requests for it are passed on through a socket in the file system."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import httpx2
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from palate.api.problems import problem

_CONNECT = 5.0
"""Seconds in which the page's process has to take a connection; an answer may take as long as a chat is open."""
_OWN = frozenset({b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"})
"""Headers about one connection, which are not passed on; so are those that say where a request came from."""
_FROM = frozenset({b"x-forwarded-for", b"x-forwarded-proto"})

_log = logging.getLogger(__name__)


class Passing:
    """Passes on what it is asked, and the answer as it comes."""

    def __init__(self, socket: Path) -> None:
        """`socket`: where the page's process listens; it may come later, or go and come again."""
        self._socket = socket
        self._client: httpx2.AsyncClient | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope, receive)
        body = await request.body()
        try:
            # Whoever leaves, leaves there, too: a turn that nobody reads ends.
            async with anyio.create_task_group() as group:
                group.start_soon(_left, receive, group.cancel_scope)
                await self._passed(request, body, send)
                group.cancel_scope.cancel()
        except* httpx2.TransportError as errors:
            _log.warning("The page's process does not answer: %s", errors.exceptions[0])
            gone = problem(503, "The chat page is being started again; reload it in a moment.")
            if not scope.get("palate.begun"):
                await gone(scope, receive, send)

    async def _passed(self, request: Request, body: bytes, send: Send) -> None:
        scope = request.scope
        if self._client is None:
            # A connection of its own for each request: one that was kept may be to a process that has ended.
            limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
            transport = httpx2.AsyncHTTPTransport(uds=str(self._socket), limits=limits)
            self._client = httpx2.AsyncClient(transport=transport, timeout=httpx2.Timeout(None, connect=_CONNECT))
        headers = [(name, value) for name, value in scope["headers"] if name not in _OWN | _FROM]
        headers.append((b"x-forwarded-proto", scope["scheme"].encode()))
        if scope["client"]:
            headers.append((b"x-forwarded-for", scope["client"][0].encode()))
        query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        path = scope.get("raw_path", b"").decode("latin-1") or scope["path"]
        url = httpx2.URL(f"http://page{path}{query}")
        asked = httpx2.Request(request.method, url, headers=headers, content=body)
        answer = await self._client.send(asked, stream=True)
        try:
            kept = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _OWN]
            scope["palate.begun"] = True
            await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
            async for part in _raw(answer):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            with anyio.CancelScope(shield=True):
                await answer.aclose()


async def _left(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _raw(answer: httpx2.Response) -> AsyncIterator[bytes]:
    """The body as it is, compressed or not."""
    async for part in answer.aiter_raw():
        yield part
