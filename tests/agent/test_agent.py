"""Whole turns with a scripted model, or none, over the real films."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from palate.agent.agent import Agent
from palate.agent.events import (
    Event,
    Notice,
    Recommended,
    StateChanged,
    Token,
    ToolFinished,
    ToolStarted,
    TurnFinished,
)
from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking.explain import Explainer, Explanation
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import FILMS
from palate.domain import Interaction, Kind, Slate
from palate.errors import ModelTimeout, ModelUnavailable
from tests.agent.scripted import ScriptedModel


def answer(
    agent: Agent, text: str, model: ScriptedModel | None = None, before: TurnFinished | None = None
) -> list[Event]:
    state = DialogueState.model_validate(before.state) if before else None
    return list(agent.stream(text, state, model=model))


def slate(events: Sequence[Event]) -> Slate:
    return next(e.slate for e in events if isinstance(e, Recommended))


def end(events: Sequence[Event]) -> TurnFinished:
    assert isinstance(events[-1], TurnFinished)
    return events[-1]


def notices(events: Sequence[Event]) -> list[str]:
    return [e.text for e in events if isinstance(e, Notice)]


def test_the_order_of_events(agent: Agent) -> None:
    events = answer(agent, "I loved Inception, some science fiction after 2010")
    kinds = [type(e) for e in events]
    assert kinds[0] is StateChanged
    assert kinds.index(ToolStarted) < kinds.index(ToolFinished) < kinds.index(Recommended) < kinds.index(Token)
    assert kinds[-1] is TurnFinished
    assert {"understand", "tools", "fuse", "first_items", "first_token", "total"} <= set(end(events).ms)
    assert "".join(e.text for e in events if isinstance(e, Token)) == end(events).reply


def test_without_a_model_every_wish_is_met(agent: Agent) -> None:
    events = answer(agent, "I loved Inception and Interstellar, something similar after 2010 but no horror")
    items = slate(events).items
    assert len(items) == 5
    assert all((item.year or 0) > 2010 and "Horror" not in item.names("genre") for item in items)
    assert not {"Inception", "Interstellar"} & {item.title for item in items}
    assert end(events).mode == "fallback"
    assert end(events).model_calls == 0
    assert all(item.title in end(events).reply for item in items)


def test_follow_ups(agent: Agent) -> None:
    first = answer(agent, "science fiction after 2010")
    shown = slate(first)
    older = answer(agent, "something older", before=end(first))
    assert max(i.year or 0 for i in slate(older).items) < min(i.year or 9999 for i in shown.items)
    why = answer(agent, "why the second one?", before=end(older))
    assert slate(older).items[1].title in end(why).reply
    assert not any(isinstance(e, Recommended) for e in why)
    assert end(why).state["slate"] == [i.id for i in slate(older).items]
    more = answer(agent, "more", before=end(why))
    assert not {i.id for i in slate(more).items} & {i.id for i in (*shown.items, *slate(older).items)}


def test_a_film_elsewhere_is_said_and_guessed(agent: Agent) -> None:
    events = answer(agent, "like Spirited Away")
    assert "not in this catalogue" in end(events).reply
    assert "guess" in end(events).reply
    assert all("Animation" in item.names("genre") for item in slate(events).items)
    assert all(any(f.relation == "guess" for f in r.facts) for r in slate(events).recommendations)


def test_what_nothing_meets(agent: Agent) -> None:
    events = answer(agent, "a Japanese western from 1941 with Tom Hanks")
    assert slate(events).relaxed
    assert "Nothing here meets all of that" in end(events).reply
    assert slate(events).recommendations


@pytest.mark.parametrize("text", ["hello", "what is the weather like", "你好", "😀"])
def test_no_slate_and_no_model_call_for_small_talk(agent: Agent, text: str) -> None:
    events = answer(agent, text)
    assert not any(isinstance(e, Recommended) for e in events)
    assert end(events).reply


def test_the_reply_is_in_the_language_of_the_message(agent: Agent) -> None:
    assert "执导" in end(answer(agent, "九十年代的家庭喜剧")).reply
    assert "directed by" in end(answer(agent, "a family comedy of the nineties")).reply


def test_a_checked_reply_of_the_model_is_shown(agent: Agent) -> None:
    model = ScriptedModel([{"act": "recommend"}])
    first = slate(answer(agent, "a dusty western with Clint Eastwood")).recommendations[0].item
    model = ScriptedModel(
        [{"act": "recommend"}], [[f"{first.title} ({first.year}) is a western ", "with Clint Eastwood. "]]
    )
    done = end(answer(agent, "a dusty western with Clint Eastwood", model))
    assert done.reply.startswith(f"{first.title} ({first.year}) is a western with Clint Eastwood.")
    assert (done.mode, done.model_calls) == ("llm", 2)
    assert (done.tokens_in, done.tokens_out) == (300, 70)


def more(agent: Agent, model: ScriptedModel | None = None) -> list[Event]:
    """A turn whose message needs no model to be read, so that a call is left for a repair."""
    first = end(answer(agent, "a western with Clint Eastwood"))
    return answer(agent, "more", model, first)


def test_a_false_sentence_is_repaired_once(agent: Agent) -> None:
    items = slate(more(agent)).items
    false = [f"{item.title} is a documentary. " for item in items[:2]]
    model = ScriptedModel([], [false, [f"{items[0].title} is a western."]])
    done = end(more(agent, model))
    assert "documentary" not in done.reply
    assert done.reply.startswith(f"{items[0].title} is a western. {items[1].title} (")
    assert done.model_calls == 2


def test_no_call_is_left_to_repair_where_the_message_was_read(agent: Agent) -> None:
    items = slate(answer(agent, "a western with Clint Eastwood")).items
    model = ScriptedModel([{}], [[f"{items[0].title} is a documentary. "]])
    done = end(answer(agent, "a western with Clint Eastwood", model))
    assert "documentary" not in done.reply and items[0].title in done.reply
    assert done.model_calls == 2


def test_a_repair_that_fails_is_templated(agent: Agent) -> None:
    items = slate(more(agent)).items
    model = ScriptedModel([], [[f"{items[0].title} is a documentary. "], [f"{items[0].title} is a cartoon."]])
    done = end(more(agent, model))
    assert "documentary" not in done.reply
    assert "cartoon" not in done.reply
    assert items[0].title in done.reply
    assert done.model_calls == 2


def test_a_repair_that_repeats_what_was_wrong_is_templated(agent: Agent) -> None:
    items = slate(more(agent)).items
    title = next(item.title for item in items if "Clint Eastwood" not in item.names("director"))
    echo = f"Clint Eastwood is not the director of {title}."
    model = ScriptedModel([], [[f"{title} is directed by Clint Eastwood. "], [echo]])
    done = end(more(agent, model))
    assert "not the director" in str(model.write_prompts[1]), "the reason that is echoed"
    assert "not the director" not in done.reply
    assert title in done.reply
    assert len(done.rejected) == 1
    assert done.replaced == 5


@pytest.mark.parametrize(
    "text", ["a comedy of the nineties, please", "我想看九十年代的喜剧", "something with Tom Hanks, but no romance"]
)
def test_what_patterns_read_in_whole_no_model_is_asked(agent: Agent, text: str) -> None:
    model = ScriptedModel([{"act": "recommend", "want": ["Western"]}])
    events = answer(agent, text, model)
    assert model.read_prompts == []
    assert len(model.write_prompts) == 1
    assert slate(events).items == slate(answer(agent, text)).items


def test_a_model_that_cannot_read_falls_back_within_the_turn(agent: Agent) -> None:
    events = answer(
        agent, "a swinging comedy of the sixties", ScriptedModel([ModelTimeout("The model took longer than 20 s.")])
    )
    assert end(events).mode == "fallback"
    assert len(slate(events).recommendations) == 5
    assert "took longer" in notices(events)[0]
    assert end(events).reply


def test_a_model_that_dies_while_writing_falls_back_within_the_turn(agent: Agent) -> None:
    first = slate(answer(agent, "a western with Clint Eastwood")).items[0]
    model = ScriptedModel([{}], [[f"{first.title} is a western. ", "Unfor", "DIES"]])
    events = answer(agent, "a western with Clint Eastwood", model)
    assert all(item.title in end(events).reply for item in slate(events).items)
    assert "went away" in notices(events)[0]


def test_a_model_that_cannot_write_falls_back_within_the_turn(agent: Agent) -> None:
    model = ScriptedModel([{}], [ModelUnavailable("No model answers.")])
    events = answer(agent, "a western with Clint Eastwood", model)
    assert all(item.title in end(events).reply for item in slate(events).items)
    assert notices(events)


def test_what_the_model_makes_up_does_not_count(agent: Agent, films: Catalogue) -> None:
    form = {"act": "recommend", "like": ["Titanic"], "people": ["Tom Hanks"], "want": ["Horror"], "from": 1999}
    state = DialogueState.model_validate(end(answer(agent, "a comedy of the sixties", ScriptedModel([form]))).state)
    assert state.liked == ()
    assert state.wanted == ()
    assert all(c.low in {None, 1960} for c in state.constraints)


def test_what_the_model_hears_in_a_mood_is_a_leaning(agent: Agent) -> None:
    form = {
        "act": "recommend",
        "want": ["Mystery"],
        "search": "puzzle",
        "calls": [{"tool": "search_items", "text": "puzzle"}],
    }
    model = ScriptedModel([form])
    state = DialogueState.model_validate(end(answer(agent, "something that keeps me puzzling", model)).state)
    assert [e.value for e in state.wanted] == ["Mystery"]
    assert state.constraints == ()


def test_the_schema_requires_little_and_offers_no_tool_that_the_plan_has_anyway(agent: Agent) -> None:
    model = ScriptedModel()
    answer(agent, "a gardening comedy", model)
    for form in model.schemas[0]["anyOf"]:
        assert form["required"] == ["a"]
        assert "c" not in form["properties"]


def test_a_form_in_short_keys_is_understood(agent: Agent) -> None:
    model = ScriptedModel([{"a": "rec", "w": ["Mystery"], "s": "puzzle"}])
    state = DialogueState.model_validate(end(answer(agent, "something that keeps me puzzling", model)).state)
    assert [e.value for e in state.wanted] == ["Mystery"]


def test_a_turn_records_the_prompts_and_their_versions(agent: Agent) -> None:
    assert "read-films 2, read-message 1, write-films 2" in end(answer(agent, "a comedy", ScriptedModel())).prompts
    assert end(answer(agent, "a comedy")).prompts == ""


def test_prompts_begin_with_what_never_changes(agent: Agent) -> None:
    model = ScriptedModel()
    answer(agent, "a gardening comedy", model)
    answer(agent, "a gardening drama", model)
    assert model.read_prompts[0][0] == model.read_prompts[1][0]
    assert model.write_prompts[0][0] == model.write_prompts[1][0]
    assert [prompt[0] for prompt in agent.warm_up] == [model.read_prompts[0][0], model.write_prompts[0][0]]


def test_what_was_disliked_is_never_shown(agent: Agent) -> None:
    shown = slate(answer(agent, "a western")).items
    history = (Interaction("guest", shown[0].id, Kind.DISLIKED, -1.0),)
    again = list(agent.stream("a western", history=history))
    assert shown[0].id not in {item.id for item in slate(again).items}


def test_a_cancelled_turn_reads_no_further(agent: Agent) -> None:
    pieces: list[str] = []
    shown: list[str] = []
    recommendations = slate(answer(agent, "a western with Clint Eastwood")).recommendations
    script = [f"{r.item.title} is a western. " for r in recommendations] * 10
    explainer = Explainer(Lexicon(FILMS), Wording(FILMS), timeout=1, stall=1, items=5)
    sentences = explainer.written(
        ScriptedModel([], [script], pieces.append),
        "",
        DialogueState(),
        recommendations,
        [],
        Explanation(),
        lambda: bool(shown),
    )
    for sentence in sentences:
        shown.append(sentence)
    assert len(shown) == 1
    assert len(pieces) < len(script)
