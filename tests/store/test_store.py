from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from palate.domain import GUEST, Interaction, Item, Kind, User
from palate.errors import NotFound, UnknownConversation, UnknownItem, UnknownUser
from palate.settings import Settings
from palate.store.records import ConversationInfo, LoadCounts, StoredTurn
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA, environment

MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)


# The catalogue


def test_items_come_back_as_they_went_in(store: Store) -> None:
    assert store.items(NAME) == ITEMS
    assert store.fingerprint(NAME) == "first"


def test_an_empty_store_has_no_catalogue(settings: Settings) -> None:
    with Store.open(settings) as store:
        assert store.fingerprint(NAME) is None
        assert store.items(NAME) == []


def test_only_what_differs_is_written(store: Store) -> None:
    changed = Item("1", "Heat", {"genre": ("Crime",)}, {"year": 1995.0})
    added = Item("4", "Ran", {"director": ("Akira Kurosawa",)}, {"year": 1985.0})
    now = [changed, ITEMS[2], added]

    assert store.replace_items(NAME, SCHEMA, now, "second") == LoadCounts(added=1, changed=1, removed=1, unchanged=1)
    assert store.items(NAME) == now
    assert store.fingerprint(NAME) == "second"
    assert store.replace_items(NAME, SCHEMA, now, "third") == LoadCounts(unchanged=3)


def test_history_outlives_its_item(store: Store) -> None:
    store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME)
    store.replace_items(NAME, SCHEMA, [], "empty")
    assert [interaction.item_id for interaction in store.interactions("zoe", NAME)] == ["1"]


def test_a_load_that_fails_changes_nothing(store: Store) -> None:
    unwritable = Item("4", "Broken", {"genre": (object(),)}, {})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="not JSON"):
        store.replace_items(NAME, SCHEMA, [*ITEMS[:1], unwritable], "second")
    assert (store.items(NAME), store.fingerprint(NAME)) == (ITEMS, "first")


def test_a_load_that_is_killed_changes_nothing(store: Store, settings: Settings) -> None:
    script = """
import os
from sqlalchemy import Engine, event
from palate.domain import Item, Schema
from palate.settings import Settings
from palate.store.store import Store

@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, parameters, context, executemany):
    if "INTO items" in statement:
        os._exit(9)

Store.open(Settings()).replace_items(
    "shop", Schema(("genre",), ()), [Item("9", "New", {"genre": ("War",)}, {})], "second"
)
"""
    killed = subprocess.run([sys.executable, "-c", script], env=environment(settings), check=False)
    assert killed.returncode == 9
    assert (store.items(NAME), store.fingerprint(NAME)) == (ITEMS, "first")


# People


def test_the_guest_comes_first_then_the_samples(store: Store) -> None:
    assert [user.id for user in store.users()] == [GUEST, "ann", "zoe"]
    assert store.user("ann") == User("ann", "Ann", "An invented example.", sample=True)


def test_adding_someone_twice_keeps_the_first(store: Store) -> None:
    store.add_user(User("new", "New"), NAME, [Interaction("new", "1", Kind.RATED, 0.5)])
    store.add_user(User("new", "Other"), NAME, [Interaction("new", "2", Kind.RATED, 0.5)])
    assert store.user("new").name == "New"
    assert [interaction.item_id for interaction in store.interactions("new", NAME)] == ["1"]


def test_interactions_come_latest_first_and_once_a_kind(store: Store) -> None:
    earlier, later = MORNING, MORNING + timedelta(hours=1)
    store.record(Interaction("zoe", "1", Kind.RATED, 0.5, earlier), NAME)
    store.record(Interaction("zoe", "2", Kind.LIKED, 1.0, earlier), NAME)
    store.record(Interaction("zoe", "1", Kind.RATED, -1.0, later), NAME)
    store.record(Interaction("zoe", "1", Kind.SEEN, 0.0, earlier), NAME)
    assert store.interactions("zoe", NAME) == (
        Interaction("zoe", "1", Kind.RATED, -1.0, later),
        Interaction("zoe", "1", Kind.SEEN, 0.0, earlier),
        Interaction("zoe", "2", Kind.LIKED, 1.0, earlier),
    )
    assert store.interactions("ann", NAME) == ()


def test_a_moment_keeps_its_place_in_time(store: Store) -> None:
    there = datetime(2026, 5, 1, 16, tzinfo=timezone(timedelta(hours=8)))
    store.record(Interaction("zoe", "1", Kind.LIKED, 1.0, there), NAME)
    assert store.interactions("zoe", NAME)[0].at == MORNING


def test_every_press_in_a_conversation_is_kept(store: Store) -> None:
    conversation = store.start_conversation("zoe", NAME)
    liked = Interaction("zoe", "1", Kind.LIKED, 1.0, MORNING)
    disliked = Interaction("zoe", "1", Kind.DISLIKED, -1.0, MORNING)
    for interaction in (liked, disliked, liked):
        store.record(interaction, NAME, conversation)
    assert store.feedback(conversation) == (liked, disliked, liked)
    assert set(store.interactions("zoe", NAME)) == {liked, disliked}


def test_a_guest_has_no_history_outside_the_conversation(store: Store) -> None:
    mine, other = store.start_conversation(GUEST, NAME), store.start_conversation(GUEST, NAME)
    press = Interaction(GUEST, "1", Kind.DISLIKED, -1.0, MORNING)
    store.record(press, NAME, mine)
    assert store.feedback(mine) == (press,)
    assert store.feedback(other) == ()
    assert store.interactions(GUEST, NAME) == ()


