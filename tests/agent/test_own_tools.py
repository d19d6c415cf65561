"""A team's own tools in a whole turn: whatever they do, it ends with its slate."""

from __future__ import annotations

import threading

from langchain_core.tools import BaseTool, tool

from palate.agent.agent import Agent
from palate.agent.events import Recommended, ToolFinished, TurnFinished
from palate.retrieval.engine import Engine
from tests.shelf import shelf


def turn(own: BaseTool, text: str = "a bag for wet days") -> tuple[list[str], ToolFinished | None, str]:
    """What is recommended, what became of the tool, and the reply."""
    catalogue = shelf()
    events = list(Agent(catalogue, Engine(catalogue), tools=[own]).stream(text))
    done = events[-1]
    assert isinstance(done, TurnFinished)
    slate = next(event.slate for event in events if isinstance(event, Recommended))
    ended = next((e for e in events if isinstance(e, ToolFinished) and e.name == own.name), None)
    return [item.id for item in slate.items], ended, done.reply


def test_items_of_a_teams_tool_are_on_the_slate() -> None:
    @tool
    def shop_window(text: str) -> list[str]:
        """Bring what stands in the window."""
        return ["t2", "f4"]

    items, ended, _ = turn(shop_window, "something good")
    assert ended is not None
    assert ended.found == 2
    assert "t2" in items


def test_a_tool_that_hangs_costs_its_time_and_no_more() -> None:
    let_go = threading.Event()

    @tool
    def sleepy(text: str) -> list[str]:
        """Sleep."""
        let_go.wait()
        return ["t2"]

    sleepy.metadata = {"seconds": 0.05}
    items, ended, reply = turn(sleepy)
    let_go.set()
    assert items
    assert reply
    assert ended is not None
    assert ended.found == 0
    assert "longer than 0.05 s" in ended.detail


def test_a_tool_that_breaks_breaks_nothing_else_and_tells_no_secrets() -> None:
    @tool
    def broken(text: str) -> list[str]:
        """Break."""
        raise RuntimeError("password 1234")

    items, ended, reply = turn(broken)
    assert items
    assert ended is not None
    assert ended.detail == "The tool broken failed (RuntimeError)."
    assert "1234" not in reply


def test_a_tool_that_is_called_for_some_messages_only() -> None:
    @tool
    def gift_wrap() -> str:
        """Say what wrapping costs."""
        return "We wrap it for nothing."

    gift_wrap.metadata = {"when": r"\bgifts?\b"}
    assert turn(gift_wrap)[1] is None
    _, ended, reply = turn(gift_wrap, "a blue bag as a gift")
    assert ended is not None
    assert "We wrap it for nothing." in reply
