"""palate as a node of graphs: threads, resuming, two people at once, hand-overs, errors."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.message import add_messages
from pydantic import BaseModel

from palate.agent.events import Recommended, StateChanged, Token, TurnFinished
from palate.app import Palate
from palate.errors import UnknownConversation, UnknownUser
from palate.flow import FlowState, act_of, as_node, as_subgraph, turn_in
from tests.flow.slow import PATIENCE, SlowPalate


def thread(name: str) -> RunnableConfig:
    return {"configurable": {"thread_id": name}}


def said(text: str, **more: str) -> Any:
    return {"messages": [HumanMessage(text)], **more}


def test_a_turn_and_what_comes_of_it(shop: Palate) -> None:
    done = as_subgraph(shop).invoke(said("a backpack under $100"))
    turn, reply = done["palate"], done["messages"][-1]
    assert turn["act"] == "recommend"
    assert turn["items"]
    assert all(item["facts"] for item in turn["items"])
    assert not turn["hand_over"]
    assert turn["handed_over"] is None
    assert turn["state"]["constraints"]
    assert isinstance(reply, AIMessage)
    assert reply.text == shop.turns(turn["conversation"])[0].reply
    told = turn_in(reply)
    assert told is not None
    assert told["items"] == turn["items"]
    assert turn_in(done["messages"][0]) is None
    assert json.loads(json.dumps(turn)) == turn


def test_one_thread_keeps_one_conversation(shop: Palate) -> None:
    graph = as_subgraph(shop, checkpointer=InMemorySaver())
    first = graph.invoke(said("a backpack under $100"), thread("a"))["palate"]
    again = graph.invoke(said("something cheaper"), thread("a"))["palate"]
    other = graph.invoke(said("a tent"), thread("b"))["palate"]
    assert again["conversation"] == first["conversation"] != other["conversation"]
    assert [turn.text for turn in shop.turns(first["conversation"])] == ["a backpack under $100", "something cheaper"]
    assert graph.get_state(thread("a")).values["palate"] == again


def test_a_graph_that_comes_back_to_its_checkpoint_goes_on(shop: Palate) -> None:
    saver = InMemorySaver()
    first = as_subgraph(shop, checkpointer=saver).invoke(said("a tent"), thread("a"))["palate"]
    again = as_subgraph(shop, checkpointer=saver).invoke(said("something cheaper"), thread("a"))["palate"]
    assert again["conversation"] == first["conversation"]


def test_a_state_of_messages_alone_remembers_too(shop: Palate) -> None:
    graph = StateGraph(MessagesState)
    graph.add_node("palate", as_node(shop))
    graph.add_edge(START, "palate")
    compiled = graph.compile(checkpointer=InMemorySaver())
    compiled.invoke(said("a tent"), thread("a"))
    done = compiled.invoke(said("something cheaper"), thread("a"))
    turns = [turn_in(message) for message in done["messages"]]
    conversations = {turn["conversation"] for turn in turns if turn}
    assert len(conversations) == 1
    assert len(shop.turns(conversations.pop())) == 2


class Typed(BaseModel):
    messages: Annotated[list[Any], add_messages]
    advice: dict[str, Any] = {}
    user: str = ""


def test_a_pydantic_state_and_a_key_of_ones_own(shop: Palate) -> None:
    graph = StateGraph(Typed)
    graph.add_node(as_node(shop, key="advice"))
    graph.add_edge(START, "advice")
    done = graph.compile().invoke(Typed(messages=[HumanMessage("a tent")], user="nora"))
    assert done["advice"]["items"]
    assert shop.turns(done["advice"]["conversation"])


def test_nothing_of_palates_own_graph_comes_into_the_others(shop: Palate) -> None:
    saver = InMemorySaver()
    graph = as_subgraph(shop, checkpointer=saver)
    parts = list(graph.stream(said("a tent"), thread("a"), stream_mode=["updates", "values"], subgraphs=True))
    assert {namespace for namespace, _, _ in parts} == {()}
    nodes = {name for _, mode, part in parts if mode == "updates" for name in part}
    assert nodes == {"palate"}
    kept = list(saver.list(None))
    assert {one.config["configurable"]["checkpoint_ns"] for one in kept} == {""}


def test_asking_palate_in_a_node_of_ones_own_leaves_no_checkpoint(shop: Palate) -> None:
    def ask(state: MessagesState) -> Any:
        return {"messages": [AIMessage(shop.ask(str(state["messages"][-1].text)).reply)]}

    graph = StateGraph(MessagesState)
    graph.add_node("ask", ask)
    graph.add_edge(START, "ask")
    saver = InMemorySaver()
    assert graph.compile(checkpointer=saver).invoke(said("a tent"), thread("a"))["messages"][-1].text
    assert {one.config["configurable"]["checkpoint_ns"] for one in saver.list(None)} == {""}


def test_events_come_while_the_turn_runs(shop: Palate) -> None:
    events = list(as_subgraph(shop).stream(said("a tent"), stream_mode="custom"))
    kinds = [type(event) for event in events]
    assert kinds.index(StateChanged) < kinds.index(Recommended) < kinds.index(Token)
    assert kinds[-1] is TurnFinished

    slow = SlowPalate()
    coming = as_subgraph(slow.as_palate()).stream(said("a tent"), stream_mode="custom")
    assert isinstance(next(coming), StateChanged)
    assert not slow.closed.is_set(), "told before the end"
    slow.go_on.set()
    assert isinstance(list(coming)[-1], TurnFinished)


def test_the_same_for_an_event_loop(shop: Palate) -> None:
    graph = as_subgraph(shop, checkpointer=InMemorySaver())

    async def talk() -> tuple[Any, list[Any]]:
        first = await graph.ainvoke(said("a tent"), thread("a"))
        events = [event async for event in graph.astream(said("cheaper"), thread("a"), stream_mode="custom")]
        return first, events

    first, events = asyncio.run(talk())
    end = events[-1]
    assert isinstance(end, TurnFinished)
    assert end.conversation == first["palate"]["conversation"]


def test_a_cancelled_run_ends_its_turn() -> None:
    slow = SlowPalate()

    async def cancel() -> None:
        running = asyncio.create_task(as_subgraph(slow.as_palate()).ainvoke(said("a tent")))
        await asyncio.to_thread(slow.begun.wait, PATIENCE)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        slow.go_on.set()
        assert await asyncio.to_thread(slow.closed.wait, PATIENCE)

    asyncio.run(cancel())
    assert not slow.finished


def test_two_threads_at_once(shop: Palate) -> None:
    graph = as_subgraph(shop, checkpointer=InMemorySaver())
    together = threading.Barrier(2)

    def talk(name: str, texts: tuple[str, ...]) -> Any:
        together.wait(PATIENCE)
        return [graph.invoke(said(text), thread(name))["palate"] for text in texts][-1]

    with ThreadPoolExecutor(2) as pool:
        packs, tents = pool.map(talk, ("a", "b"), (("a backpack", "under $100"), ("a tent", "something cheaper")))
    assert packs["conversation"] != tents["conversation"]
    assert [turn.text for turn in shop.turns(packs["conversation"])] == ["a backpack", "under $100"]
    assert [turn.text for turn in shop.turns(tents["conversation"])] == ["a tent", "something cheaper"]


@pytest.mark.parametrize("text", ["how is the weather today?", "今天天气怎么样？"])
def test_a_hand_over_is_told(shop: Palate, text: str) -> None:
    done = as_subgraph(shop).invoke(said(text))
    turn = done["palate"]
    assert turn["hand_over"]
    assert turn["handed_over"]["reason"] == text
    assert turn["handed_over"]["outcome"] == "nobody"
    assert f"asked: {text}" in turn["handed_over"]["summary"]
    assert turn["act"] == "out_of_scope"


def test_words_of_a_hand_over_are_none(shop: Palate) -> None:
    turn = as_subgraph(shop).invoke(said("a backpack for the hand_over of a cup"))["palate"]
    assert not turn["hand_over"]


def test_what_palate_takes_a_message_for(shop: Palate) -> None:
    assert act_of(shop, "how is the weather today?") == "out_of_scope"
    done = as_subgraph(shop).invoke(said("a backpack"))["palate"]
    assert act_of(shop, "the second one, please", done) == "accept"
    assert len(shop.turns(done["conversation"])) == 1, "reading keeps nothing"


@pytest.mark.parametrize("text", ["", "   ", "x" * 5000])
def test_a_message_that_cannot_be_answered_is_answered_with_what_is_wrong(shop: Palate, text: str) -> None:
    graph = as_subgraph(shop, checkpointer=InMemorySaver())
    first = graph.invoke(said("a tent"), thread("a"))["palate"]
    wrong = graph.invoke(said(text), thread("a"))
    assert wrong["palate"]["error"] == wrong["messages"][-1].text != ""
    assert not wrong["palate"]["hand_over"]
    after = graph.invoke(said("something cheaper"), thread("a"))["palate"]
    assert after["conversation"] == first["conversation"], "and the conversation goes on"
    assert not after["error"]


def test_what_is_no_matter_of_the_message_is_raised(shop: Palate) -> None:
    with pytest.raises(UnknownUser):
        as_subgraph(shop).invoke(said("a tent", user="nobody"))
    with pytest.raises(UnknownConversation):
        as_subgraph(shop).invoke(said("a tent", conversation="none"))
    with pytest.raises(UnknownUser):
        asyncio.run(as_subgraph(shop).ainvoke(said("a tent", user="nobody")))


def test_another_person_in_a_thread_gets_another_conversation(shop: Palate) -> None:
    graph = as_subgraph(shop, checkpointer=InMemorySaver())
    guest = graph.invoke(said("a tent"), thread("a"))["palate"]
    nora = graph.invoke(said("a tent", user="nora"), thread("a"))["palate"]
    assert guest["conversation"] != nora["conversation"]


def test_the_person_may_stand_in_the_config(shop: Palate) -> None:
    config: RunnableConfig = {"configurable": {"user": "nora"}}
    mine = as_subgraph(shop).invoke(said("a tent"), config)["palate"]["conversation"]
    with pytest.raises(UnknownConversation):
        shop.ask("a tent", user="guest", conversation=mine)


def test_within_a_graph_of_others(shop: Palate) -> None:
    graph = StateGraph(FlowState)
    graph.add_node("recommending", as_subgraph(shop))
    graph.add_edge(START, "recommending")
    graph.add_edge("recommending", END)
    compiled = graph.compile(checkpointer=InMemorySaver())
    first = compiled.invoke(said("a tent"), thread("a"))["palate"]
    again = compiled.invoke(said("something cheaper"), thread("a"))["palate"]
    assert first["conversation"] == again["conversation"]
