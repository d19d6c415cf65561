"""Whole turns over shops, with and without a model: no film word anywhere."""

from __future__ import annotations

import pytest

from palate.agent.agent import Agent
from palate.agent.events import Recommended, StateChanged, TurnFinished
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Schema
from palate.retrieval.engine import Engine
from tests.agent.scripted import ScriptedModel
from tests.shops import ESHOP, RETAIL, SHOP, eshop, retail

FILM_WORDS = ("film", "movie", "critic", "director", "genre", "影片", "电影", "片库", "导演")
REQUESTS = (
    "a waterproof backpack under $100, not leather",
    "a gift for my dad who likes fishing",
    "我想要一件冬天的毛衣",
    "hello",
    "你好",
    "what is the weather like",
)


def shop() -> list[Item]:
    kinds = (("Bags", "Pack", 40.0), ("Kitchen", "Flask", 12.5), ("Garden", "Rake", 30.0))
    return [
        Item(
            f"{kind}{number}",
            f"{name} {'ABCDEFGH'[number]}",
            {"type": (kind,), "brand": (("Fernhill", "Marlo")[number % 2],), "audience": ("FM"[number % 2],)},
            {"price": price + 10 * number, "current_stock": float(number)},
            {"description": f"A {'waterproof' if number % 2 else 'light'} {name.lower()} for wet days."},
        )
        for kind, name, price in kinds
        for number in range(8)
    ]


def agent_over(schema: Schema, items: list[Item]) -> Agent:
    catalogue = Catalogue(schema, items)
    return Agent(catalogue, Engine(catalogue, None))


@pytest.fixture(scope="module")
def agent() -> Agent:
    return agent_over(SHOP, shop())


def said_in(agent: Agent, text: str, model: ScriptedModel | None = None) -> tuple[str, Recommended | None]:
    """Everything that a turn says, and its slate."""
    events = list(agent.stream(text, model=model))
    end = events[-1]
    assert isinstance(end, TurnFinished)
    chips = [phrase for event in events if isinstance(event, StateChanged) for phrase in event.summary]
    return " | ".join([end.reply, *chips]), next((e for e in events if isinstance(e, Recommended)), None)


@pytest.mark.parametrize("text", REQUESTS)
def test_no_film_word_is_said(agent: Agent, text: str) -> None:
    said, _ = said_in(agent, text)
    assert said
    assert not [word for word in FILM_WORDS if word in said.lower()]


def test_wishes_are_met_and_told(agent: Agent) -> None:
    said, shown = said_in(agent, "a waterproof pack under $100, not leather")
    assert shown is not None
    assert shown.slate.recommendations
    assert all((item.number("price") or 0) < 100 for item in shown.slate.items)
    assert "under $100" in said
    assert "without “leather”" in said
    assert "$" in said.split(" | ")[0]


def test_why_is_answered_with_facts(agent: Agent) -> None:
    first = list(agent.stream("a waterproof pack under $100"))[-1]
    assert isinstance(first, TurnFinished)
    state = DialogueState.model_validate(first.state)
    end = list(agent.stream("why the first one?", state))[-1]
    assert isinstance(end, TurnFinished)
    title = agent_title(agent, state.slate[0])
    assert end.reply.startswith(f"{title} (Bags, $")
    assert "Its description begins: “A " in end.reply


def agent_title(agent: Agent, item_id: str) -> str:
    return next(item.title for item in shop() if item.id == item_id)


def test_the_model_writes_of_products(agent: Agent) -> None:
    _, shown = said_in(agent, "a pack under $100")
    assert shown is not None
    item = shown.slate.items[0]
    brand = item.names("brand")[0]
    true, false = f"{item.title} is by {brand}. ", f"{shown.slate.items[1].title} costs $1. "
    model = ScriptedModel([{}], [[true, false]])
    said, _ = said_in(agent, "a pack under $100", model)
    assert said.startswith(true.strip())
    assert "costs $1" not in said
    prompt = model.write_prompts[0]
    assert not [word for word in FILM_WORDS if word in str(prompt).lower()]
    assert "for each product, in the order given" in prompt[0]["content"]


@pytest.mark.parametrize("items", [[], [Item("1", "Widget", {}, {}, {})]])
def test_hardly_a_catalogue(items: list[Item]) -> None:
    agent = agent_over(Schema((), ()), items)
    for text in REQUESTS:
        said, shown = said_in(agent, text)
        assert said
        assert shown is None or len(shown.slate.recommendations) <= len(items)


@pytest.mark.parametrize("name", ["retail", "eshop"])
def test_real_shops(name: str) -> None:
    agent = agent_over(*((RETAIL, list(retail())) if name == "retail" else (ESHOP, list(eshop()))))
    for text in REQUESTS:
        said, shown = said_in(agent, text)
        assert not [word for word in FILM_WORDS if word in said.lower()], said
        assert shown is None or shown.slate.recommendations
