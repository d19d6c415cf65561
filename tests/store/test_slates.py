"""What was shown and what became of it: put down to the slate that showed it, and read again to learn from."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from palate.domain import GUEST, Interaction, Kind, User
from palate.store.records import Feedback, StoredSlate
from palate.store.slates import ATTRIBUTED
from palate.store.store import Store
from palate.store.tables import FeedbackRow
from tests.store.conftest import NAME

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def show(store: Store, *items: str, user: str = "zoe", conversation: str | None = None, hours: float = 0) -> str:
    slate = StoredSlate(
        uuid.uuid4().hex,
        user,
        NAME,
        "a heist",
        [{"id": item} for item in items],
        [{"item": items[0], "relation": "genre", "value": "Crime", "source": "catalogue"}],
        ranker="palate 9; learned 0-0; catalogue 1",
        conversation_id=conversation,
        at=NOON + timedelta(hours=hours),
    )
    store.slates.add([slate])
    return slate.id


def press(item: str, kind: Kind = Kind.CLICKED, user: str = "zoe", hours: float = 1) -> Interaction:
    return Interaction(user, item, kind, 0.0, NOON + timedelta(hours=hours))


def rows(store: Store) -> list[tuple[str | None, int | None, str | None]]:
    """Slate, place and conversation of everything that was done, in order."""
    with store.database.reading() as session:
        found = session.exec(select(FeedbackRow).order_by(FeedbackRow.id)).all()  # type: ignore[arg-type]
        return [(row.slate_id, row.position, row.conversation_id) for row in found]


@pytest.fixture
def people(store: Store) -> Store:
    for name in ("zoe", GUEST):
        store.add_user(User(name, name))
    return store


def test_a_press_in_a_conversation_is_put_down_to_its_latest_slate_that_showed_the_item(people: Store) -> None:
    here, there = (people.start_conversation("zoe", NAME) for _ in range(2))
    first = show(people, "1", "2", conversation=here)
    second = show(people, "2", "3", conversation=here, hours=0.5)
    show(people, "1", "2", conversation=there, hours=0.7)
    people.record(press("2"), NAME, here)
    people.record(press("1"), NAME, here)
    assert rows(people) == [(second, 1, here), (first, 1, here)]


def test_the_guests_presses_are_put_down_within_their_conversation_only(people: Store) -> None:
    here = people.start_conversation(GUEST, NAME)
    slate = show(people, "1", "3", user=GUEST, conversation=here)
    people.record(press("3", user=GUEST), NAME, here)
    people.slates.react(Feedback(press("3", user=GUEST)), NAME)
    assert rows(people) == [(slate, 2, here)]
    assert people.interactions(GUEST, NAME) == ()


def test_a_purchase_that_names_no_slate_is_put_down_to_the_one_that_showed_it(people: Store) -> None:
    show(people, "3", "2", hours=-1)
    conversation = people.start_conversation("zoe", NAME)
    slate = show(people, "1", "2", conversation=conversation)
    later = show(people, "2", "1", hours=48)
    people.slates.react(Feedback(press("2", Kind.BOUGHT)), NAME)
    assert rows(people) == [(slate, 2, conversation)]
    people.slates.react(Feedback(press("2", Kind.BOUGHT, hours=49)), NAME)
    assert rows(people)[-1] == (later, 1, None)
    people.slates.react(Feedback(press("2", Kind.BOUGHT, hours=48 + ATTRIBUTED.total_seconds() / 3600 + 1)), NAME)
    people.slates.react(Feedback(press("2", Kind.BOUGHT, hours=-5)), NAME)
    assert rows(people)[-2:] == [(None, None, None), (None, None, None)]
    assert [done.kind for done in people.interactions("zoe", NAME)] == [Kind.BOUGHT]


def test_the_same_purchase_counts_once_without_a_slate_too(people: Store) -> None:
    given = Feedback(press("2", Kind.BOUGHT), request_id="order-1")
    assert people.slates.react(given, NAME)
    assert not people.slates.react(given, NAME)
    assert len(rows(people)) == 1


def test_what_was_shown_since_a_moment_is_read_with_what_became_of_it(people: Store) -> None:
    show(people, "1", "2", hours=-3)
    passed = show(people, "2", "1", user=GUEST, hours=1)
    slate = show(people, "3", "1", "2")
    for kind in (Kind.CLICKED, Kind.LIKED):
        people.slates.react(Feedback(press("2", kind), slate_id=slate), NAME)
    people.slates.react(Feedback(press("1", Kind.DISLIKED), slate_id=slate), NAME)
    first, second = people.slates.shown(NAME, NOON)
    assert (first.slate_id, first.user_id, first.items) == (slate, "zoe", ("3", "1", "2"))
    assert first.done == {"2": (Kind.CLICKED, Kind.LIKED), "1": (Kind.DISLIKED,)}
    assert (first.text, first.at, first.ranker) == ("a heist", NOON, "palate 9; learned 0-0; catalogue 1")
    assert (second.slate_id, second.done) == (passed, {})
    assert list(people.slates.shown("another", NOON)) == []


def test_nothing_of_it_is_left_once_somebody_is_erased(people: Store) -> None:
    show(people, "1", "2")
    people.slates.react(Feedback(press("1", Kind.BOUGHT)), NAME)
    people.slates.react(Feedback(press("3", Kind.BOUGHT)), NAME)
    removed = people.people.erase("zoe")
    assert removed.rows["feedback"] == 2
    assert rows(people) == []
    assert list(people.slates.shown(NAME, NOON)) == []
