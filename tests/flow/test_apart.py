"""Turns on an event loop: nothing waits, cancelling ends them, errors come out where the events are read."""

from __future__ import annotations

import asyncio

import pytest

from palate.agent.events import Token, TurnFinished
from palate.app import Palate
from palate.errors import EmptyText, UnknownUser
from palate.flow import astream
from tests.flow.slow import PATIENCE, SlowPalate


def test_the_loop_goes_on_while_a_turn_waits() -> None:
    slow = SlowPalate()

    async def both() -> list[str]:
        async def read() -> list[str]:
            return [e.text async for e in astream(slow.as_palate(), "a tent") if isinstance(e, Token)]

        reading = asyncio.create_task(read())
        await asyncio.to_thread(slow.begun.wait, PATIENCE)
        slow.go_on.set()  # only a loop that is not blocked comes here
        return await reading

    assert asyncio.run(both()) == ["one", " two"]
    assert slow.threads == ["palate-turn"]
    assert slow.closed.is_set()


def test_cancelling_the_reader_closes_the_turn() -> None:
    slow = SlowPalate()

    async def cancelled() -> None:
        async def read() -> None:
            async for _ in astream(slow.as_palate(), "a tent"):
                pass

        reading = asyncio.create_task(read())
        await asyncio.to_thread(slow.begun.wait, PATIENCE)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        slow.go_on.set()
        assert await asyncio.to_thread(slow.closed.wait, PATIENCE)

    asyncio.run(cancelled())
    assert not slow.finished


def test_a_loop_that_ended_meanwhile_disturbs_no_turn() -> None:
    slow = SlowPalate()

    async def first_event() -> None:
        events = astream(slow.as_palate(), "a tent")
        await anext(events)
        await events.aclose()

    asyncio.run(first_event())
    slow.go_on.set()
    assert slow.closed.wait(PATIENCE)


@pytest.mark.parametrize(("text", "user", "error"), [("  ", None, EmptyText), ("a tent", "nobody", UnknownUser)])
def test_errors_are_palates_own(shop: Palate, text: str, user: str | None, error: type[Exception]) -> None:
    async def read() -> None:
        async for _ in astream(shop, text, user=user):
            pass

    with pytest.raises(error):
        asyncio.run(read())


def test_what_was_shown_before_a_reader_left_is_kept(shop: Palate) -> None:
    conversation = shop.start_conversation()

    async def leave() -> None:
        events = astream(shop, "a tent", conversation=conversation)
        async for event in events:
            if isinstance(event, Token):
                break
        await events.aclose()

    asyncio.run(leave())
    turn = shop.ask("something cheaper", conversation=conversation)  # waits for the one that is being closed
    assert isinstance(turn.events[-1], TurnFinished)
    assert [one.text for one in shop.turns(conversation)] == ["a tent", "something cheaper"]
