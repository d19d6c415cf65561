"""A real HTTP server on loopback that speaks the OpenAI protocol as a test tells it to, well or badly."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

LONG = 20.0
"""Seconds after which a wait that should end at once has failed."""


class Answer(BaseHTTPRequestHandler):
    """One request, with the ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.server.listing(self)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        self.server.chat(self)

    def log_message(self, *_: object) -> None:
        pass

    def json(self, body: object, status: int = 200) -> None:
        self.whole(json.dumps(body).encode(), status)

    def whole(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self) -> None:
        """A body that ends when the connection does."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, data: object) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()

    def pieces(self, *texts: str) -> None:
        for text in texts:
            self.event(chunk(text))

    def end_stream(
        self, finish: str = "stop", tokens: tuple[int, int] = (7, 3), details: Mapping[str, Any] | None = None
    ) -> None:
        self.event(chunk("", finish))
        usage: dict[str, Any] = {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": sum(tokens),
        }
        usage |= details or {}
        self.event({**chunk(""), "choices": [], "usage": usage})
        self.event("[DONE]")

    def reset(self) -> None:
        """Break the connection off with a TCP reset, as a killed server does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def until_gone(self, piece: bytes) -> None:
        """Send `piece` every few milliseconds until the client has gone, and note that."""
        try:
            while not self.server.over.wait(0.005):
                self.wfile.write(piece)
                self.wfile.flush()
        except OSError:
            self.server.gone.set()
        self.close_connection = True

    def silent(self) -> None:
        """Say nothing more until the client has gone or the test is over."""
        self.connection.settimeout(0.02)
        while not self.server.over.is_set():
            try:
                if not self.connection.recv(1):
                    self.server.gone.set()
                    break
            except TimeoutError:
                continue
            except OSError:
                self.server.gone.set()
                break
        self.close_connection = True


class Server(ThreadingHTTPServer):
    """Answers with whatever `chat` and `listing` do."""

    daemon_threads = False

    def __init__(self, chat: Callable[[Answer], None], port: int) -> None:
        super().__init__(("127.0.0.1", port), Answer)
        self.chat = chat
        self.listing: Callable[[Answer], None] = lambda answer: answer.json({"data": [{"id": "tiny"}]})
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.over = threading.Event()
        self.gone = threading.Event()
        self.connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.append(request)
        super().process_request(request, client_address)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_: object) -> None:
        """A client that has gone is no error here."""


def chunk(text: str, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "tiny", "choices": [choice]}


def completion(text: str | None, finish: str = "stop") -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    usage = {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [choice]}
    return {**body, "usage": usage}


@contextmanager
def serving(chat: Callable[[Answer], None], port: int = 0) -> Iterator[Server]:
    server = Server(chat, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        for connection in server.connections:  # a client may keep one open for later
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Answer], None]], Server]]:
    """Start servers that end with the test."""
    with ExitStack() as stack:
        yield lambda chat: stack.enter_context(serving(chat))


@pytest.fixture
def dead_url() -> str:
    """An address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
