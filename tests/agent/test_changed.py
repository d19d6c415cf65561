"""An agent that goes on with a changed catalogue: it knows what a new one would, and makes nothing twice."""

from __future__ import annotations

import pytest

from palate.agent.agent import Agent
from palate.agent.events import StateChanged
from palate.agent.reading.glossary import Glossary
from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking.phrases import Phrases
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item
from palate.retrieval.engine import Engine
from tests.shops import SHOP

ITEMS = [
    Item(
        str(place),
        title,
        {"type": (kind,), "brand": (brand,), "colour": (colour,), "country": (country,)},
        {"price": price, "current_stock": 3.0},
    )
    for place, (title, kind, brand, colour, country, price) in enumerate(
        [
            ("Harbour Mug", "mug", "Kahla", "Navy Blue", "Germany", 12.5),
            ("Harbour Bowl", "bowl", "Kahla", "White", "Germany", 18.0),
            ("Trail Mug", "mug", "Nordwerk", "Red", "Sweden", 22.0),
            ("Tea for Two", "teapot", "Ming", "White", "China", 65.0),
            ("Plain Plate", "plate", "Nordwerk", "White", "Sweden", 9.0),
        ]
    )
]
CHEAPER = Item("2", "Trail Mug", dict(ITEMS[2].attributes), {"price": 11.0, "current_stock": 3.0})
VASE = Item(
    "9", "Long Vase", {"type": ("vase",), "brand": ("Iittala",), "colour": ("Green",), "country": ("Finland",)}, {}
)
SAYINGS = (
    "a red mug under 15",
    "something Finnish",
    "a green vase",
    "vaess",
    "a Chinese teapot",
    "a Chinese teapt",
    "more by Nordwerk",
    "一个白色的碗",
)


def summaries(agent: Agent) -> list[tuple[str, ...]]:
    """What is understood of each saying, and what is shown for it."""
    found = []
    for text in SAYINGS:
        events = list(agent.stream(text))
        (state,) = (event for event in events if isinstance(event, StateChanged))
        found.append((*state.summary, repr(events[-2])))
    return found


@pytest.mark.parametrize(
    ("upserts", "removed"),
    [([CHEAPER], []), ([VASE], []), ([], ["3"]), ([VASE, CHEAPER], ["3", "4"]), ([], [item.id for item in ITEMS])],
)
def test_it_understands_what_a_new_one_would(upserts: list[Item], removed: list[str]) -> None:
    before = Catalogue(SHOP, ITEMS, "crockery")
    engine = Engine(before)
    catalogue = before.changed(upserts, removed)
    later = engine.changed(catalogue, None)
    went_on = Agent(before, engine).changed(catalogue, later)
    assert summaries(went_on) == summaries(Agent(catalogue, later))


def test_nothing_is_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Catalogue(SHOP, ITEMS, "crockery")
    engine = Engine(before)
    agent = Agent(before, engine)
    catalogue = before.changed([CHEAPER])
    later = engine.changed(catalogue, None)
    for kind in (Lexicon, Glossary, Phrases):
        monkeypatch.setattr(kind, "__init__", lambda *_, **__: pytest.fail("made again"))
    monkeypatch.setattr("palate.agent.agent.compiled", lambda: pytest.fail("compiled again"))
    monkeypatch.setattr("palate.agent.agent.toolbox", lambda _: pytest.fail("described again"))
    went_on = agent.changed(catalogue, later)
    assert "Trail Mug" in repr(list(went_on.stream("a red mug under 15")))
    assert went_on.graph is agent.graph
