"""A team's own tools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from langchain_core.tools import BaseTool, InjectedToolArg, StructuredTool, tool

from palate.catalogue.catalogue import Catalogue
from palate.domain import Candidate, Constraint, Op, Query
from palate.errors import ToolError
from palate.retrieval.engine import Engine
from palate.tools import Found, OwnTool, Runner, Told, rebound, toolbox
from tests.shelf import shelf


@pytest.fixture(scope="module")
def shop() -> Engine:
    return Engine(shelf())


@dataclass
class Row:
    item_id: str


def bringing(result: Any, **metadata: Any) -> BaseTool:
    @tool
    def shop_window(text: str) -> Any:
        """Products in the window."""
        return result

    shop_window.metadata = metadata or None
    return shop_window


def brought(engine: Engine, own: BaseTool, **arguments: Any) -> Found | Told:
    return Runner().run(toolbox(engine, [own])[own.name], arguments or {"text": "a bag"})


@pytest.mark.parametrize(
    "result",
    [
        ["b4", "gone", "b1", "b4"],
        ("b4", "b1"),
        [Row("b4"), Row("b1")],
        [{"item_id": "b4", "why": "new"}, {"item_id": "b1"}],
        [Candidate("b4", 1.0, "x"), Candidate("b1", 0.5, "x")],
        [shelf().get("b4"), shelf().get("b1")],
    ],
)
def test_items_are_a_source_named_after_the_tool(shop: Engine, result: Any) -> None:
    found = brought(shop, bringing(result, weight=2))
    assert isinstance(found, Found)
    (ranking,) = found.lists
    assert [shop.catalogue.id(row) for row in ranking.rows.tolist()] == ["b4", "b1"]
    assert (ranking.source, ranking.weight) == ("shop_window", 2.0)
    assert ranking.scores[0] > ranking.scores[1]


def test_what_it_brings_is_ranked_and_told_why_but_never_against_a_constraint(shop: Engine) -> None:
    found = brought(shop, bringing(["s2", "t1"]))
    assert isinstance(found, Found)
    slate = shop.slate(Query(size=2), found.lists)
    assert slate.items[0].id == "s2"
    assert slate.recommendations[0].contributions["shop_window"] > 0
    tents = Query(constraints=(Constraint("type", Op.ANY, ("Tents",)),))
    assert {item.names("type") for item in shop.slate(tents, found.lists).items} == {("Tents",)}


@pytest.mark.parametrize(
    ("result", "said"),
    [("Open until\x1b[31m\n nine.", "Open until [31m nine."), (42, "42"), ("x" * 5000, "x" * 2000)],
)
def test_a_text_is_shown_as_it_is(shop: Engine, result: Any, said: str) -> None:
    told = brought(shop, bringing(result))
    assert told == Told(said=said)
    assert told.count == 0


@pytest.mark.parametrize("result", [None, [], "", "  \n", ["gone"], ()])
def test_nothing(shop: Engine, result: Any) -> None:
    assert brought(shop, bringing(result)) == Found()


@pytest.mark.parametrize("result", [[3.5, 4], object(), {"id": "b1"}, b"b1"])
def test_what_nobody_can_use(shop: Engine, result: Any) -> None:
    with pytest.raises(ToolError, match="bring ids"):
        brought(shop, bringing(result))


def test_when_it_is_called_by_itself(shop: Engine) -> None:
    def arguments(own: BaseTool, message: str = "a bag in the window") -> Any:
        made = toolbox(shop, [own])[own.name]
        assert isinstance(made, OwnTool)
        return made.called("bag", Query(text="bag"), message)

    assert arguments(bringing([])) == {"text": "bag"}
    assert arguments(bringing([], when="WINDOW|display")) == {"text": "bag"}
    assert arguments(bringing([], when="display")) is None
    assert arguments(bringing([], access="WRITE")) is None
    assert arguments(bringing([], access="WRITE", when="window")) == {"text": "bag"}

    @tool
    def near(query: Annotated[Any, InjectedToolArg], most: int = 3) -> list[str]:
        """Find what is near."""
        return []

    assert arguments(near) == {"query": Query(text="bag")}

    @tool
    def order(number: str) -> str:
        """Say where an order is."""
        return number

    assert arguments(order) is None


def test_the_dialogue_reaches_it(shop: Engine) -> None:
    @tool
    def liked_again(query: Annotated[Any, InjectedToolArg]) -> list[str]:
        """Bring what was liked."""
        return list(query.liked)

    found = brought(shop, liked_again, query=Query(liked=("b2",)))
    assert isinstance(found, Found)
    assert found.count == 1
    seen = toolbox(shop, [liked_again])["liked_again"].tool_call_schema.model_json_schema()  # type: ignore[union-attr]
    assert seen["properties"] == {}


def test_tools_that_are_only_async_and_tools_with_an_artifact(shop: Engine) -> None:
    async def later(text: str) -> list[str]:
        """Bring it later."""
        return ["b1"]

    found = brought(shop, StructuredTool.from_function(coroutine=later))
    assert isinstance(found, Found)
    assert found.count == 1

    @tool(response_format="content_and_artifact")
    def paired(text: str) -> tuple[str, list[str]]:
        """Bring both."""
        return "two bags", ["b1", "b2"]

    found = brought(shop, paired)
    assert isinstance(found, Found)
    assert found.count == 2


def test_they_follow_the_catalogue(shop: Engine) -> None:
    tools = toolbox(shop, [bringing(["b1", "t1"])])
    smaller = Engine(Catalogue(shop.catalogue.schema, [shop.catalogue.get("t1")]))
    found = Runner().run(rebound(tools, smaller)["shop_window"], {"text": ""})
    assert isinstance(found, Found)
    assert found.lists[0].rows.tolist() == [0]
    before = Runner().run(tools["shop_window"], {"text": ""})
    assert isinstance(before, Found)
    assert before.lists[0].rows.tolist() == [0, 6]


def test_names_that_are_taken(shop: Engine) -> None:
    for name in ("search_items", "dense", "hand_over"):
        own = bringing([])
        own.name = name
        with pytest.raises(ToolError, match="another name"):
            toolbox(shop, [own])
    with pytest.raises(ToolError, match="another name"):
        toolbox(shop, [bringing([]), bringing([])])


def test_a_pattern_that_is_none(shop: Engine) -> None:
    with pytest.raises(ToolError, match="regular expression"):
        toolbox(shop, [bringing([], when="(")])
