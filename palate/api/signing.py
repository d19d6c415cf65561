"""Signing in on the page and out again; everything that is said there, a person reads in a browser."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from palate.agent.speaking.phrases import Phrases
from palate.api.gate import Gate
from palate.api.issuer import Issuer, person
from palate.api.notices import Notices
from palate.api.sessions import Sessions
from palate.app import Palate
from palate.domain import GUEST
from palate.errors import IssuerUnreached, NotAllowed, PalateError, SignInError, UnknownUser

BACK, IN, OUT, ENDED = "/sign-in/back", "/sign-in", "/sign-out", "/signed-out"

_log = logging.getLogger(__name__)


class Signing:
    """Signing in on the page of one `Palate`. Raises InputError where a setting for it is missing."""

    def __init__(self, palate: Palate) -> None:
        self._palate = palate
        self._settings = palate.settings
        self._issuer = Issuer(palate.settings)
        self._sessions = Sessions(palate.settings)
        self._notices = Notices(Phrases(palate.catalogue.schema))

    def gate(self, app: ASGIApp) -> ASGIApp:
        """`app`, for whoever has signed in."""
        return self._sessions.within(Gate(app, self._sessions, self._notices, IN))

    def routes(self) -> list[Route]:
        """What is open to whoever has not signed in."""
        return [
            self._route(IN, self._begin, "GET"),
            self._route(BACK, self._back, "GET"),
            self._route(OUT, self._end, "POST"),
            self._route(ENDED, self._ended, "GET"),
        ]

    def _route(self, path: str, endpoint: Callable[[Request], Awaitable[Response]], method: str) -> Route:
        return Route(path, endpoint, methods=[method], middleware=[Middleware(self._sessions.within)])

    async def _begin(self, request: Request) -> Response:
        """Off to the issuer."""
        try:
            return await self._issuer.sends(request, again="again" in request.query_params)
        except IssuerUnreached as error:
            return self._failed(request, error)

    async def _back(self, request: Request) -> Response:
        """And back from there."""
        try:
            who = person(await self._issuer.claims(request), self._settings)
            if await run_in_threadpool(self._taken, who.id):
                raise NotAllowed("This id belongs to the guest or an invented example.")
        except PalateError as error:
            if self._sessions.person(request.session):
                # The way back was gone twice, or another tab was quicker.
                return RedirectResponse("/", HTTPStatus.SEE_OTHER)
            return self._failed(request, error)
        self._sessions.begin(request.session, who)
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)

    async def _end(self, request: Request) -> Response:
        self._sessions.end(request.session)
        return RedirectResponse(ENDED, HTTPStatus.SEE_OTHER)

    async def _ended(self, request: Request) -> Response:
        # Whoever comes next at this computer is to say who they are.
        return self._notices.page(request, "sign_ended", "sign_again", f"{IN}?again", HTTPStatus.OK)

    def _taken(self, user: str) -> bool:
        """Whether several people go by this id. Raises StoreError."""
        try:
            return user == GUEST or self._palate.shared(user)
        except UnknownUser:
            return False

    def _failed(self, request: Request, error: PalateError) -> Response:
        match error:
            case IssuerUnreached():
                key, status = "sign_unreached", HTTPStatus.SERVICE_UNAVAILABLE
            case NotAllowed():
                key, status = "sign_refused", HTTPStatus.FORBIDDEN
            case SignInError():
                key, status = "sign_failed", HTTPStatus.BAD_REQUEST
            case _:
                key, status = "sign_broken", HTTPStatus.SERVICE_UNAVAILABLE
        _log.warning("Nobody was signed in: %s", error)
        return self._notices.page(request, key, "sign_again", f"{IN}?again", status)
