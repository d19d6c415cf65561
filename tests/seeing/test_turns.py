"""Turns as traces and counts: of the real agent over a small shop, with a scripted model and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from palate.agent.agent import Agent
from palate.agent.events import Event, Recommended, StateChanged, Token, ToolFinished, ToolStarted, TurnFinished
from palate.catalogue.catalogue import Catalogue
from palate.domain import Slate
from palate.errors import AlreadyAnswered, EmptyText, ModelError, ModelTimeout, StoreError
from palate.llm.model import ChatModel
from palate.retrieval.engine import Engine
from palate.seeing.telemetry import Telemetry
from palate.watching import UNWATCHED
from tests.agent.scripted import ScriptedModel
from tests.agent.test_agent_goods import shop
from tests.seeing.watched import Watched, about, inside
from tests.shops import SHOP

SAID = "something waterproof for my hike to Zermatt"
WRITTEN = "Pack H is a waterproof pack."


@pytest.fixture(scope="module")
def agent() -> Agent:
    catalogue = Catalogue(SHOP, shop())
    return Agent(catalogue, Engine(catalogue, None))


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched.of()
    yield made
    made.telemetry.close()


def a_turn(watched: Watched, agent: Agent, model: ChatModel | None = None, text: str = SAID) -> list[Event]:
    with watched.telemetry.turn(door="turns", catalogue="shop", conversation="c1", text=text) as watch:
        seen = watch.model(model) if model else None
        return list(watch(agent.stream(text, model=seen)))


def test_a_turn_is_a_trace(watched: Watched, agent: Agent) -> None:
    events = a_turn(watched, agent, ScriptedModel(replies=[[WRITTEN, " It is light."]]))
    done = events[-1]
    assert isinstance(done, TurnFinished)
    root = watched.one("invoke_agent palate")
    assert root.parent is None
    assert about(root)["gen_ai.operation.name"] == "invoke_agent"
    assert about(root)["gen_ai.agent.name"] == "palate"
    assert about(root)["gen_ai.conversation.id"] == "c1"
    assert about(root)["palate.act"] == done.state["act"]
    assert about(root)["palate.mode"] == done.mode
    assert about(root)["gen_ai.usage.input_tokens"] == done.tokens_in > 0
    calls = watched.named("chat scripted")
    assert [about(call)["gen_ai.output.type"] for call in calls] == ["json", "text", "text"][: len(calls)]
    assert len(calls) == done.model_calls >= 2
    assert sum(about(call)["gen_ai.usage.input_tokens"] for call in calls) == done.tokens_in
    assert about(calls[1])["gen_ai.response.time_to_first_chunk"] > 0
    assert about(calls[1])["gen_ai.response.finish_reasons"] == ("stop",)
    tools = watched.named("execute_tool ")
    assert {about(tool)["gen_ai.tool.name"] for tool in tools} == {
        e.name for e in events if isinstance(e, ToolStarted)
    }
    assert all(inside(child, root) for child in (*calls, *tools))
    stages = watched.named("retrieval ")
    search = watched.one("execute_tool search_items")
    assert {"lexical", "popularity", "dense"} <= {
        about(stage)["palate.retrieval.stage"] for stage in stages if inside(stage, search)
    }
    assert {"fusion", "diversity", "facts"} <= {
        about(stage)["palate.retrieval.stage"] for stage in stages if inside(stage, root)
    }


def test_what_ran_beside_the_model_begins_when_it_ran(watched: Watched, agent: Agent) -> None:
    a_turn(watched, agent, ScriptedModel(replies=[[WRITTEN]]))
    search = watched.one("execute_tool search_items")
    assert about(search)["palate.tool.early"] is True
    for stage in watched.named("retrieval "):
        if inside(stage, search):
            assert search.start_time and stage.start_time and stage.start_time >= search.start_time


def test_no_word_of_anybody_is_in_a_trace_or_a_metric(watched: Watched, agent: Agent) -> None:
    events = a_turn(watched, agent, ScriptedModel([{"act": "recommend"}], [[WRITTEN]]))
    told = watched.everything()
    slate = next(e.slate for e in events if isinstance(e, Recommended))
    for word in ("Zermatt", "waterproof", WRITTEN, *(item.title for item in slate.items)):
        assert word not in told


def test_contents_are_traced_where_they_are_asked_for(agent: Agent) -> None:
    watched = Watched.of(trace_content=True)
    a_turn(watched, agent, ScriptedModel(replies=[[WRITTEN]]))
    root, write = watched.one("invoke_agent"), watched.named("chat")[1]
    assert "Zermatt" in about(root)["gen_ai.input.messages"]
    assert "Pack" in about(root)["gen_ai.output.messages"]
    assert WRITTEN in about(write)["gen_ai.output.messages"]
    assert "Zermatt" not in watched.telemetry.exposition().body.decode()
    watched.telemetry.close()


def test_a_model_that_fails_is_seen_and_the_turn_falls_back(watched: Watched, agent: Agent) -> None:
    events = a_turn(watched, agent, ScriptedModel([ModelTimeout("too slow for Zermatt")]))
    done = events[-1]
    assert isinstance(done, TurnFinished)
    assert done.mode == "fallback"
    call = watched.one("chat scripted")
    assert about(call)["error.type"] == "ModelTimeout"
    assert not call.status.is_ok
    assert "Zermatt" not in call.to_json()
    failed = watched.value("gen_ai_client_operation_duration_seconds_count", error_type="ModelTimeout")
    assert failed == 1
    assert watched.value("palate_turns_total", mode="fallback", door="turns", outcome="finished") == 1


def test_a_stream_that_breaks_and_one_that_is_given_up(watched: Watched) -> None:
    with watched.telemetry.turn(door="turns") as watch:
        model = watch.model(ScriptedModel(replies=[["a", "DIES"], ["a", "b", "c"]]))
        with pytest.raises(ModelError):
            list(model.write([], max_tokens=9, timeout=1.0, stall=1.0))
        pieces = model.write([], max_tokens=9, timeout=1.0, stall=1.0)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
    broken, left = watched.named("chat")
    assert about(broken)["error.type"] == "ModelError"
    assert about(left)["gen_ai.response.finish_reasons"] == ("cancelled",)


def test_counts(watched: Watched, agent: Agent) -> None:
    done = a_turn(watched, agent, ScriptedModel(replies=[[WRITTEN]]))[-1]
    assert isinstance(done, TurnFinished)
    about_it = {"door": "turns", "mode": done.mode}
    assert watched.value("palate_turns_total", act=done.state["act"], outcome="finished", **about_it) == 1
    assert watched.value("palate_turns_active", door="turns") == 0
    assert watched.value("palate_turn_duration_seconds_count", **about_it) == 1
    total = watched.value("palate_turn_duration_seconds_sum", **about_it)
    assert total == pytest.approx(done.ms["total"] / 1000)
    assert watched.value("palate_turn_first_items_seconds_count", **about_it) == 1
    assert watched.value("palate_turn_first_token_seconds_count", **about_it) == 1
    assert (watched.value("palate_sentences_total", by="written") or 0) == done.written
    assert (watched.value("palate_sentences_total", by="replaced") or 0) == done.replaced
    assert watched.value("gen_ai_client_token_usage_sum", gen_ai_token_type="input") == done.tokens_in
    assert watched.value("gen_ai_client_token_usage_sum", gen_ai_token_type="output") == done.tokens_out
    assert watched.value("gen_ai_client_operation_duration_seconds_count") == done.model_calls
    assert watched.value("palate_tool_duration_seconds_count", tool="search_items", outcome="ok") == 1
    assert watched.value("palate_retrieval_stage_duration_seconds_count", stage="fusion") == 1


def told(*events: Event) -> Iterator[Event]:
    yield from events


DONE = TurnFinished("c9", "x", "llm", 1, 1, 1, {"total": 5.0}, {}, written=7, replaced=2)


def test_a_tool_that_fails(watched: Watched) -> None:
    with watched.telemetry.turn(door="turns") as watch:
        list(watch(told(ToolStarted("stock", {}), ToolFinished("stock", 0, 12.0, "no", failed=True), DONE)))
    assert about(watched.one("execute_tool stock"))["error.type"] == "ToolError"
    assert watched.value("palate_tool_duration_seconds_count", tool="stock", outcome="failed") == 1


def test_two_calls_of_one_tool_at_once(watched: Watched) -> None:
    with watched.telemetry.turn(door="turns") as watch:
        two = (
            ToolStarted("look", {}),
            ToolStarted("look", {}),
            ToolFinished("look", 1, 1.0),
            ToolFinished("look", 2, 2.0),
        )
        list(watch(told(*two, DONE)))
    assert [about(span)["palate.tool.found"] for span in watched.named("execute_tool look")] == [1, 2]


def test_labels_are_few_whatever_comes(watched: Watched) -> None:
    for number in range(150):
        name = f"tool-{number}"
        with watched.telemetry.turn(door=f"door-{number}", conversation=f"conversation-{number}") as watch:
            state = StateChanged({"act": f"act-{number}"}, ())
            list(watch(told(state, ToolStarted(name, {}), ToolFinished(name, 1, 1.0), DONE)))
            watch.handed_over(f"outcome-{number}")
        watched.telemetry.limited(f"limit-{number}")
        watched.telemetry.feedback(f"kind-{number}")
    text = watched.telemetry.exposition().body.decode()
    for word in ("door-1", "act-1", "outcome-1", "limit-1", "kind-1", "conversation-1", "c9"):
        assert word not in text
    assert watched.value("palate_turns_total", door="other", act="other") == 150
    assert watched.value("palate_tool_duration_seconds_count", tool="other") == 50


def test_whoever_listens_goes_away(watched: Watched) -> None:
    ended: list[str] = []

    def events() -> Iterator[Event]:
        try:
            yield StateChanged({"act": "more"}, ())
            yield Recommended(Slate())
            yield Token("never read")
        finally:
            ended.append("the turn's own end")

    def stream() -> Iterator[Event]:
        with watched.telemetry.turn(door="turns") as watch:
            yield from watch(events())

    reading = stream()
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert ended == ["the turn's own end"]
    root = watched.one("invoke_agent")
    assert about(root)["palate.outcome"] == "left"
    assert watched.value("palate_turns_total", act="more", mode="none", outcome="left") == 1
    assert watched.value("palate_turns_active", door="turns") == 0


@pytest.mark.parametrize(
    ("error", "outcome", "store"),
    [
        (EmptyText("nothing"), "refused", None),
        (StoreError("full"), "failed", 1.0),
        (ValueError("Zermatt"), "failed", None),
    ],
)
def test_a_turn_that_breaks(watched: Watched, error: Exception, outcome: str, store: float | None) -> None:
    def events() -> Iterator[Event]:
        yield StateChanged({}, ())
        raise error

    with pytest.raises(type(error)), watched.telemetry.turn(door="page") as watch:
        list(watch(events()))
    assert watched.value("palate_turns_total", outcome=outcome, door="page") == 1
    assert watched.value("palate_store_errors_total") == store
    assert about(watched.one("invoke_agent"))["error.type"] == type(error).__name__
    assert "Zermatt" not in watched.everything()


def test_a_request_that_was_answered_before_is_no_failure(watched: Watched) -> None:
    with pytest.raises(AlreadyAnswered), watched.telemetry.turn(door="turns"):
        raise AlreadyAnswered("before", None)
    assert watched.value("palate_turns_total", outcome="repeated", door="turns") == 1
    assert "error.type" not in about(watched.one("invoke_agent"))


def test_what_no_event_tells(watched: Watched) -> None:
    with watched.telemetry.turn(door="openai") as watch:
        watch.waited(1.5)
        watch.handed_over("answered")
        watch.failed(StoreError("full"))
        list(watch(told(DONE)))
    assert watched.value("palate_turn_queue_duration_seconds_sum", where="conversation") == 1.5
    assert watched.value("palate_hand_overs_total", outcome="answered") == 1
    assert watched.value("palate_store_errors_total") == 1
    assert about(watched.one("invoke_agent"))["palate.queue.duration"] == 1.5


def test_nothing_is_seen_and_nothing_changed_where_it_is_off() -> None:
    off = Telemetry.off()
    events = told(DONE)
    model = ScriptedModel()
    with off.request("POST") as request, off.turn(door="turns", within=request) as watch:
        assert watch(events) is events
        assert watch.model(model) is model
        request.answered(200)
    off.limited("rate")
    assert off.exposition().body == b""
    off.close()
    assert UNWATCHED.model(model) is model
