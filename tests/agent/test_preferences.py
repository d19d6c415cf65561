"""Lasting preferences over several messages, without a store: what is proposed, kept, overridden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from palate.agent.agent import Agent
from palate.agent.events import TurnFinished
from palate.agent.state import DialogueState
from palate.agent.wishes import starting
from palate.domain import Constraint, Entity, ItemId, Kind, Op
from palate.errors import StoreError
from palate.preference import Bearing, Preference
from palate.tools.keeping import HandOver

NEVER_HORROR = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("Horror",)), id=7)


@dataclass
class Remembered:
    """Keeps in a list."""

    kept: list[Preference] = field(default_factory=list)
    keeps: bool = True
    shared: bool = False
    full: bool = False

    def remember(self, preference: Preference) -> Sequence[Preference]:
        if self.full:
            raise StoreError("The disk is full.")
        self.kept.append(replace(preference, id=len(self.kept) + 1))
        return self.kept[-1:]

    def record(self, item_id: ItemId, kind: Kind) -> None:
        raise AssertionError("nothing was pressed")

    def hand_over(self, case: HandOver) -> str:
        return f"Ann reads: {case.reason}" if "parcel" in case.reason else ""


def say(agent: Agent, text: str, state: DialogueState, keeping: Remembered) -> tuple[str, DialogueState]:
    done = list(agent.stream(text, state, keeping=keeping))[-1]
    assert isinstance(done, TurnFinished)
    return done.reply, DialogueState.model_validate(done.state)


def talk(agent: Agent, keeping: Remembered, *texts: str) -> tuple[str, DialogueState]:
    reply, state = "", DialogueState()
    for text in texts:
        reply, state = say(agent, text, starting(state, keeping.kept), keeping)
    return reply, state


def genres(state: DialogueState, op: Op) -> list[str]:
    return [v for c in state.constraints if c.attribute == "genre" and c.op is op for v in c.values]


@pytest.mark.parametrize(
    ("said", "question", "agrees", "done"),
    [
        ("I never watch horror", "Shall I remember for next time: no horror?", "yes", "I will remember"),
        ("我从来不看恐怖片", "以后也记住“不要恐怖”吗？", "好的", "记住了：不要恐怖。"),
    ],
)
def test_one_short_question_and_a_yes(agent: Agent, said: str, question: str, agrees: str, done: str) -> None:
    keeping = Remembered()
    reply, state = talk(agent, keeping, said)
    assert reply.endswith(question)
    assert keeping.kept == [], "nothing without a yes"
    reply, state = say(agent, agrees, state, keeping)
    assert reply.startswith(done)
    (kept,) = keeping.kept
    assert kept.constraint == Constraint("genre", Op.NONE, ("Horror",))
    assert (kept.said, kept.language) == (said, "zh" if "看" in said else "en")
    assert state.proposed == ()
    assert [one.id for one in state.kept] == [1]
    assert genres(state, Op.NONE) == ["Horror"]


def test_a_no_keeps_nothing_and_is_not_asked_again(agent: Agent) -> None:
    keeping = Remembered()
    reply, state = talk(agent, keeping, "I never watch horror", "no thanks")
    assert reply == "All right, only for now."
    assert genres(state, Op.NONE) == ["Horror"], "for now it stands"
    reply, state = say(agent, "I never watch horror, a western please", state, keeping)
    assert "remember" not in reply
    assert (keeping.kept, state.proposed) == ([], ())


def test_whoever_goes_on_without_an_answer_has_agreed_to_nothing(agent: Agent) -> None:
    keeping = Remembered()
    _, state = talk(agent, keeping, "I never watch horror", "a western", "yes")
    assert (keeping.kept, state.proposed) == ([], ())


def test_a_yes_and_a_wish_in_one_message(agent: Agent) -> None:
    keeping = Remembered()
    reply, state = talk(agent, keeping, "I never watch horror", "yes, and a western now")
    assert reply.startswith("I will remember for next time: no horror. ")
    assert genres(state, Op.ALL) == ["Western"]
    assert state.slate


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Never show me anything longer than two hours", Constraint("runtime", Op.RANGE, high=120.0)),
        ("以后都别推荐超过两小时的", Constraint("runtime", Op.RANGE, high=120.0)),
        ("永远不要超过两小时的", Constraint("runtime", Op.RANGE, high=120.0)),
        ("I never want anything before 1980", Constraint("year", Op.RANGE, low=1980)),
        ("I always want it under 100 minutes", Constraint("runtime", Op.RANGE, high=99.0)),
    ],
)
def test_a_bound_is_meant_the_way_it_is_said(agent: Agent, text: str, wish: Constraint) -> None:
    _, state = talk(agent, Remembered(), text)
    assert [one.constraint for one in state.proposed] == [wish]
    assert wish in state.constraints, "and counts from now on"


def test_a_favourite_is_a_leaning_and_several_wishes_are_one_question(agent: Agent) -> None:
    reply, state = talk(agent, Remembered(), "My favourite genre is western. I never watch horror or war films")
    assert [(p.kind, p.entity) for p in state.proposed[:1]] == [(Bearing.WANTED, Entity("genre", "Western"))]
    assert len(state.proposed) == 3
    assert reply.count("Shall I remember") == 1


def test_plain_fondness_is_for_now_unless_it_contradicts_what_is_kept(agent: Agent) -> None:
    keeping = Remembered()
    reply, _ = talk(agent, keeping, "I love horror")
    assert "remember" not in reply
    keeping.kept = [NEVER_HORROR]
    reply, state = talk(agent, keeping, "I love horror")
    assert reply.endswith("Shall I remember for next time: fond of horror?")
    _, state = say(agent, "yes", state, keeping)
    assert [one.kind for one in state.kept] == [Bearing.WANTED], "the contrary went"


def test_nothing_is_asked_where_nothing_can_be_kept(agent: Agent) -> None:
    reply, state = talk(agent, Remembered(keeps=False), "I never watch horror")
    assert ("remember" in reply, state.proposed) == (False, ())
    done = list(agent.stream("I never watch horror"))[-1]
    assert isinstance(done, TurnFinished)
    assert "remember" not in done.reply


def test_a_shared_profile_is_told_to_be_shared(agent: Agent) -> None:
    reply, _ = talk(agent, Remembered(shared=True), "I never watch horror")
    assert reply.endswith("Everyone who uses this profile would share it.")


def test_a_full_disk_is_told_and_stops_nothing(agent: Agent) -> None:
    keeping = Remembered(full=True)
    reply, state = talk(agent, keeping, "I never watch horror", "yes")
    assert reply == "I could not keep that: The disk is full."
    assert genres(state, Op.NONE) == ["Horror"]


def test_what_is_kept_outlives_a_fresh_start_and_bows_to_what_is_said(agent: Agent) -> None:
    brief = Preference(Bearing.CONSTRAINT, constraint=Constraint("runtime", Op.RANGE, high=120.0), id=8)
    keeping = Remembered(kept=[NEVER_HORROR, brief])
    _, state = talk(agent, keeping, "a western", "I want a comedy from the nineties", "start over")
    assert set(state.constraints) == {one.constraint for one in keeping.kept}
    _, state = say(agent, "show me a horror film", state, keeping)
    assert (genres(state, Op.NONE), genres(state, Op.ALL)) == ([], ["Horror"])
    _, state = say(agent, "more", starting(state, keeping.kept), keeping)
    assert genres(state, Op.NONE) == [], "overridden for the whole conversation"
    state = starting(state, [NEVER_HORROR])
    assert not [c for c in state.constraints if c.op is Op.RANGE and c.attribute == "runtime"], "deleted: out"
    _, state = talk(agent, keeping, "start over")
    assert genres(state, Op.NONE) == ["Horror"]


def test_a_request_of_its_own_drops_wishes_and_keeps_preferences(agent: Agent) -> None:
    french = Preference(Bearing.CONSTRAINT, constraint=Constraint("language", Op.ANY, ("French",)), id=9)
    fond = Preference(Bearing.WANTED, entity=Entity("genre", "Crime"), id=10)
    keeping = Remembered(kept=[french, fond])
    _, state = talk(agent, keeping, "a comedy from the nineties", "I want to watch a western with Clint Eastwood")
    assert french.constraint in state.constraints
    assert fond.entity in state.wanted
    assert genres(state, Op.ALL) == ["Western"]
    assert not [c for c in state.constraints if c.attribute in {"year", "decade"}]


def test_what_a_recommender_cannot_do_goes_to_whoever_takes_it(agent: Agent) -> None:
    assert talk(agent, Remembered(), "where is my parcel?")[0] == "Ann reads: where is my parcel?"
    assert talk(agent, Remembered(), "will it rain in Paris?")[0].startswith("I can only help with films.")
