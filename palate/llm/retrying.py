"""Asking again: what is worth it, after which pause, and never beyond the deadline of the call."""

from __future__ import annotations

import email.utils
import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, RetryCallState

TRIES = 3
FIRST = 0.2
"""Seconds before the second try, twice as long before each further one, with as much again by chance."""
LONGEST = 4.0


def retrying(timeout: float) -> AsyncRetrying:
    """The tries of one call that has `timeout` seconds; the last error is raised as it is.

    A pause that would end after the deadline is not begun.
    """
    from tenacity import (  # noqa: PLC0415
        AsyncRetrying,
        retry_if_exception,
        stop_after_attempt,
        stop_before_delay,
        wait_exponential_jitter,
    )

    growing = wait_exponential_jitter(multiplier=FIRST, max=LONGEST, jitter=FIRST)

    def pause(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        told = retry_after(error) if error else None
        return growing(state) if told is None else told

    return AsyncRetrying(
        retry=retry_if_exception(passing),
        wait=pause,
        stop=stop_after_attempt(TRIES) | stop_before_delay(timeout),
        reraise=True,
    )


def passing(error: BaseException) -> bool:
    """Whether the next try may do better: no connection, too many requests, a server in trouble."""
    import openai  # noqa: PLC0415

    if isinstance(error, openai.APITimeoutError):
        return False
    if isinstance(error, openai.APIStatusError):
        return error.status_code == 429 or error.status_code >= 500
    return isinstance(error, openai.APIConnectionError)


def retry_after(error: BaseException) -> float | None:
    """Seconds that the server asks to wait (RFC 9110, 10.2.3: a number or a date); None where it does not."""
    import openai  # noqa: PLC0415

    if not isinstance(error, openai.APIStatusError):
        return None
    said = error.response.headers.get("retry-after", "").strip()
    try:
        seconds = float(said)
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        return max(email.utils.parsedate_to_datetime(said).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError):
        return None
