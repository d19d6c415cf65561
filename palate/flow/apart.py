"""Running a turn apart from what surrounds the caller: their event loop, and their own LangGraph run.

palate's turn is a LangGraph graph too. Begun within a node of another graph it would take itself for a subgraph: it
would write into that graph's checkpoints and streams, which are none of its business. So the turn gets a copy of the
caller's context (traces go on) that knows of no run.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import closing, suppress
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, cast

from langchain_core.runnables.config import var_child_runnable_config

from palate.agent.events import Event

if TYPE_CHECKING:
    from palate.app import Palate


def astream(
    palate: Palate, text: str, *, user: str | None = None, conversation: str | None = None
) -> AsyncGenerator[Event]:
    """`Palate.stream` for an event loop, which it never blocks. Raises what that raises, at the first event.

    Closing it, or cancelling whoever reads it, ends the turn after the event under way; what was shown is kept.
    """
    return in_thread(lambda: palate.stream(text, user=user, conversation=conversation))


def stepwise(begin: Callable[[], Iterator[Event]]) -> Generator[Event]:
    """The events of the turn that `begin` begins, each step taken apart. Closing it ends the turn."""
    return _steps(begin, _apart())


async def in_thread(begin: Callable[[], Iterator[Event]]) -> AsyncGenerator[Event]:
    """The same for an event loop: the turn runs in a thread of its own. Raises what the turn raises."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()
    gone = threading.Event()
    context = _apart()

    def hand(one: Event | BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop is closed, so nobody reads any more
            loop.call_soon_threadsafe(arrived.put_nowait, one)

    def run() -> None:
        try:
            with closing(_steps(begin, context)) as events:
                for event in events:
                    if gone.is_set():
                        return
                    hand(event)
        except BaseException as error:  # raised where the events are read
            hand(error)
        else:
            hand(None)

    threading.Thread(target=run, name="palate-turn", daemon=True).start()
    try:
        while (one := await arrived.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        gone.set()


def _apart() -> Context:
    context = copy_context()
    context.run(var_child_runnable_config.set, None)
    return context


def _steps(begin: Callable[[], Iterator[Event]], context: Context) -> Generator[Event]:
    events = cast("Generator[Event]", context.run(begin))
    try:
        while True:
            try:
                event = context.run(next, events)
            except StopIteration:
                return
            yield event
    finally:
        context.run(events.close)
