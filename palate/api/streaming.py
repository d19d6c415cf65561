"""A turn in a thread of its own, and its events for whoever waits for them on the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Generic, TypeVar

from palate.api.problems import Refused

STREAMED = {"cache-control": "no-store", "x-accel-buffering": "no"}
"""Headers of a stream: nobody keeps it, and nginx hands each event on at once."""
T = TypeVar("T")


class _End:
    """Nothing more comes; `error` says why, where it is a failure."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class Threads:
    """The threads that answer turns; more turns than these are turned away, not left waiting."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="palate-turn")
        self._running = 0
        self._changing = threading.Lock()

    @property
    def running(self) -> int:
        """Turns that are being answered."""
        return self._running

    def stream(self, start: Callable[[], Iterator[T]], *, whole: bool = False) -> Running[T]:
        """Run `start()` to its end; where nobody reads any more it ends early, unless it is wanted `whole`.

        Raises Refused (503) where too many run.
        """
        with self._changing:
            if self._running >= self._most:
                raise Refused(503, f"{self._most} turns are being answered here; try again in a moment.")
            self._running += 1
        running: Running[T] = Running(asyncio.get_running_loop(), whole=whole)
        context = copy_context()
        self._pool.submit(context.run, self._run, start, running)
        return running

    def close(self) -> None:
        """Wait for the turns that run."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, start: Callable[[], Iterator[T]], running: Running[T]) -> None:
        error: BaseException | None = None
        try:
            events = start()
            try:
                for event in events:
                    running.put(event)
                    if running.left.is_set() and not running.whole:
                        break
            finally:
                close = getattr(events, "close", None)
                if close:
                    close()
        except BaseException as caught:
            # Handed to whoever waits for the events.
            error = caught
        finally:
            with self._changing:
                self._running -= 1
            running.put(_End(error))


class Running(Generic[T]):
    """The events of one turn. Whoever stops reading calls `leave`: the turn then ends, and keeps what was shown.

    One that is wanted `whole` goes on: whoever named the request may send it again, and half an answer is none.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, *, whole: bool = False) -> None:
        self._loop = loop
        self.whole = whole
        self._events: asyncio.Queue[T | _End] = asyncio.Queue()
        self.left = threading.Event()

    def put(self, event: T | _End) -> None:
        """One more event, from the turn's thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)

    def leave(self) -> None:
        """Nobody reads any more."""
        self.left.set()

    async def first(self) -> T | None:
        """The first event, so that what fails before it can be answered with a status; None: there is none."""
        event = await self._events.get()
        if isinstance(event, _End):
            if event.error:
                raise event.error
            return None
        return event

    async def rest(self) -> AsyncIterator[T]:
        """The events after that; raises what the turn raised."""
        while not isinstance(event := await self._events.get(), _End):
            yield event
        if event.error:
            raise event.error
