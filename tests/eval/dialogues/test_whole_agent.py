"""The real agent at moments of a dialogue, with a model that says what is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from palate.agent.context import Limits
from palate.domain import Speaker, Utterance
from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.eval.dialogues import conversing
from palate.eval.dialogues.agent_report import AgentReport
from palate.eval.dialogues.cases import Asked, Subset, Turn
from palate.eval.dialogues.conversing import AGENT, RERANKED, UNTAUGHT, WIDER, Conversing, converse
from palate.eval.dialogues.sampling import sampled
from palate.eval.dialogues.whole_agent import WIDE, WholeAgent
from palate.llm.model import Completion, Messages, Piece
from palate.retrieval.engine import Engine
from tests.agent.scripted import ScriptedModel
from tests.eval.dialogues.talking import FIRST, SAID, SECOND, Given, catalogue

REPLY = ["Hollow Mile (2016) is a horror film by Ines Moreau. ", "Her (2013) won nine prizes."]


class Failing(ScriptedModel):
    """Fails at the calls of `read` whose numbers are given, from 1; answers all others."""

    def __init__(self, error: ModelError, *at: int) -> None:
        super().__init__()
        self._error, self._at = error, at
        self.asked = 0

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        self.asked += 1
        if self.asked in self._at:
            raise self._error
        return Completion({"act": "recommend", "order": [2, 1]}, "", 100, 20)

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        yield Piece("", 200, 50)


def whole(model: ScriptedModel | None = None) -> WholeAgent:
    films = catalogue()
    return WholeAgent(films, Engine(films), Limits(), Given(model) if model else None)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversing, "PAUSE", 0.0)


def test_earlier_messages_are_read_and_nothing_is_written_for_them() -> None:
    model = ScriptedModel()
    spoken = whole(model).answer(SECOND.asked(Subset.STANDARD))
    assert len(model.read_prompts) == 2
    assert len(model.write_prompts) == 1
    assert spoken.replayed == 1
    assert spoken.finished
    assert spoken.finished.model_calls == 2, "what a chat does in earlier turns is not of this one"


def test_what_both_said_becomes_the_agents_state() -> None:
    spoken = whole().answer(SECOND.asked(Subset.STANDARD))
    assert (spoken.state.liked, spoken.state.disliked) == (("1",), ("2",))
    assert spoken.state.shown == ("4",), "what the recommender named has been shown"
    assert [said.text for said in spoken.state.said] == [said.text for said in SAID[:4]]
    assert not {"1", "2", "4"} & {r.item.id for r in spoken.shown}


def test_titles_are_not_linked_for_the_agent() -> None:
    asked = Asked((Utterance(Speaker.SEEKER, "hello, recommend something", ("1",)),))
    assert whole().answer(asked).state.named == ()


def test_moments_of_a_dialogue_are_read_on_and_come_out_the_same() -> None:
    model = ScriptedModel()
    agent = whole(model)
    agent.answer(FIRST.asked(Subset.STANDARD))
    on = agent.answer(SECOND.asked(Subset.STANDARD))
    assert len(model.read_prompts) == 2, "each message once"
    anew = whole(ScriptedModel()).answer(SECOND.asked(Subset.STANDARD))
    assert on.state == anew.state
    assert on.wide == anew.wide


def test_the_longer_slate_begins_as_the_shown_one() -> None:
    spoken = whole().answer(FIRST.asked(Subset.STANDARD))
    assert len(spoken.shown) == 5
    assert len(spoken.wide) == WIDE
    assert set(spoken.wide[:5]) == {r.item.id for r in spoken.shown}


def test_where_nobody_has_asked_the_agent_says_nothing() -> None:
    spoken = whole().answer(Asked(SAID[:1]))
    assert (spoken.message, spoken.shown, spoken.finished) == ("", (), None)


def test_a_last_word_of_the_recommender_is_heard_before_the_message() -> None:
    spoken = whole().answer(Asked(SAID))
    assert spoken.message == SAID[3].text
    assert "9" in spoken.state.shown
    assert "9" not in {r.item.id for r in spoken.shown}


def run(model: ScriptedModel | None, turns: Sequence[Turn], *, rerank: bool = False) -> conversing.Conversed:
    films = catalogue()
    plan = Conversing(True, rerank, len(turns), Given(model) if model else None)
    return converse(films, Engine(films), turns, plan)


def test_what_is_not_ranked_is_taken_out_of_the_slate() -> None:
    # "Marble Coast" is named in words that are read as no title, so the agent may show it.
    said = (*SAID[:3], Utterance(Speaker.SEEKER, "something romantic please", ("13",)))
    turn = Turn("two", 4, said, ("13", "9"))
    found = {(each.system, each.subset): each for each in run(None, [turn]).answers()}
    assert "13" in found[WIDER, Subset.STANDARD].lists[0]
    assert "13" not in found[WIDER, Subset.NEW].lists[0]


def test_a_model_that_comes_back_goes_on_with_the_turn() -> None:
    found = run(Failing(ModelUnavailable("gone"), 2), [FIRST, SECOND])
    assert len(found.turns) == 2
    assert not found.stopped


def test_a_model_that_is_gone_leaves_the_turns_before() -> None:
    found = run(Failing(ModelUnavailable("gone for good"), 2, 3), [FIRST, SECOND])
    assert found.turns == [FIRST]
    assert found.stopped == "gone for good"
    report = AgentReport.of(found, 0, "scripted", "here")
    assert report.as_dict()["sample"] == {
        "turns": 1, "drawn": 2, "dialogues": 1, "seed": 0, "stopped": "gone for good",
    }  # fmt: skip
    assert "2 turns were to be asked; stopped: gone for good" in report.lines()[0]


def test_a_model_that_is_gone_from_the_first_turn_is_an_error() -> None:
    with pytest.raises(ModelUnavailable, match="at no turn"):
        run(Failing(ModelUnavailable("gone"), 1, 2), [FIRST])


def test_a_model_that_is_slow_is_a_turn_of_the_plain_reader() -> None:
    found = run(Failing(ModelTimeout("slow"), 1), [FIRST])
    speaking = AgentReport.of(found, 0, "scripted", "here").speaking
    assert speaking
    assert speaking.shares["failed"]
    assert speaking.shares["failed"].mean == 1.0
    assert speaking.shares["slate_shown"]
    assert speaking.shares["slate_shown"].mean == 1.0


def test_all_that_is_said_is_counted() -> None:
    model = ScriptedModel(replies=[[], REPLY])
    found = run(model, [FIRST])
    answers = {each.system for each in found.answers()}
    assert answers == {AGENT, WIDER}
    told = AgentReport.of(found, 0, "scripted", "here").as_dict()["agent"]
    assert told["cost"]["model_calls"] >= 2
    assert told["cost"]["tokens_in"] > 200
    assert told["counts"]["slates"] == 1
    assert told["text_recall"]["mean"] in {0.0, 1.0}
    assert 0 < told["distinct"]["distinct-1"] <= 1


def test_without_a_model_an_agent_that_no_dialogues_taught_is_asked_too() -> None:
    films = catalogue()
    plan = Conversing(True, False, 2)
    found = converse(films, Engine(films), [FIRST, SECOND], plan, untaught=Engine(films))
    assert [each.wide for each in found.untaught] == [each.wide for each in found.spoken or ()]
    assert {each.system for each in found.answers()} == {AGENT, WIDER, UNTAUGHT}
    with_model = Conversing(True, False, 1, Given(ScriptedModel()))
    assert not converse(films, Engine(films), [FIRST], with_model, untaught=Engine(films)).untaught


def test_the_reranker_answers_for_both_subsets() -> None:
    found = run(Failing(ModelTimeout("slow"), 4), [SECOND], rerank=True)
    lists = {each.subset: each.lists[0] for each in found.answers() if each.system == RERANKED}
    assert set(lists) == set(Subset)
    report = AgentReport.of(found, 0, "scripted", "here")
    assert report.reranking
    assert (report.reranking.answers, report.reranking.broken) == (2, 1)
    same = AgentReport.of(run(ScriptedModel(), [FIRST], rerank=True), 0, "scripted", "here").reranking
    assert same
    assert same.answers == 1, "one list in both subsets is asked about once"


def test_a_sample_is_of_whole_dialogues_and_drawn_by_its_seed() -> None:
    turns = [Turn(str(d), n, SAID[:2], ("4",)) for d in range(30) for n in (2, 4, 6)]
    some = sampled(turns, 9, 0)
    assert len({turn.dialogue for turn in some}) == 3
    assert [turn.number for turn in some] == [2, 4, 6] * 3
    assert sampled(list(reversed(turns)), 90, 1) != sampled(turns, 90, 0)
    assert some == sampled(turns, 9, 0)
    assert len(sampled(turns, 1_000, 0)) == 90
