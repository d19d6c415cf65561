"""When a delivery that failed is tried again: soon at first, then ever more rarely, over a day and more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

_WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 36000)
)
"""After the first attempt, after the second, …; 28 hours in all."""
JITTER = 0.2
"""Share by which a wait is longer or shorter by chance, so that many that failed at once do not come back at once."""
ATTEMPTS = len(_WAITS) + 1


def wait_after(attempts: int, chance: Callable[[], float]) -> timedelta | None:
    """How long to wait after so many attempts, 1 at least; None: that was the last. `chance` gives 0 to 1."""
    if attempts > len(_WAITS):
        return None
    return _WAITS[attempts - 1] * (1 + JITTER * (2 * chance() - 1))
