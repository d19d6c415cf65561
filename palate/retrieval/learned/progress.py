"""How far learning is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """A step that is done."""

    what: str
    seconds: float


class Clock:
    """Tells how long each step took."""

    def __init__(self, tell: Callable[[Progress], None]) -> None:
        self._tell = tell
        self._first = self._began = time.monotonic()

    @property
    def total(self) -> float:
        """Seconds since the first step began."""
        return time.monotonic() - self._first

    def done(self, what: str) -> None:
        """A step is done, the next begins."""
        now = time.monotonic()
        self._tell(Progress(what, now - self._began))
        self._began = now
