"""From the outbox to the receiver: signed, again when it fails, never lost, hardly ever twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from palate.domain import GUEST, User
from palate.errors import InputError, StoreError, UnknownConversation
from palate.handover.delivering import Deliverer
from palate.handover.posting import Poster
from palate.handover.schedule import ATTEMPTS, JITTER, wait_after
from palate.settings import Settings
from palate.store.outbox import LEASE, Delivery
from palate.store.records import StoredHandOver
from palate.store.store import Store
from tests.handover.receiver import DIE, HANG, SECRET, Clock, Receiver
from tests.store.conftest import ITEMS, NAME, SCHEMA

PAYLOAD = {"type": "hand_over.created", "data": {"reason": "我的订单在哪儿？"}}


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path_factory.mktemp("outbox") / "data")) as store:
        store.replace_items(NAME, SCHEMA, ITEMS, "first")
        store.add_user(User(GUEST, "Guest"))
        yield store


def queued(store: Store, clock: Clock, name: str = "msg_1") -> str:
    """Put a hand-over into the outbox; gives back its conversation."""
    conversation = store.start_conversation(GUEST, NAME)
    case = StoredHandOver(conversation, "where is it?", [], [], {}, "queued", "")
    assert store.outbox.add(case, Delivery(name, conversation, PAYLOAD, clock()))
    return conversation


def deliverer(store: Store, receiver: Receiver, clock: Clock, timeout: float = 5.0) -> Deliverer:
    poster = Poster(receiver.url, SECRET, timeout)
    return Deliverer(store, poster, clock=clock, chance=lambda: 0.5)


def state(store: Store, conversation: str) -> tuple[str, int, str]:
    (one,) = store.outbox.deliveries(conversation)
    return one.status, one.attempts, one.last_error


def test_it_is_delivered_once_and_signed(store: Store, receiver: Receiver, clock: Clock) -> None:
    conversation = queued(store, clock)
    sending = deliverer(store, receiver, clock)
    assert sending.once() == 1
    assert sending.once() == 0
    (message,) = receiver.received
    assert message.verified
    assert (message.id, message.payload) == ("msg_1", PAYLOAD)
    assert state(store, conversation) == ("delivered", 1, "")
    (done,) = store.outbox.deliveries(conversation)
    assert done.delivered_at == clock()
    sending.close()


def test_a_receiver_that_fails_is_asked_again_later(store: Store, receiver: Receiver, clock: Clock) -> None:
    conversation = queued(store, clock)
    receiver.script = [500, 302]
    sending = deliverer(store, receiver, clock)
    assert sending.once() == 1
    assert state(store, conversation) == ("queued", 1, "the receiver answered 500")
    assert sending.once() == 0, "not at once"
    clock.jump(seconds=5)
    assert sending.once() == 1
    assert state(store, conversation)[2] == "the receiver answered 302", "a redirect is not followed"
    clock.jump(seconds=29)
    assert sending.once() == 0
    clock.jump(seconds=1)
    assert sending.once() == 1
    assert state(store, conversation) == ("delivered", 3, "")
    assert receiver.ids == ["msg_1"] * 3
    assert all(message.verified for message in receiver.received)
    sending.close()


@pytest.mark.parametrize(("fault", "says"), [(HANG, "ReadTimeout"), (DIE, "RemoteProtocolError")])
def test_a_receiver_that_hangs_or_dies(store: Store, receiver: Receiver, clock: Clock, fault: int, says: str) -> None:
    conversation = queued(store, clock)
    receiver.script = [fault]
    sending = deliverer(store, receiver, clock, timeout=0.2)
    assert sending.once() == 1
    assert state(store, conversation)[0] == "queued"
    assert says in state(store, conversation)[2]
    clock.jump(minutes=1)
    assert sending.once() == 1
    assert state(store, conversation)[:2] == ("delivered", 2)
    sending.close()


def test_nobody_listens(store: Store, receiver: Receiver, clock: Clock) -> None:
    conversation = queued(store, clock)
    sending = Deliverer(store, Poster("http://127.0.0.1:9/", SECRET, 1.0), clock=clock)
    assert sending.once() == 1
    assert "ConnectError" in state(store, conversation)[2]
    sending.close()


def test_a_process_that_dies_in_the_middle_loses_nothing(store: Store, receiver: Receiver, clock: Clock) -> None:
    conversation = queued(store, clock)
    (due,) = store.outbox.due(clock())
    assert store.outbox.take(due, clock()), "and then the process is killed"
    after = deliverer(store, receiver, clock)
    assert after.once() == 0, "it may still be alive"
    clock.jump(seconds=LEASE.total_seconds() - 1)
    assert after.once() == 0
    clock.jump(seconds=1)
    assert after.once() == 1
    assert state(store, conversation)[0] == "delivered"
    after.close()


def test_who_was_thought_dead_has_no_say_any_more(store: Store, clock: Clock) -> None:
    conversation = queued(store, clock)
    (due,) = store.outbox.due(clock())
    slow = store.outbox.take(due, clock())
    clock.jump(seconds=LEASE.total_seconds())
    (due,) = store.outbox.due(clock())
    quick = store.outbox.take(due, clock())
    assert slow is not None
    assert quick is not None
    assert not store.outbox.settle(slow, replace(slow, status="failed"))
    assert store.outbox.settle(quick, replace(quick, status="delivered"))
    assert state(store, conversation)[0] == "delivered"


def test_several_processes_share_the_outbox(store: Store, receiver: Receiver, clock: Clock) -> None:
    for number in range(30):
        queued(store, clock, f"msg_{number}")
    with Store.open(Settings(data_dir=store.path.parent)) as other:
        several = [deliverer(one, receiver, clock) for one in (store, other, store, other)]
        threads = [threading.Thread(target=_until_empty, args=(one,)) for one in several]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in several:
            one.close()
    assert sorted(receiver.ids) == sorted(f"msg_{number}" for number in range(30))


def test_it_is_given_up_in_the_end(store: Store, receiver: Receiver, clock: Clock) -> None:
    conversation = queued(store, clock)
    began = clock()
    receiver.script = [503] * 99
    sending = deliverer(store, receiver, clock)
    while state(store, conversation)[0] == "queued":
        assert sending.once() == 1
        clock.now = store.outbox.deliveries(conversation)[0].next_at or clock.now
    assert state(store, conversation)[:2] == ("failed", ATTEMPTS)
    assert clock() - began > timedelta(hours=24)
    assert not store.outbox.waiting(conversation)
    assert sending.once() == 0
    sending.close()


def test_a_receiver_that_wants_no_more_is_left_alone(store: Store, receiver: Receiver, clock: Clock) -> None:
    conversation = queued(store, clock)
    receiver.script = [410]
    sending = deliverer(store, receiver, clock)
    assert sending.once() == 1
    assert state(store, conversation)[0] == "failed"
    clock.jump(days=30)
    assert sending.once() == 0
    sending.close()


def test_a_clock_that_was_set_back_holds_nothing_up(store: Store, receiver: Receiver, clock: Clock) -> None:
    clock.jump(days=400)
    conversation = queued(store, clock)
    clock.jump(days=-400)
    sending = deliverer(store, receiver, clock)
    assert sending.once() == 1
    assert state(store, conversation)[0] == "delivered"
    sending.close()


def test_the_thread_survives_a_store_that_fails(
    store: Store, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palate.handover.delivering.POLL", 0.01)
    failed, due = threading.Event(), store.outbox.due

    def failing(*_: object) -> list[Delivery]:
        if failed.is_set():
            return due(clock())
        failed.set()
        raise StoreError("The disk is full.")

    monkeypatch.setattr(store.outbox, "due", failing)
    conversation = queued(store, clock)
    sending = deliverer(store, receiver, clock)
    sending.start()
    pause = threading.Event()
    for _ in range(3000):
        if state(store, conversation)[0] == "delivered":
            break
        pause.wait(0.01)
    sending.close()
    assert state(store, conversation)[0] == "delivered"


def test_the_same_hand_over_is_queued_once(store: Store, clock: Clock) -> None:
    conversation = queued(store, clock)
    case = StoredHandOver(conversation, "where is it?", [], [], {}, "queued", "")
    assert not store.outbox.add(case, Delivery("msg_1", conversation, PAYLOAD, clock()))
    assert len(store.memory.hand_overs(conversation)) == 1
    with pytest.raises(UnknownConversation):
        store.outbox.deliveries("none")


def test_the_waits() -> None:
    waits = [wait_after(number, lambda: 0.5) for number in range(1, ATTEMPTS)]
    assert waits[:2] == [timedelta(seconds=5), timedelta(seconds=30)]
    assert waits == sorted(wait for wait in waits if wait)
    assert wait_after(ATTEMPTS, lambda: 0.5) is None
    first = timedelta(seconds=5)
    assert wait_after(1, lambda: 0.0) == first * (1 - JITTER)
    assert wait_after(1, lambda: 1.0) == first * (1 + JITTER)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_YWJj", "not base64 at all!"])
def test_a_secret_that_is_none(secret: str) -> None:
    with pytest.raises(InputError, match="openssl rand"):
        Poster("http://127.0.0.1:9/", secret)


def test_an_address_that_is_none(store: Store) -> None:
    with pytest.raises(InputError, match="PALATE_HAND_OVER_URL"):
        Poster("ftp://example.com", SECRET)
    assert Deliverer.of(store, Settings(data_dir=store.path.parent)) is None


def _until_empty(sending: Deliverer) -> None:
    while sending.once():
        pass
