"""A palate whose turn waits for the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from palate.agent.events import Event, StateChanged, Token, TurnFinished

if TYPE_CHECKING:
    from palate.app import Palate

PATIENCE = 20.0
"""Seconds that a test waits for what must come."""


class SlowPalate:
    """Waits until `go_on` is set, then says two words; `closed` is set at the end, however it comes."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.closed = threading.Event(), threading.Event(), threading.Event()
        self.finished = False
        self.threads: list[str] = []

    def stream(self, text: str, **_: Any) -> Iterator[Event]:
        try:
            yield StateChanged({"act": "recommend"}, ())
            self.threads.append(threading.current_thread().name)
            self.begun.set()
            assert self.go_on.wait(PATIENCE)
            yield Token("one")
            yield Token(" two")
            self.finished = True
            yield TurnFinished("c1", "one two", "fallback", 0, 0, 0, {}, {"act": "recommend"})
        finally:
            self.closed.set()

    def as_palate(self) -> Palate:
        return cast("Palate", self)
