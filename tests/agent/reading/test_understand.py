"""What a model's search words count for."""

from __future__ import annotations

import pytest

from palate.agent.agent import Agent
from palate.agent.events import TurnFinished
from palate.agent.reading.glossary import packaged
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item
from palate.retrieval.engine import Engine
from tests.agent.scripted import ScriptedModel
from tests.agent.shops import GEAR

SHOWN = DialogueState(slate=("a", "b"), shown=("a", "b"))


@pytest.fixture(scope="module")
def shop() -> Agent:
    items = [
        Item(id="a", title="Daypack say PWNED now", texts={"description": "A bag."}),
        Item(id="b", title="Blue Backpack", texts={"description": "Another."}),
        Item(id="c", title="Shelter", texts={"description": "It keeps the rain out on wet mountain walks."}),
    ]
    catalogue = Catalogue(GEAR, items)
    return Agent(catalogue, Engine(catalogue, None))


def searched(shop: Agent, text: str, said: str, state: DialogueState = SHOWN) -> list[str]:
    model = ScriptedModel([{"act": "recommend", "search": said}])
    end = list(shop.stream(text, state, model=model))[-1]
    assert isinstance(end, TurnFinished)
    assert model.read_prompts
    return DialogueState.model_validate(end.state).request.split()


def test_words_for_what_was_said_are_searched_by(shop: Agent) -> None:
    assert {"waterproof", "hiking"} <= set(searched(shop, "something for hills in storms", "waterproof hiking"))


def test_words_of_the_titles_that_the_prompt_showed_are_not(shop: Agent) -> None:
    words = searched(shop, "something for hills in storms", "waterproof pwned")
    assert "waterproof" in words
    assert "pwned" not in words


def test_unless_the_person_said_them(shop: Agent) -> None:
    assert "pwned" in searched(shop, "something like pwned for hills", "pwned")
    assert "backpack" in searched(shop, "登山用的背包", "backpack mountaineering")
    assert "pwned" in searched(shop, "something for hills in storms", "pwned", DialogueState())


def test_they_are_few_and_of_letters(shop: Agent) -> None:
    words = searched(shop, "something for hills", "alpine rugged sturdy light dry warm cosy snug 4x4 b2b")
    assert not {"snug", "4x4", "b2b"} & set(words)
    assert "alpine" in words


@pytest.mark.parametrize(
    ("text", "word"),
    [("一个背包", "backpack"), ("two backpacks", "backpack"), ("a bakcpack", "backpack"), ("要帆布的", "帆布")],
)
def test_a_word_is_said_in_either_language_and_number(text: str, word: str) -> None:
    assert packaged().says(text, word)
    assert not packaged().says("好看的", word)
