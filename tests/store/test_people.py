"""All there is of one person in the store, and deleting it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from palate.domain import GUEST, Entity, Interaction, Kind
from palate.errors import SharedUser, UnknownConversation, UnknownUser
from palate.preference import Bearing, Preference
from palate.store.belonging import PERSONAL
from palate.store.outbox import Delivery
from palate.store.records import Feedback, StoredEdit, StoredHandOver, StoredSlate, StoredTurn
from palate.store.store import Store
from palate.store.tables import HumanAnswerRow, LeaseRow
from tests.store.conftest import NAME

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def live(store: Store, user: str, mark: str) -> str:
    """Let somebody do everything that leaves a row; gives back their conversation."""
    conversation = store.start_conversation(user, NAME)
    slate = StoredSlate(uuid4().hex, user, NAME, f"{mark} text", [{"id": "1"}], conversation_id=conversation, at=NOW)
    store.add_turn(StoredTurn(conversation, f"{mark} text", f"{mark} reply", state={"request": mark}, at=NOW), slate)
    store.record(Interaction(user, "1", Kind.LIKED, 1.0, NOW, f"{mark} review"), NAME, conversation)
    store.memory.add_edit(StoredEdit(conversation, 0, f"{mark} removed", {"request": mark}))
    case = StoredHandOver(conversation, f"{mark} reason", [mark], [], {}, "answered", mark)
    store.outbox.add(case, Delivery(uuid4().hex, conversation, {"reason": mark}, NOW, last_error=mark))
    wish = Preference(Bearing.WANTED, entity=Entity("genre", mark), said=f"{mark} said", conversation=conversation)
    store.memory.remember(user, wish)
    with store._writing() as session:
        session.add(LeaseRow(conversation_id=conversation, holder="a process", beat=1))
        session.add(HumanAnswerRow(conversation_id=conversation, id=mark, position=0, by=mark, at=NOW))
    return conversation


def counts(store: Store) -> dict[str, int]:
    with store._reading() as session:
        return {
            table: session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in PERSONAL
        }


def test_everything_of_a_person_and_nothing_of_others(store: Store) -> None:
    live(store, "zoe", "ours")
    live(store, GUEST, "theirs")
    rows = store.people.rows("zoe")
    assert rows.keys() == PERSONAL.keys()
    assert all(len(found) == 1 for found in rows.values()), {table: len(found) for table, found in rows.items()}
    assert "theirs" not in repr(rows)
    assert rows["turns"][0]["text"] == "ours text"
    assert rows["turns"][0]["at"] == "2026-05-01T12:00:00+00:00"
    assert rows["interactions"][0]["text"] == "ours review"


def test_erasing_leaves_the_others(store: Store) -> None:
    before = counts(store)
    live(store, GUEST, "theirs")
    others = counts(store)
    version = store.version(NAME)
    live(store, "zoe", "ours")
    removed = store.people.erase("zoe")
    assert removed.rows == dict.fromkeys(PERSONAL, 1)
    assert (removed.total, removed.catalogues) == (len(PERSONAL), [NAME])
    assert counts(store) == others | {"users": before["users"] - 1}
    changes = store.changes(NAME, version)
    assert changes.histories, "what runs reads the histories again"
    assert not changes.changed
    with pytest.raises(UnknownUser):
        store.people.erase("zoe")


def test_what_several_people_share_is_no_ones_own(store: Store) -> None:
    for shared in (GUEST, "ann"):
        for ask in (store.people.rows, store.people.erase, store.people.own):
            with pytest.raises(SharedUser, match="palate people forget"):
                ask(shared)
    with pytest.raises(UnknownUser):
        store.people.rows("nobody")


def test_a_conversation_goes_with_all_that_hangs_on_it(store: Store) -> None:
    conversation, other = live(store, "zoe", "first"), live(store, "zoe", "second")
    removed = store.people.delete_conversation(conversation)
    assert removed.rows == dict.fromkeys(PERSONAL.keys() - {"users", "interactions", "preferences"}, 1)
    rows = store.people.rows("zoe")
    assert [row["id"] for row in rows["conversations"]] == [other]
    assert [(row["said"], row["conversation_id"]) for row in rows["preferences"]] == [
        ("first said", ""),
        ("second said", other),
    ]
    with pytest.raises(UnknownConversation):
        store.people.delete_conversation(conversation)


def test_what_the_guest_agreed_to_goes_with_the_conversation(store: Store) -> None:
    conversation = live(store, GUEST, "guest")
    assert store.people.delete_conversation(conversation).rows["preferences"] == 1
    assert store.memory.preferences(GUEST) == ()


def test_old_conversations_expire(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palate.store.people.BATCH", 2)
    old = [live(store, "zoe", f"old{number}") for number in range(5)]
    recent = live(store, "zoe", "recent")
    store.add_turn(StoredTurn(recent, "again", "", at=NOW + timedelta(days=20)))
    begun = datetime.now(UTC)
    with store._writing() as session:
        session.connection().execute(text("UPDATE conversations SET started_at = '2026-04-30 00:00:00.000000'"))
    empty = store.start_conversation("zoe", NAME)
    assert store.people.expire(NOW) == 0, "the last turn counts, not the beginning"
    assert store.people.expire(NOW + timedelta(seconds=1)) == len(old)
    assert store.people.expire(NOW + timedelta(seconds=1)) == 0
    left = {row["id"] for row in store.people.rows("zoe")["conversations"]}
    assert left == {recent, empty}
    assert store.people.expire(begun - timedelta(seconds=1)) == 1, "one without a turn by when it was begun"
    assert len(store.memory.preferences("zoe")) == 6


def test_slates_of_no_conversation_expire_by_themselves(store: Store) -> None:
    for day in (0, 9):
        at = NOW + timedelta(days=day)
        store.slates.add([StoredSlate(f"slate {day}", GUEST, NAME, "text", [{"id": "1"}], at=at)])
        done = Interaction(GUEST, "1", Kind.LIKED, 1.0, at)
        store.slates.react(Feedback(done, slate_id=f"slate {day}"), NAME)
    before = counts(store)
    assert store.people.expire(NOW + timedelta(days=5)) == 0
    assert counts(store) == before | {"slates": 1, "feedback": 1}
    assert store.slates.find("slate 9")


def test_whoever_only_talked_is_forgotten_by_what_runs_too(store: Store) -> None:
    store.start_conversation("zoe", NAME)
    assert store.people.erase("zoe").catalogues == [NAME]
