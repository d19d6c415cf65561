"""A conversation that is handed over, and what a person answers in it."""

from __future__ import annotations

import threading

import pytest

from palate.agent.events import HandedOver
from palate.app import Palate
from palate.domain import Speaker
from palate.errors import InputError, StoreError, UnknownConversation
from palate.handover.delivering import Deliverer
from palate.handover.posting import Poster
from tests.handover.receiver import SECRET, Clock, Receiver


def test_what_is_sent_when_it_is_sent_and_what_is_said(palate: Palate, receiver: Receiver, clock: Clock) -> None:
    first = palate.ask("a western, no war; I'm ann@example.com", user="zoe")
    turn = palate.ask("I want a refund", conversation=first.conversation)
    assert turn.reply == "I have passed this on: a person will answer here."
    (event,) = [event for event in turn.events if isinstance(event, HandedOver)]
    assert (event.outcome, event.answer) == ("queued", turn.reply)
    (kept,) = palate.store.memory.hand_overs(first.conversation)
    assert (kept.outcome, kept.reason) == ("queued", "I want a refund")
    assert palate.waiting(first.conversation)
    sending = Deliverer(palate.store, Poster(receiver.url, SECRET), clock=clock)
    clock.jump(seconds=60)
    assert sending.once() == 1
    sending.close()
    (message,) = receiver.received
    assert message.verified
    assert message.payload["type"] == "hand_over.created"
    told = message.payload["data"]
    assert (told["conversation"], told["user"], told["catalogue"]) == (first.conversation, "zoe", "films")
    assert told["reason"] == "I want a refund"
    assert [item["id"] for item in told["slate"]] == [r.item.id for r in first.recommendations]
    assert told["turns"][0]["person"] == "a western, no war; I'm [email]"
    assert told["turns"][0]["reply"] == first.reply
    assert told["state"]["constraints"]
    assert "no war" in "\n".join(told["summary"])


def test_while_a_person_is_waited_for(palate: Palate) -> None:
    conversation = palate.ask("I want a refund", user="max").conversation
    assert palate.ask("a western", conversation=conversation).recommendations, "it goes on to recommend"
    again = palate.ask("where is my order?", conversation=conversation)
    assert again.reply == "A person will answer here."
    assert len(palate.store.outbox.deliveries(conversation)) == 2, "and that is sent, too"
    palate.answer(conversation, "It is on its way.", by="Ann", answer_id="1")
    assert not palate.waiting(conversation)
    assert all(one.answered_by == "Ann" for one in palate.store.outbox.deliveries(conversation))
    assert palate.ask("I want a refund", conversation=conversation).reply.startswith("I have passed this on")


def test_in_chinese(palate: Palate) -> None:
    turn = palate.ask("我要退款", user="max")
    assert turn.reply == "我已经转给人工客服，会有人在这里回复您。"
    assert palate.ask("我要退款，快点", conversation=turn.conversation).reply == "会有人在这里回复您。"


def test_the_answer_of_a_person_is_a_turn(palate: Palate) -> None:
    first = palate.ask("a western, no war", user="zoe")
    conversation = first.conversation
    palate.edit_state(conversation, removing="constraints/genre/none/War")
    placed = palate.answer(conversation, " Hello, Ann here: ann@example.com.\n", by="Ann", answer_id="a-1")
    assert (placed.position, placed.mode, placed.text) == (1, "human", "")
    assert placed.reply == "Hello, Ann here: [email]."
    assert palate.turns(conversation)[1] == placed
    assert palate.store.outbox.answerers(conversation) == {1: "Ann"}
    said = palate.turns(conversation)[1].state["said"][-1]
    assert (said["speaker"], said["text"]) == (Speaker.RECOMMENDER, placed.reply)
    following = palate.ask("more", conversation=conversation)
    assert palate.turns(conversation)[2].text == "more"
    assert not {r.item.id for r in following.recommendations} & {r.item.id for r in first.recommendations}
    assert all("Western" in r.item.names("genre") for r in following.recommendations)
    assert not [c for c in following.state["constraints"] if c["op"] == "none"], "what was taken out stays out"


def test_the_same_answer_comes_once(palate: Palate) -> None:
    conversation = palate.ask("I want a refund", user="zoe").conversation
    placed = palate.answer(conversation, "It is done.", by="Ann", answer_id="x")
    assert palate.answer(conversation, "It is done!", by="Bob", answer_id="x") == placed
    threads = [
        threading.Thread(target=palate.answer, args=(conversation, "Twice."), kwargs={"by": "Ann", "answer_id": "y"})
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.reply for turn in palate.turns(conversation)][1:] == ["It is done.", "Twice."]


def test_a_yes_to_the_person_keeps_nothing(palate: Palate) -> None:
    palate.forget_all("zoe")
    conversation = palate.ask("I never watch comedies", user="zoe").conversation
    palate.answer(conversation, "Shall I cancel the order?", by="Ann", answer_id="1")
    palate.ask("yes please", conversation=conversation)
    assert palate.preferences("zoe") == ()


def test_what_cannot_be_answered(palate: Palate) -> None:
    with pytest.raises(UnknownConversation):
        palate.answer("none", "Hello.", by="Ann", answer_id="1")
    conversation = palate.start_conversation("zoe")
    for name in ("", "x" * 201):
        with pytest.raises(InputError):
            palate.answer(conversation, "Hello.", by="Ann", answer_id=name)
    with pytest.raises(InputError):
        palate.answer(conversation, "  ", by="Ann", answer_id="1")
    assert palate.turns(conversation) == []


def test_nothing_is_promised_that_is_not_kept(palate: Palate, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(palate.store.outbox, "add", full)
    turn = palate.ask("I want a refund", user="max")
    assert "person will answer" not in turn.reply
    assert turn.reply
    (event,) = [event for event in turn.events if isinstance(event, HandedOver)]
    assert event.outcome == "nobody"
