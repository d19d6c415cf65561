"""How long work behind a service waits for the turns that are answered: until it is quiet, but not for good."""

from __future__ import annotations

import time
from collections.abc import Callable

NEVER_QUIET = 30.0
"""Seconds of turns without a gap between them after which work goes on beside them,"""
REST = 4.0
"""with so many seconds of rest for each of work, `LONGEST` at most."""
LONGEST = 5.0


class Resting:
    """Counts when turns began and when work was last begun, by a clock of seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._busy = self._worked = clock()

    def turned(self) -> None:
        """A turn has begun, and none was being answered before it."""
        self._busy = self._clock()

    def left(self) -> float:
        """Seconds that work waits at most from now on, while turns go on."""
        now = self._clock()
        return max(self._busy + NEVER_QUIET - now, min(REST * (now - self._worked), LONGEST))

    def working(self) -> None:
        """A piece of work begins."""
        self._worked = self._clock()
