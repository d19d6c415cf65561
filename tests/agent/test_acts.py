"""What people do beside asking for films, through the whole agent: questions, choices, undo, what is handed on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from langchain_core.tools import tool

from palate.agent.agent import Agent
from palate.agent.events import Recommended, ToolFinished, ToolStarted, TurnFinished
from palate.agent.state import Act, DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, ItemId, Kind, Op
from palate.preference import Preference
from palate.retrieval.engine import Engine
from palate.tools.keeping import HandOver


class Notes:
    """Keeps what the tools write, in memory."""

    keeps = True
    shared = False

    def __init__(self) -> None:
        self.recorded: list[tuple[ItemId, Kind]] = []
        self.handed: list[HandOver] = []

    def remember(self, preference: Preference) -> Sequence[Preference]:
        return (preference,)

    def record(self, item_id: ItemId, kind: Kind) -> None:
        self.recorded.append((item_id, kind))

    def hand_over(self, case: HandOver) -> str:
        self.handed.append(case)
        return "A colleague will write to you."


class Talk:
    """A conversation with an agent, without a model."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self.notes = Notes()
        self.state = DialogueState()
        self.slate: Sequence[Item] = ()
        self.tools: list[str] = []

    def say(self, text: str) -> str:
        events = list(self._agent.stream(text, self.state, keeping=self.notes))
        done = events[-1]
        assert isinstance(done, TurnFinished)
        self.state = DialogueState.model_validate(done.state)
        self.slate = next((e.slate.items for e in events if isinstance(e, Recommended)), ())
        self.tools = [e.name for e in events if isinstance(e, ToolStarted)]
        assert all(e.ms >= 0 for e in events if isinstance(e, ToolFinished))
        return done.reply


@pytest.fixture
def talk(agent: Agent) -> Talk:
    return Talk(agent)


@pytest.mark.parametrize("text", ["How many Hitchcock films do you have?", "你们有多少部希区柯克的电影？"])
def test_counts_are_counted(talk: Talk, films: Catalogue, text: str) -> None:
    directed = sum("Alfred Hitchcock" in item.names("director") for item in films.items)
    assert str(directed) in talk.say(text)
    assert talk.tools == ["query_catalogue"] and not talk.slate


@pytest.mark.parametrize(
    ("wish", "question", "then"),
    [
        ("a thriller from the nineties", "what is the longest one?", "who directed it?"),
        ("九十年代的惊悚片", "最长的是哪部？", "它是谁导演的？"),
    ],
)
def test_the_longest_of_the_slate_and_what_it_is_asked_then(talk: Talk, wish: str, question: str, then: str) -> None:
    talk.say(wish)
    longest = max(talk.slate, key=lambda item: item.number("runtime") or 0)
    reply = talk.say(question)
    assert longest.title in reply and f"{longest.number('runtime'):.0f}" in reply
    assert longest.names("director")[0] in talk.say(then)
    assert talk.tools == ["item_details"]


def test_whether_something_is_so(talk: Talk) -> None:
    talk.say("a thriller from the nineties, no horror")
    assert talk.say("is the first one scary?").startswith("No.")
    assert talk.say("is the first one a thriller?").startswith("Yes.")


def test_a_comparison_names_both_and_what_differs(talk: Talk) -> None:
    talk.say("a thriller from the nineties")
    first, third = talk.slate[0], talk.slate[2]
    reply = talk.say("first or third?")
    assert first.title in reply and third.title in reply and talk.tools == ["compare_items"]
    assert talk.state.act is Act.COMPARE and not talk.slate


@pytest.mark.parametrize("text", ["why not Psycho?", "为什么没有《惊魂记》？"])
def test_why_not_is_answered_from_the_masks(talk: Talk, text: str) -> None:
    talk.say("a thriller from the nineties" if text.isascii() else "九十年代的惊悚片")
    assert "1960" in talk.say(text)


@pytest.mark.parametrize(
    ("wish", "ask", "told"),
    [
        ("a thriller from the nineties", "why not {}?", "is on the list: number 2"),
        ("九十年代的惊悚片", "为什么没有《{}》？", "就在列表里：第 2 部"),
    ],
)
def test_why_not_of_what_is_there(talk: Talk, wish: str, ask: str, told: str) -> None:
    talk.say(wish)
    assert told in talk.say(ask.format(talk.slate[1].title))


def test_a_choice_is_written_down(talk: Talk) -> None:
    talk.say("a French comedy")
    second = talk.slate[1]
    assert second.title in talk.say("I'll take the second")
    assert talk.notes.recorded == [(second.id, Kind.CHOSEN)]


@pytest.mark.parametrize(
    ("wish", "no", "more"), [("a western", "not the first one", "more"), ("西部片", "第一部不要", "换一批")]
)
def test_what_is_turned_down_never_comes_back(talk: Talk, wish: str, no: str, more: str) -> None:
    talk.say(wish)
    refused = talk.slate[0]
    for text in (no, more, more, more):
        talk.say(text)
        assert talk.slate and refused not in talk.slate


def test_what_was_said_is_taken_back(talk: Talk) -> None:
    talk.say("a thriller from the nineties")
    before = talk.state.constraints
    talk.say("no horror")
    assert any(c.op is Op.NONE for c in talk.state.constraints)
    reply = talk.say("forget what I said about horror")
    assert not any(c.op is Op.NONE for c in talk.state.constraints) and "horror" not in reply.split(".")[1]
    talk.say("under two hours")
    talk.say("undo that")
    assert set(talk.state.constraints) == set(before) and talk.slate


def test_what_palate_cannot_do_is_handed_on(talk: Talk) -> None:
    talk.say("a thriller from the nineties")
    shown = [item.id for item in talk.slate]
    assert "colleague" in talk.say("where is my order?")
    (case,) = talk.notes.handed
    assert case.reason == "where is my order?" and [item for item, _ in case.slate] == shown
    assert any("1990" in wish for wish in case.wishes)


def test_one_question_a_turn_beside_a_slate_and_never_the_same(talk: Talk) -> None:
    asked = []
    for text in ("something to watch", "a comedy", "more recent", "with more action"):
        reply = talk.say(text)
        assert reply.count("?") <= 1 and (reply.count("?") == 0 or talk.slate)
        asked.append(talk.state.inquired)
    assert asked[-1] and len(set(asked[-1])) == len(asked[-1])


def test_a_team_adds_a_tool_in_five_lines(films: Catalogue, engine: Engine) -> None:
    """The five lines are the tool; its item comes onto the slate and its text into the reply."""
    heat = next(item.id for item in films.items if item.title == "Heat" and item.year == 1995)

    @tool
    def house_picks(text: str) -> list[str]:
        """What the house shows this week."""
        return [heat]

    @tool
    def opening_hours(text: str) -> str:
        """When the house is open."""
        return "Open until ten tonight."

    opening_hours.metadata = {"when": "open|hours"}
    talk = Talk(Agent(films, engine, tools=[house_picks, opening_hours]))
    assert "Open until ten" not in talk.say("a crime film")
    assert heat in [item.id for item in talk.slate] and "house_picks" in talk.tools
    assert "Open until ten tonight." in talk.say("a comedy, and are you open tonight?")
    assert talk.say("what are your opening hours?") == "Open until ten tonight." and not talk.notes.handed
