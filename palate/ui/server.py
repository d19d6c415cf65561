"""The web server under the page: one uvicorn in a thread."""

from __future__ import annotations

import errno
import http.client
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from palate.errors import InputError, PalateError, PortBusy
from palate.ui.page import build, looks
from palate.ui.person import person_of
from palate.ui.pictures import KINDS, ROUTE, Pictures

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI, Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from palate.app import Palate

_START_TIMEOUT = 60.0
"""Seconds that the page may take to answer for the first time."""
_POLICY = (
    # Gradio needs inline scripts and `Function`; what matters here is that the page can reach no other host.
    "default-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_NO_DOCS: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
_REMOTE_PICTURES = "; img-src 'self' data: blob: http: https:"


@dataclass(frozen=True, slots=True)
class Serving:
    """A page that answers."""

    url: str
    _server: uvicorn.Server
    _thread: threading.Thread

    def wait(self) -> None:
        """Block until the server ends."""
        self._thread.join()

    def close(self) -> None:
        """Stop serving; open pages lose their connection."""
        self._server.should_exit = True
        self._thread.join()


def serve(palate: Palate, host: str = "127.0.0.1", port: int = 7860) -> Serving:
    """Serve the page of `palate` and return once it answers; port 0 takes a free one.

    Raises `PortBusy` when another program has the port, `InputError` when the address cannot be listened on.
    """
    import uvicorn  # noqa: PLC0415

    listener = listening(host, port)
    port = listener.getsockname()[1]
    # A factory, because Gradio makes event loops that nobody closes where it is not built inside a running one.
    config = uvicorn.Config(
        lambda: _app(palate, host, port), factory=True, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)

    def run() -> None:
        with listener:
            server.run(sockets=[listener])

    thread = threading.Thread(target=run, name="palate-page", daemon=True)
    thread.start()
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    serving = Serving(f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}", server, thread)
    try:
        _first_answer(reached, port)
    except OSError as error:
        serving.close()
        raise PalateError(f"the page did not start at {serving.url}: {error}; its log says more") from error
    return serving


def _app(palate: Palate, host: str, port: int) -> ASGIApp:
    from fastapi import FastAPI  # noqa: PLC0415

    return mounted(FastAPI(**_NO_DOCS), palate, host, port)


def mounted(
    server: FastAPI,
    palate: Palate,
    host: str,
    port: int,
    frames: Sequence[str] = (),
    gate: Callable[[ASGIApp], ASGIApp] | None = None,
) -> ASGIApp:
    """`server` with the page of `palate` under every path that it does not answer itself.

    `frames` are the sites that may show the page within theirs, as `https://shop.example`. `gate` is put before
    everything that belongs to the page, and lets through who has signed in (see `palate.ui.person`).
    """
    import gradio as gr  # noqa: PLC0415
    from starlette.routing import Mount, Route  # noqa: PLC0415

    ours = len(server.router.routes)
    server.add_api_route(f"{ROUTE}{{item_id:path}}", _pictures(palate), include_in_schema=False)
    app = gr.mount_gradio_app(
        server,
        build(palate, personal=gate is not None),
        path="/",
        server_name=host,
        server_port=port,
        app_kwargs=_NO_DOCS,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        auth_dependency=(lambda request: person_of(request).id) if gate else None,
        **looks(),
    )
    if gate is not None:
        for route in server.router.routes[ours:]:
            assert isinstance(route, Route | Mount)
            route.app = gate(route.app)
    policy = " ".join([_POLICY, *frames]) + (_REMOTE_PICTURES if palate.settings.remote_pictures else "")
    return _Headers(app, policy)


def _pictures(palate: Palate) -> Callable[[str], Response]:
    """Serve the picture of an item out of its catalogue's folder, nothing else."""
    from fastapi.responses import FileResponse, PlainTextResponse  # noqa: PLC0415

    pictures = Pictures(palate.picture_folder, palate.settings.remote_pictures)

    def picture(item_id: str) -> Response:
        path = pictures.file(palate.catalogue.get(item_id)) if item_id in palate.catalogue else None
        if path is None:
            return PlainTextResponse("There is no such picture.", status_code=404)
        return FileResponse(path, media_type=KINDS[path.suffix.lower()], headers={"cache-control": "max-age=300"})

    # Annotations are text in this file, and FastAPI would look for the response type among its globals.
    picture.__annotations__ = {"item_id": str}
    return picture


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises PortBusy and InputError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortBusy(
                f"port {port} is taken by another program; stop it or choose another with --port (0: any free one)"
            ) from error
        raise InputError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


def _first_answer(host: str, port: int) -> None:
    """Wait for the page; a plain connection, so that no proxy of the environment comes between."""
    connection = http.client.HTTPConnection(host, port, timeout=_START_TIMEOUT)
    try:
        connection.request("GET", "/")
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != http.client.OK:
        raise OSError(f"the first answer was {status}")


class _Headers:
    """Puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
        }
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
            await send(message)

        await self._app(scope, receive, with_headers)