def test_a_sample_viewers_history_is_not_changed_by_whoever_tries_them(store: Store) -> None:
    conversation = store.start_conversation("ann", NAME)
    press = Interaction("ann", "1", Kind.LIKED, 1.0, MORNING)
    store.record(press, NAME, conversation)
    assert store.feedback(conversation) == (press,)
    assert store.interactions("ann", NAME) == ()


def test_nothing_is_recorded_in_someone_elses_conversation(store: Store) -> None:
    conversation = store.start_conversation("ann", NAME)
    with pytest.raises(UnknownConversation):
        store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME, conversation)
    assert store.feedback(conversation) == ()
    assert store.interactions("zoe", NAME) == ()


def test_an_unknown_item_is_not_recorded(store: Store) -> None:
    with pytest.raises(UnknownItem, match="99"):
        store.record(Interaction("zoe", "99", Kind.LIKED, 1.0), NAME)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda store: store.user("nobody"), UnknownUser),
        (lambda store: store.interactions("nobody", NAME), UnknownUser),
        (lambda store: store.conversations("nobody"), UnknownUser),
        (lambda store: store.start_conversation("nobody", NAME), UnknownUser),
        (lambda store: store.record(Interaction("nobody", "1", Kind.LIKED, 1.0), NAME), UnknownUser),
        (lambda store: store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME, "nowhere"), UnknownConversation),
        (lambda store: store.conversation("nowhere"), UnknownConversation),
        (lambda store: store.turns("nowhere"), UnknownConversation),
        (lambda store: store.feedback("nowhere"), UnknownConversation),
        (lambda store: store.add_turn(StoredTurn("nowhere", "hello", "hello")), UnknownConversation),
    ],
)
def test_an_unknown_id_is_named(store: Store, call: Callable[[Store], object], error: type[NotFound]) -> None:
    with pytest.raises(error, match=r"nobody|nowhere"):
        call(store)


# Conversations


def test_a_turn_comes_back_as_it_went_in(store: Store) -> None:
    conversation = store.start_conversation("zoe", NAME)
    turn = StoredTurn(
        conversation,
        "我想看一部温馨的家庭喜剧 <script> '; DROP TABLE turns; --",
        "Try Amélie.",
        item_ids=["2", "1"],
        facts=[{"item": "2", "relation": "genre", "value": "Comedy"}],
        state={"wanted": [["genre", "Comedy"]], "constraints": []},
        mode="llm",
        model_calls=2,
        tokens_in=700,
        tokens_out=90,
        ms={"total": 1234.5},
        at=MORNING,
    )
    placed = store.add_turn(turn)
    assert placed.position == 0
    assert store.turns(conversation) == [placed]
    assert store.conversation(conversation) == ConversationInfo("zoe", NAME)


def test_half_a_character_and_a_zero_byte_lose_no_turn(store: Store) -> None:
    conversation = store.start_conversation("zoe", NAME)
    store.add_turn(StoredTurn(conversation, "a\ud800b\0c", "d\udfffe", state={"said": "\ud800"}))
    (turn,) = store.turns(conversation)
    assert (turn.text, turn.reply, turn.state) == ("a?b?c", "d?e", {"said": "?"})


def test_threads_get_consecutive_positions(store: Store) -> None:
    one, other = store.start_conversation("zoe", NAME), store.start_conversation("zoe", NAME)
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda n: store.add_turn(StoredTurn((one, other)[n % 2], str(n), "")), range(40)))
    for conversation in (one, other):
        turns = store.turns(conversation)
        assert [turn.position for turn in turns] == list(range(20))
        told = {turn.position: turn.text for turn in placed if turn.conversation_id == conversation}
        assert {turn.position: turn.text for turn in turns} == told


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    conversation = store.start_conversation("zoe", NAME)
    with store.database.writing() as writer:
        writer.execute(text("UPDATE users SET name = 'Zoë' WHERE id = 'zoe'"))
        writer.execute(text("DELETE FROM items"))
        assert store.items(NAME) == ITEMS
        assert store.user("zoe").name == "Zoe"
        assert store.turns(conversation) == []
    assert store.items(NAME) == []


def test_summaries_tell_the_latest_conversation_first(store: Store) -> None:
    silent, short, long = (store.start_conversation("zoe", NAME) for _ in range(3))
    later = datetime.now(UTC) + timedelta(days=1)
    store.add_turn(StoredTurn(short, "word " * 100, "", at=later))
    store.add_turn(StoredTurn(long, "Something\n  older?", "", at=later))
    store.add_turn(StoredTurn(long, "Funnier", "", at=later + timedelta(minutes=1)))
    first, second, third = store.conversations("zoe")
    assert (first.id, first.turns, first.opening) == (long, 2, "Something older?")
    assert first.last_at == later + timedelta(minutes=1)
    assert (second.id, second.turns, len(second.opening) <= 80) == (short, 1, True)
    assert second.opening.startswith("word word")
    assert (third.id, third.turns, third.opening, third.last_at) == (silent, 0, "", third.started_at)
    assert store.conversations("ann") == []


def test_everything_is_there_after_a_restart(store: Store, settings: Settings) -> None:
    conversation = store.start_conversation("zoe", NAME)
    turn = store.add_turn(StoredTurn(conversation, "hello", "hello", at=MORNING))
    store.record(Interaction("zoe", "1", Kind.LIKED, 1.0, MORNING), NAME, conversation)
    # The first store is still open, as it would be after a kill: what was committed must be there all the same.
    with Store.open(settings) as again:
        assert [(found.text, found.position) for found in again.turns(conversation)] == [("hello", turn.position)]
        assert len(again.interactions("zoe", NAME)) == 1
        assert again.items(NAME) == ITEMS
