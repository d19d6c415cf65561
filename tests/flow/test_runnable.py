"""palate in LangChain chains."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

from palate.agent.events import Recommended, TurnFinished
from palate.app import Palate
from palate.errors import EmptyText, InputError, UnknownConversation
from palate.flow import PalateTurn, as_runnable, turn_in
from tests.flow.slow import PATIENCE, SlowPalate


def turn_of(message: Any) -> PalateTurn:
    turn = turn_in(message)
    assert turn is not None
    return turn


@pytest.mark.parametrize(
    "given",
    [
        "a backpack under $100",
        {"text": "a backpack under $100"},
        {"input": "a backpack under $100", "user": "nora"},
        {"messages": [("human", "a backpack under $100")]},
        HumanMessage("a backpack under $100"),
        [AIMessage("Hello."), HumanMessage("a backpack under $100")],
        ChatPromptTemplate.from_messages([("human", "a {thing}")]).invoke({"thing": "backpack under $100"}),
    ],
)
def test_what_may_be_said(shop: Palate, given: Any) -> None:
    reply = as_runnable(shop).invoke(given)
    assert type(reply) is AIMessage
    turn = turn_of(reply)
    assert turn["items"]
    assert shop.turns(turn["conversation"])[0].text == "a backpack under $100"


@pytest.mark.parametrize("given", [7, None, {"question": "a tent"}, [object()]])
def test_what_is_no_message(shop: Palate, given: Any) -> None:
    with pytest.raises(InputError, match="palate"):
        as_runnable(shop).invoke(given)


def test_errors_are_raised(shop: Palate) -> None:
    with pytest.raises(EmptyText):
        as_runnable(shop).invoke("  ")
    with pytest.raises(EmptyText):
        list(as_runnable(shop).stream("  "))
    with pytest.raises(UnknownConversation):
        asyncio.run(as_runnable(shop).ainvoke({"text": "a tent", "conversation": "none"}))


def test_messages_go_on_with_their_conversation(shop: Palate) -> None:
    runnable = as_runnable(shop)
    first = runnable.invoke("a backpack")
    again = runnable.invoke([HumanMessage("a backpack"), first, HumanMessage("something cheaper")])
    assert turn_of(first)["conversation"] == turn_of(again)["conversation"]
    assert turn_of(runnable.invoke("a backpack"))["conversation"] != turn_of(first)["conversation"]


def test_pieces_add_up(shop: Palate) -> None:
    pieces = list(as_runnable(shop).stream("a tent"))
    assert len(pieces) > 2
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole + piece  # type: ignore[assignment]
    assert isinstance(whole, AIMessageChunk)
    turn = turn_of(whole)
    assert whole.text == shop.turns(turn["conversation"])[0].reply
    assert turn["items"]


def test_the_same_for_an_event_loop(shop: Palate) -> None:
    runnable = as_runnable(shop)

    async def talk() -> Any:
        whole = await runnable.ainvoke("a tent")
        pieces = [piece async for piece in runnable.astream("a tent")]
        many = await runnable.abatch(["a tent", "a backpack"])
        return whole, pieces, many

    whole, pieces, many = asyncio.run(talk())
    assert turn_of(whole)["items"] == turn_of(pieces[-1])["items"] == turn_of(many[0])["items"]
    assert "".join(piece.text for piece in pieces) == whole.text
    assert turn_of(many[1])["items"] != turn_of(many[0])["items"]


def test_a_batch(shop: Palate) -> None:
    replies = as_runnable(shop).batch(["a tent", " ", "a backpack"], return_exceptions=True)
    assert isinstance(replies[1], EmptyText)
    assert turn_of(replies[0])["items"] != turn_of(replies[2])["items"]


class Heard(BaseCallbackHandler):
    def __init__(self) -> None:
        self.told: list[str] = []
        self.events: list[Any] = []

    def on_chain_start(self, *_: Any, **more: Any) -> None:
        self.told.append(f"start {more.get('name')}")

    def on_chain_end(self, *_: Any, **__: Any) -> None:
        self.told.append("end")

    def on_chain_error(self, *_: Any, **__: Any) -> None:
        self.told.append("error")

    def on_custom_event(self, name: str, data: Any, **_: Any) -> None:
        assert name == "palate"
        self.events.append(data)


def test_callbacks_hear_of_the_turn(shop: Palate) -> None:
    heard = Heard()
    runnable = as_runnable(shop).with_config(callbacks=[heard], configurable={"user": "nora"})
    conversation = turn_of(runnable.invoke("a tent"))["conversation"]
    assert heard.told == ["start palate", "end"]
    kinds = [type(event) for event in heard.events]
    assert kinds.index(Recommended) < kinds.index(TurnFinished)
    with pytest.raises(UnknownConversation):
        shop.ask("a tent", user="guest", conversation=conversation)
    with pytest.raises(EmptyText):
        runnable.invoke("")
    assert heard.told[2:] == ["start palate", "error"]


def test_a_chain(shop: Palate) -> None:
    prompt = ChatPromptTemplate.from_messages([("human", "a {thing}")])
    chain = prompt | as_runnable(shop) | StrOutputParser()
    told = chain.invoke({"thing": "tent"})
    assert told == "".join(chain.stream({"thing": "tent"}))
    heard = Heard()
    counted = as_runnable(shop) | RunnableLambda(lambda reply: len(turn_of(reply)["items"]))
    assert counted.invoke("a tent", {"callbacks": [heard]}) > 0
    assert heard.events


def test_events_of_a_chain(shop: Palate) -> None:
    chain = as_runnable(shop) | StrOutputParser()

    async def hear() -> list[Any]:
        return [event async for event in chain.astream_events("a tent")]

    told = asyncio.run(hear())
    custom = [event["data"] for event in told if event["event"] == "on_custom_event"]
    assert any(isinstance(one, Recommended) for one in custom)


def test_a_stream_that_is_left_ends_its_turn() -> None:
    slow = SlowPalate()
    slow.go_on.set()
    pieces: Any = as_runnable(slow.as_palate()).stream("a tent")
    next(pieces)
    pieces.close()
    assert slow.closed.wait(PATIENCE)
    assert not slow.finished
