"""Requests and turns, seen by telemetry."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from palate.agent.events import Event
from palate.app import Palate
from palate.seeing.requests import NoRequest, SeenRequest
from palate.seeing.telemetry import Telemetry
from palate.watching import Watching

_DOORS = ("/v1/", "/mcp")


class Watched:
    """Watches each request of the doors, from its first byte to the last of the answer."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http" or not scope["path"].startswith(_DOORS):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with self._telemetry.request(scope["method"], headers) as request:
            scope.setdefault("state", {})["seen"] = request
            name = request.request.encode("ascii")

            async def named(message: Message) -> None:
                if message["type"] == "http.response.start":
                    request.answered(message["status"], _template(scope))
                    message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", name)]}
                await send(message)

            await self._app(scope, receive, named)


def telemetry_of(request: Request) -> Telemetry:
    """What the application tells of itself."""
    found = request.app.state.telemetry
    assert isinstance(found, Telemetry)
    return found


def seen(
    request: Request,
    door: str,
    palate: Palate,
    start: Callable[[Watching], Iterator[Event]],
    *,
    conversation: str = "",
    text: str = "",
) -> Iterator[Event]:
    """The events that `start` gives, watched as one turn of the request."""
    within = getattr(request.state, "seen", None)
    with telemetry_of(request).turn(
        door=door,
        catalogue=palate.catalogue.name,
        conversation=conversation,
        text=text,
        within=within if isinstance(within, SeenRequest | NoRequest) else None,
    ) as watch:
        yield from watch(start(watch))


def _template(scope: Scope) -> str:
    """The path as the route has it; ids and strangers' paths would be too many."""
    return str(getattr(scope.get("route"), "path", "")) or "other"
