"""The gate before the page: whoever has not signed in gets nothing of it, whatever the path."""

from __future__ import annotations

import math
import re
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from palate.api.notices import Notices
from palate.api.problems import problem
from palate.api.sessions import Sessions
from palate.ui.person import KEY, Person

_TAB = re.compile(r"/heartbeat/([^/?]+)")


class Gate:
    """Lets through who is signed in, and to nobody else's tab."""

    def __init__(self, app: ASGIApp, sessions: Sessions, notices: Notices, door: str) -> None:
        """`door`: where people sign in."""
        self._app = app
        self._sessions = sessions
        self._notices = notices
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope)
        person = self._sessions.person(request.session)
        if person is None:
            await self._turned_away(request)(scope, receive, send)
        elif not self._at_home(request, person):
            await problem(HTTPStatus.FORBIDDEN, "Somebody else opened this tab; reload the page.")(
                scope, receive, send
            )
        else:
            scope[KEY] = person
            # A page that is left open until its session ends comes back here by itself, to sign in again.
            again = math.ceil(self._sessions.left(request.session)) + 1 if _is_page(request) else 0
            await self._app(scope, receive, _private(send, again))

    def _turned_away(self, request: Request) -> Response:
        if not _is_page(request) or "text/html" not in request.headers.get("accept", ""):
            return problem(
                HTTPStatus.UNAUTHORIZED, "Sign in to use the chat page; other programs use /v1 with a key."
            )
        if request.headers.get("sec-fetch-dest") in {"iframe", "frame"}:
            # Issuers let nobody show their pages in a frame, so the chat opens in a tab of its own.
            return self._notices.page(request, "sign_needed", "sign_open", "/", HTTPStatus.UNAUTHORIZED, apart=True)
        return RedirectResponse(self._door, HTTPStatus.SEE_OTHER, {"cache-control": "no-store"})

    def _at_home(self, request: Request, person: Person) -> bool:
        found = _TAB.search(request.url.path)
        tabs = [found[1]] if found else request.query_params.getlist("session_hash")
        return all(self._sessions.opened(tab, person) for tab in tabs)


def _is_page(request: Request) -> bool:
    return request.url.path == "/" and request.method in {"GET", "HEAD"}


def _private(send: Send, again: int) -> Send:
    """`send` with answers that no cache shares; after `again` seconds the browser is to ask anew, unless 0."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("cache-control", "private, no-cache")
            if again:
                headers["cache-control"] = "no-store"
                headers["refresh"] = str(again)
        await send(message)

    return sending
