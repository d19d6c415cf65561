"""A circuit breaker: after some failures in a row nobody waits for a model that does not answer.

Closed, calls go through. After `failures` failures in a row it opens: calls are refused at once for a pause, then one
call, the probe, is let through (half-open). Where the probe works it closes; where it fails it opens for twice as
long (Nygard, "Release It!", 2007). Of the libraries for this none has pauses that grow.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal, TypeAlias

from palate.errors import ModelUnavailable

FAILURES = 3
"""Failures in a row that open it."""
PAUSE = 10.0
"""Seconds of the first pause."""
LONGEST = 300.0
"""Seconds of the longest."""

Stand: TypeAlias = Literal["closed", "open", "half-open"]


class Breaker:
    """The breaker of one model; safe to share between threads."""

    def __init__(
        self,
        failures: int = FAILURES,
        pause: float = PAUSE,
        longest: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`pause` and `longest` in seconds, by `clock`."""
        self._most = failures
        self._first = self._pause = pause
        self._longest = longest
        self._clock = clock
        self._failed = 0
        self._until: float | None = None
        self._probing = False
        self._gate = threading.Lock()

    @property
    def stand(self) -> Stand:
        """Closed, open or half-open."""
        if self._until is None:
            return "closed"
        return "open" if self._clock() < self._until else "half-open"

    @property
    def trouble(self) -> str:
        """One plain line while it is not closed; empty when it is."""
        if (until := self._until) is None:
            return ""
        left = max(until - self._clock(), 0.0)
        again = f"it is tried again in {left:.0f} s" if left >= 1 else "the next message tries it again"
        return f"The model failed {self._failed} times in a row and is left alone; {again}."

    def admit(self) -> None:
        """Let a call through, or raise `ModelUnavailable`."""
        with self._gate:
            if self._until is None:
                return
            if self._probing or self._clock() < self._until:
                raise ModelUnavailable(self.trouble)
            self._probing = True

    def passed(self) -> None:
        """A call that was let through has worked."""
        with self._gate:
            self._failed, self._until, self._probing, self._pause = 0, None, False, self._first

    def failed(self) -> None:
        """A call that was let through has failed."""
        with self._gate:
            self._failed += 1
            if self._probing:
                self._pause = min(self._pause * 2, self._longest)
            if self._probing or (self._until is None and self._failed >= self._most):
                self._until = self._clock() + self._pause
            self._probing = False

    def left(self) -> None:
        """A call that was let through was given up by who made it; that says nothing of the model."""
        with self._gate:
            self._probing = False
