"""Time limits and failures."""

from __future__ import annotations

import threading

import pytest
from langchain_core.tools import BaseTool, tool

from palate.errors import ToolError, UnknownValue
from palate.retrieval.engine import Engine
from palate.tools import Found, Runner, Told, toolbox
from palate.tools.running import LATE, limit
from tests.shelf import shelf


def made(engine: Engine, own: BaseTool, **metadata: object) -> BaseTool:
    own.metadata = metadata
    return toolbox(engine, [own])[own.name]


@pytest.fixture(scope="module")
def shop() -> Engine:
    return Engine(shelf())


def test_a_tool_within_its_time(shop: Engine) -> None:
    brought = Runner().run(toolbox(shop)["item_details"], {"item_id": "b1"})
    assert isinstance(brought, Told)
    assert brought.details is not None
    assert brought.details.item.title == "Tern Dry Pack"


def test_a_late_tool_is_left_behind_and_not_piled_up(shop: Engine) -> None:
    let_go = threading.Event()
    calls = []

    @tool
    def sleepy() -> list[str]:
        """Sleep."""
        calls.append(1)
        let_go.wait()
        return ["b1"]

    slow, runner = made(shop, sleepy, seconds=0.01), Runner()
    for _ in range(LATE):
        with pytest.raises(ToolError, match=r"longer than 0\.01 s"):
            runner.run(slow, {})
    with pytest.raises(ToolError, match="still has 3 calls"):
        runner.run(slow, {})
    assert len(calls) == LATE
    let_go.set()
    for thread in threading.enumerate():
        if thread.name == "tool sleepy":
            thread.join()
    # It may be called again, and answers at once now.
    quick = slow.model_copy(update={"metadata": {"seconds": 60}})
    assert isinstance(runner.run(quick, {}), Found)


@pytest.mark.parametrize("error", [KeyError("secret"), ValueError(), SystemExit(1), RecursionError()])
def test_whatever_a_tool_raises_is_a_tool_error(shop: Engine, error: BaseException) -> None:
    @tool
    def broken() -> list[str]:
        """Break."""
        raise error

    with pytest.raises(ToolError, match=type(error).__name__) as caught:
        Runner().run(made(shop, broken), {})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is error


def test_palates_own_errors_keep_their_words(shop: Engine) -> None:
    with pytest.raises(ToolError, match="no column 'flavour'") as caught:
        Runner().run(toolbox(shop)["item_details"], {"item_id": "b1", "columns": ["flavour"]})
    assert isinstance(caught.value.__cause__, UnknownValue)


def test_arguments_that_do_not_fit(shop: Engine) -> None:
    with pytest.raises(ToolError, match="ValidationError"):
        Runner().run(toolbox(shop)["item_details"], {"columns": 3})


def test_limits(shop: Engine) -> None:
    @tool
    def some() -> list[str]:
        """Find some."""
        return []

    assert limit(made(shop, some)) == 5.0
    assert limit(made(shop, some, seconds=2)) == 2.0
    assert limit(made(shop, some, seconds="soon")) == 5.0
    assert limit(toolbox(shop)["search_items"]) == 10.0
