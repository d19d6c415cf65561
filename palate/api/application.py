"""One FastAPI application: every door, and the page under all other paths."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute
from starlette.routing import Route
from starlette.types import ASGIApp

from palate.api import board, completions, conversing, docs, health, people, recommending, widget
from palate.api.access import Access
from palate.api.bounds import BoundedBodies
from palate.api.house import House
from palate.api.mcp import PATH, Guarded, mcp_app, mcp_server
from palate.api.passing import Passing
from palate.api.problems import RESPONSES, handle
from palate.api.streaming import Threads
from palate.api.watched import Watched
from palate.seeing.health import Readying
from palate.seeing.telemetry import Telemetry

_THREADS = 128
"""Requests without a stream that one process works on at the same time."""
_ABOUT = """Recommendations in conversation, each item with the facts that put it there.

Send a key with each request: `Authorization: Bearer pal_…`. `palate keys create --scope chat --scope recommend` makes
one. Texts and titles come from people and catalogues: escape them on a page.
"""


def _operation(route: APIRoute) -> str:
    """The name of an operation in clients that are made of the document: `conversations_read`."""
    return f"{str(route.tags[0]).lower().replace('-', '_') if route.tags else 'page'}_{route.name}"


def create_app(
    house: House,
    *,
    page: bool = True,
    host: str = "127.0.0.1",
    port: int = 7860,
    closes: bool = False,
    ready: Callable[[], None] = lambda: None,
    telemetry: Telemetry | None = None,
    page_at: Path | None = None,
) -> ASGIApp:
    """The application over an open house, seen by `telemetry`, which it closes.

    `page`: with the chat page; `page_at`: the socket of the process that has it instead; `closes`: the house is
    closed with it; `ready` is called when requests are answered.
    """
    access = Access(house)
    telemetry = telemetry or Telemetry.of(house.settings)
    server = mcp_server(house)
    passing = Passing(page_at) if page_at else None
    mcp = mcp_app(server)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        app.state.threads = threads = Threads(house.settings.turns_at_once)
        async with server.session_manager.run():
            ready()
            yield
        threads.close()
        telemetry.close()
        if passing:
            await passing.close()
        if closes:
            house.close()

    app = FastAPI(
        title="palate",
        summary="A conversational recommender",
        description=_ABOUT,
        version=version("palate"),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={status: RESPONSES[status] for status in (400, 401, 403, 404, 408, 413, 422, 429, 503)},
        generate_unique_id_function=_operation,
        telemetry={"tracing": False, "metrics": False},
    )
    app.state.house = house
    app.state.access = access
    app.state.telemetry = telemetry
    app.state.readying = Readying(house.first)
    app.state.started = time.monotonic()
    handle(app)
    for door in (recommending, conversing, completions, people, board, health, docs, widget):
        app.include_router(door.router)
    app.router.routes.append(Route(PATH, Guarded(mcp, access), methods=["GET", "POST", "DELETE"]))
    settings = house.settings
    app.add_middleware(BoundedBodies, most=settings.max_body, seconds=settings.body_timeout)
    app.add_middleware(Watched, telemetry=telemetry)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["authorization", "content-type", "mcp-protocol-version", "mcp-session-id"],
            expose_headers=["retry-after"],
        )
    if passing:
        app.mount("/", passing)
        return app
    if not page:
        return app
    from palate.ui.server import mounted  # noqa: PLC0415  Gradio takes two seconds to import

    gate = None
    if settings.oidc_issuer is not None:
        from palate.api.signing import Signing  # noqa: PLC0415

        signing = Signing(house.first)
        app.router.routes.extend(signing.routes())
        gate = signing.gate
    return mounted(app, house.first, host, port, settings.cors_origins, gate)
