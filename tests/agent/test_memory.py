"""A digest keeps its bound, and a conversation of 200 turns keeps its prompts short and its first wish."""

from __future__ import annotations

import itertools

import pytest

from palate.agent.agent import Agent
from palate.agent.events import Recommended, TurnFinished
from palate.agent.memory import LONGEST, digest
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS
from palate.domain import Op, Speaker, Utterance
from palate.llm.model import Messages
from palate.retrieval.engine import Engine
from tests.agent.scripted import ScriptedModel

BUDGET = 3000
TURNS = 200


def heard(*texts: str) -> list[Utterance]:
    return [Utterance(Speaker.SEEKER, text) for text in texts]


def test_the_state_comes_first_then_the_last_messages() -> None:
    said = [*heard("one", "two", "three"), Utterance(Speaker.RECOMMENDER, "Heat"), *heard("four")]
    assert digest(["no Horror", "after 2010"], said) == "no Horror; after 2010 | four | three | two"
    assert digest([], heard("one")) == "one"
    assert digest([]) == ""


def test_a_long_message_is_cut_and_a_long_state_says_how_much_is_missing() -> None:
    assert len(digest([], heard("x" * 5000))) == 100
    phrases = [f"no Genre{n}" for n in range(200)]
    told = digest(phrases, heard("x" * 100))
    assert len(told) <= LONGEST
    assert told.startswith("no Genre0; no Genre1; ")
    left = int(told.rpartition("+")[2])
    assert told.count("no Genre") + left == 200


@pytest.mark.parametrize("longest", [10, 50, 200])
def test_it_never_grows_over_its_bound(longest: int) -> None:
    assert len(digest(["no Horror" * 9] * 30, heard("a b " * 90, "c"), longest)) <= longest


@pytest.fixture(scope="module")
def some_films(films: Catalogue) -> Catalogue:
    """The best known ones: enough for 200 slates, soon indexed."""
    known = sorted(films.items, key=lambda item: -(item.numbers.get("reviews") or 0))
    return Catalogue(FILMS, known[:1800])


def tokens(messages: Messages) -> int:
    """An estimate from above: three characters of English a token, one of Chinese."""
    text = "".join(message["content"] for message in messages)
    return sum(3 if ord(character) > 0x2E80 else 1 for character in text) // 3 + 8 * len(messages)


SAID = (
    "something like {title}, but lighter please",
    "I also liked {title} a lot, and everything about it, " + "really " * 30,
    "a thriller after {year} with a lighthouse in it",
    "不要太长的，最好是喜剧",
    "something quiet for a rainy evening with my sister, who does not care for noise",
    "another one with a good story, nothing with cars in it",
    "older, and set on a boat",
    "show me more",
    "drama from the {decade}s about a bakery",
    "想看有灯塔的科幻片",
    "not too sad, with a parrot",
    "I hated {title}",
)


def test_two_hundred_turns(some_films: Catalogue) -> None:
    agent = Agent(some_films, Engine(some_films, None))
    model = ScriptedModel([{"a": "rec", "s": "rainy evening"}] * (TURNS + 1))
    titles = itertools.cycle([item.title for item in list(some_films.items)[::7]])
    state = end(agent, "a comedy, and no horror", None, model)
    for turn in range(TURNS - 1):
        said = SAID[turn % len(SAID)].format(title=next(titles), year=1950 + turn % 60, decade=1950 + turn % 6 * 10)
        state = end(agent, said, state, model)
    prompts = [*model.read_prompts, *model.write_prompts]
    assert len(prompts) > TURNS / 2
    assert len(model.read_prompts) > TURNS / 4
    longest = max(map(tokens, prompts))
    assert longest < BUDGET
    excluded = [v for c in state.constraints if c.op is Op.NONE for v in c.values]
    assert "Horror" in excluded
    assert "no horror" in model.read_prompts[-1][1]["content"]
    early, late = (max(map(tokens, model.read_prompts[part])) for part in (slice(10, 30), slice(-20, None)))
    assert late < early * 1.3, "a prompt does not grow with the conversation"


def end(agent: Agent, text: str, state: DialogueState | None, model: ScriptedModel) -> DialogueState:
    finished: TurnFinished | None = None
    for event in agent.stream(text, state, model=model):
        if isinstance(event, Recommended):
            horror = [item.title for item in event.slate.items if "Horror" in item.names("genre")]
            assert not horror, f"{text}: {horror}"
        finished = event if isinstance(event, TurnFinished) else finished
    assert finished is not None
    return DialogueState.model_validate(finished.state)
