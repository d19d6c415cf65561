"""A head that comes slowly, or never ends, closes its connection; whoever is quick enough is not disturbed."""

from __future__ import annotations

import asyncio
import pickle
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
import uvicorn

from palate.api import serving
from palate.api.heads import MOST, TimedHeads
from palate.settings import Settings

SECONDS = 0.3
GOOD = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Takes longer than a head may, for the head is not what takes long; gives the body back."""
    if scope["type"] == "http":
        body = (await receive()).get("body", b"")
        headers = [(b"content-length", b"%d" % (2 + len(body)))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"o", "more_body": True})
        await asyncio.sleep(3 * SECONDS)
        await send({"type": "http.response.body", "body": b"k" + body})


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Of a server that waits for a head no longer than `SECONDS`."""
    http: Any = partial(TimedHeads, SECONDS)
    config = uvicorn.Config(app, http=http, log_config=None, lifespan="off", loop=request.param)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def rest(client: socket.socket) -> bytes:
    """All that comes until the server closes."""
    found = b""
    with suppress(ConnectionResetError):
        while part := client.recv(65536):
            found += part
    return found


def answer(client: socket.socket) -> bytes:
    """One whole answer of the application."""
    found = b""
    while not found.endswith(b"\r\n\r\nok"):
        part = client.recv(65536)
        assert part, found
        found += part
    return found


def test_half_a_head_is_told_and_closed(port: int) -> None:
    with connected(port) as client:
        client.sendall(GOOD[:-4])
        assert rest(client).startswith(b"HTTP/1.1 408 ")


def test_whoever_says_nothing_is_closed(port: int) -> None:
    with connected(port) as client:
        assert rest(client) == b""


@pytest.mark.parametrize("drop", [b"x-a: b\r\n", b"\r\n"])
def test_drops_do_not_lengthen_the_time(port: int, drop: bytes) -> None:
    with connected(port) as client:
        client.sendall(GOOD[:-2] if drop != b"\r\n" else b"\r\n")
        client.settimeout(0.02)
        for _ in range(3000):
            try:
                if not client.recv(100):
                    break
            except TimeoutError:
                with suppress(BrokenPipeError, ConnectionResetError):
                    client.sendall(drop[:1] if drop == b"\r\n" else drop)
            except ConnectionResetError:
                break
        else:
            pytest.fail("the connection is still open")


@pytest.mark.parametrize("further", [GOOD[:-4], b"\r", b"\r\n"])
def test_the_next_request_of_a_connection_has_its_time_too(port: int, further: bytes) -> None:
    with connected(port) as client:
        client.sendall(GOOD)
        assert answer(client).startswith(b"HTTP/1.1 200")
        client.sendall(GOOD)
        assert answer(client).startswith(b"HTTP/1.1 200")
        client.sendall(further)
        assert rest(client).startswith(b"HTTP/1.1 408 ")


def test_an_answer_may_take_longer_and_a_body_too(port: int) -> None:
    with connected(port) as client:
        client.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\nconnection: close\r\n\r\n")
        threading.Event().wait(2 * SECONDS)
        client.sendall(b"body")
        assert rest(client).endswith(b"okbody")


def test_a_head_without_an_end_is_refused(port: int) -> None:
    with connected(port) as client:
        with suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(GOOD[:-2] + b"x-long: " + b"a" * (4 * MOST))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for _ in range(100):
                client.sendall(b"a" * MOST)


def test_others_are_answered_meanwhile(port: int) -> None:
    slow = [connected(port) for _ in range(200)]
    try:
        for client in slow:
            client.sendall(b"GET / HT")
        with connected(port) as client:
            client.sendall(GOOD)
            assert answer(client).startswith(b"HTTP/1.1 200")
        assert all(rest(client).startswith(b"HTTP/1.1 408 ") for client in slow)
    finally:
        for client in slow:
            client.close()


def test_the_service_has_the_seconds_that_are_set() -> None:
    config = serving._config(app, Settings(head_timeout=7.5))
    made: Any = config.http
    assert (made.func, made.args) == (TimedHeads, (7.5,))
    again = pickle.loads(pickle.dumps(made))
    assert again.args == (7.5,), "it is handed to other processes"
