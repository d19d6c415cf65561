"""A real server that takes hand-overs, checks their signatures by the library's own means, misbehaves to order."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
HANG, DIE = -1, -2
"""Instead of a status: never answer, or go away in the middle of the answer."""


@dataclass
class Clock:
    """A clock that stands where it is put."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def jump(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Received:
    """A message, as it came."""

    id: str
    payload: dict[str, Any]
    verified: bool


class Receiver:
    """Answers with the statuses it is given, one a message, and 200 after."""

    def __init__(self) -> None:
        self.script: list[int] = []
        self.received: list[Received] = []
        self.free = threading.Event()
        """Set: whoever hangs goes on."""
        self.url = ""

    @property
    def ids(self) -> list[str]:
        return [message.id for message in self.received]

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        try:
            payload, verified = Webhook(SECRET).verify(body, headers), True
        except WebhookVerificationError:
            payload, verified = json.loads(body), False
        self.received.append(Received(headers.get("webhook-id", ""), payload, verified))
        return self.script.pop(0) if self.script else 200


@contextmanager
def receiving() -> Iterator[Receiver]:
    """The server, for the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = receiver.take(body, {name.lower(): value for name, value in self.headers.items()})
            if status == HANG:
                receiver.free.wait()
            elif status == DIE:
                self.wfile.write(b"HTTP/1.1 200 O")
            else:
                self.send_response(status)
                if status in {301, 302, 307}:
                    self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.free.set()
        server.shutdown()
        server.server_close()
        thread.join()


def verify_by(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library, which takes no message that is older than five minutes, go by this clock."""

    class Moment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(clock().timestamp(), tz)

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Moment)
