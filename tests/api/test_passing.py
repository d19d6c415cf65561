"""What is asked of the page is passed on to its process whole, and its answer as it comes."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from palate.api.passing import Passing
from tests.api.provider import answering


class Page:
    """What listens at the socket."""

    def __init__(self) -> None:
        self.going = threading.Event()
        self.left = threading.Event()

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/stream", self._stream),
                Route("/{path:path}", self._echo, methods=["GET", "POST", "HEAD"]),
            ]
        )

    async def _echo(self, request: Request) -> Response:
        told = {
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "headers": sorted(request.headers.items()),
            "body": (await request.body()).decode(),
        }
        answer = JSONResponse(told, 418)
        answer.set_cookie("one", "1")
        answer.set_cookie("two", "2")
        return answer

    async def _stream(self, request: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            try:
                yield b"first"
                while not self.going.is_set():
                    await anyio.sleep(0.01)
                yield b"second"
            finally:
                self.left.set()

        return StreamingResponse(parts())


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "page"


def listening_at(at: Path) -> socket.socket:
    at.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(at))
    listener.listen()  # so that whoever comes before the server has started waits, as at a port
    return listener


@pytest.fixture
def client(at: Path) -> Iterator[httpx2.Client]:
    """Of a service that has the page elsewhere."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    passing = Passing(at)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await passing.close()

    routes = [Route("/health", lambda _: Response("ok")), Mount("/", passing)]
    service = Starlette(routes=routes, lifespan=lifespan)
    with answering(lambda: service, listener), httpx2.Client(base_url=url, timeout=30) as client:
        yield client


def test_a_request_and_its_answer_are_passed_on_whole(at: Path, client: httpx2.Client) -> None:
    with answering(Page().app, listening_at(at)):
        headers = {"cookie": "palate=x", "x-forwarded-proto": "https", "x-forwarded-for": "10.0.0.1"}
        answer = client.post("/a%2Fb/c?d=e%20f&g", content="said", headers=headers)
        told = answer.json()
        assert (answer.status_code, told["path"], told["query"]) == (418, "/a%2Fb/c", "d=e%20f&g")
        assert told["body"] == "said"
        sent = dict(told["headers"])
        assert sent["cookie"] == "palate=x"
        assert sent["host"] == client.base_url.netloc.decode()
        assert sent["x-forwarded-proto"] == "https", "as the proxy before the service says, which uvicorn believes"
        assert sent["x-forwarded-for"] == "10.0.0.1"
        assert len(answer.headers.get_list("set-cookie")) == 2
        assert client.get("/health").text == "ok"


def test_an_answer_comes_piece_by_piece(at: Path, client: httpx2.Client) -> None:
    page = Page()
    with answering(page.app, listening_at(at)), client.stream("GET", "/stream") as answer:
        parts = answer.iter_bytes()
        assert next(parts) == b"first"
        page.going.set()
        assert next(parts) == b"second"


def test_who_leaves_leaves_there_too(at: Path, client: httpx2.Client) -> None:
    page = Page()
    with answering(page.app, listening_at(at)):
        with client.stream("GET", "/stream") as answer:
            assert next(answer.iter_bytes()) == b"first"
        assert page.left.wait(20)


def test_a_page_that_is_gone_is_said_to_be_and_comes_back(at: Path, client: httpx2.Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.json()["status"], answer.headers["retry-after"]) == (503, 503, "2")
    assert "reload it in a moment" in answer.json()["detail"]
    for _ in range(2):
        with answering(Page().app, listening_at(at)):
            assert client.get("/").status_code == 418
        assert client.get("/").status_code == 503
    assert client.get("/health").text == "ok"
