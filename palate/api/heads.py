"""Heads of requests that come too slowly, or have no end, close their connection; uvicorn would wait for ever."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST = 65_536
"""Bytes that a head may have; each proxy and browser keeps far below."""
_ROUNDS = 3
"""Rounds of a loop that was late, in which it hands on what has come meanwhile."""
_REFUSED = "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class TimedHeads(HttpToolsProtocol):
    """A connection whose requests' heads have some seconds each, from connecting or from their first byte."""

    def __init__(self, seconds: float, *told: Any, **named: Any) -> None:
        """`seconds` that a head has; the rest is uvicorn's."""
        super().__init__(*told, **named)
        self._seconds = seconds
        self._ending: asyncio.TimerHandle | None = None
        self._came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that begins has its time from here."""
        if self._ending is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        if self._ending is not None:
            self._came += len(data)
        super().data_received(data)
        if self._ending is not None and self._came > MOST:
            self._refuse("431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """Have the request answered; its body has limits of its own."""
        self._there()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._came = 0
        self._ending = self.loop.call_later(self._seconds, self._late, _ROUNDS)

    def _there(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _late(self, rounds: int) -> None:
        """Close, unless the loop itself was late and the head is there already."""
        if rounds:
            self._ending = self.loop.call_later(0, self._late, rounds - 1)
        else:
            self._refuse("408 Request Timeout")

    def _refuse(self, status: str) -> None:
        self._there()
        if not self.transport.is_closing():
            if self._came:
                self.transport.write(_REFUSED.format(status=status).encode("ascii"))
            self.transport.close()
