"""PostgreSQL goes away and comes back; several processes use it at once. Nothing is lost, nothing is doubled."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from palate.domain import Interaction, Item, Kind, User
from palate.errors import StoreError
from palate.settings import Settings
from palate.store.records import StoredTurn
from palate.store.store import Store
from tests.postgres import Server
from tests.store.conftest import ITEMS, NAME, SCHEMA, environment, schema


@pytest.fixture
def settings(postgres: Server, tmp_path: Path) -> Settings:
    return postgres.settings(tmp_path / "data", schema())


# A server that goes away


def test_a_connection_that_is_cut_loses_no_write_silently(store: Store, postgres: Server) -> None:
    conversation = store.start_conversation("zoe", NAME)
    with pytest.raises(StoreError, match="lost"), store.database.writing() as session:
        session.execute(text("UPDATE users SET name = 'half' WHERE id = 'zoe'"))
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar()
        with postgres.connect() as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", [mine])
    assert store.user("zoe").name == "Zoe"
    assert store.add_turn(StoredTurn(conversation, "a", "b")).position == 0


def test_connections_that_were_cut_while_nobody_used_them_are_not_noticed(store: Store, postgres: Server) -> None:
    conversation = store.start_conversation("zoe", NAME)
    with postgres.connect() as connection:
        cut = connection.execute(
            "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE application_name = 'palate'"
        ).fetchone()
    assert cut is not None
    assert cut[0]
    assert store.add_turn(StoredTurn(conversation, "a", "b")).position == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_is_restarted_loses_no_turn(store: Store, postgres: Server, how: signal.Signals) -> None:
    """Four threads write all the while; whoever is told that a turn is kept finds it, and none is there twice."""
    conversation = store.start_conversation("zoe", NAME)
    told: list[str] = []
    enough = threading.Event()

    def write(thread: int) -> int:
        failed = 0
        number = 0
        while not enough.is_set():
            number += 1
            try:
                told.append(store.add_turn(StoredTurn(conversation, f"{thread}/{number}", "")).text)
            except StoreError:
                failed += 1
        return failed

    def wait_for(more: int) -> None:
        there = len(told)
        while len(told) < there + more:
            enough.wait(0.005)

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(write, thread) for thread in range(4)]
        try:
            wait_for(20)
            postgres.stop(how)
            postgres.start()
            wait_for(20)
        finally:
            enough.set()
        assert all(done.result() < 20 for done in running)
    turns = store.turns(conversation)
    assert [turn.position for turn in turns] == list(range(len(turns)))
    texts = [turn.text for turn in turns]
    assert len(set(texts)) == len(texts)
    assert set(told) <= set(texts)


def test_a_server_that_stays_away_is_named_and_found_again(
    store: Store, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palate.store.postgres.PATIENCE", 0.1)
    postgres.stop()
    try:
        with pytest.raises(StoreError, match=r"cannot be reached|lost"):
            store.users()
    finally:
        postgres.start()
    assert len(store.users()) == 3


# Several at once


def _append(settings: Settings, conversation: str, number: int) -> None:
    with Store.open(settings) as store:
        for n in range(number):
            store.add_turn(StoredTurn(conversation, f"{multiprocessing.current_process().name} {n}", ""))


def test_processes_get_consecutive_positions(store: Store, settings: Settings) -> None:
    conversation = store.start_conversation("zoe", NAME)
    apart = multiprocessing.get_context("spawn")
    started = [apart.Process(target=_append, args=(settings, conversation, 15)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0, 0, 0]
    turns = store.turns(conversation)
    assert [turn.position for turn in turns] == list(range(45))
    assert len({turn.text for turn in turns}) == 45


def test_the_same_person_and_the_same_press_at_once_are_kept_once(store: Store, settings: Settings) -> None:
    start = threading.Barrier(6)

    def press(number: int) -> None:
        with Store.open(settings) as mine:
            mine.users()
            start.wait()
            mine.add_user(User("max", "Max"), NAME, [Interaction("max", "1", Kind.RATED, 0.5)])
            mine.record(Interaction("max", "2", Kind.LIKED, float(number)), NAME)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(press, range(6))) == [None] * 6
    assert sorted((done.item_id, done.kind) for done in store.interactions("max", NAME)) == [
        ("1", Kind.RATED),
        ("2", Kind.LIKED),
    ]


HOLD = """
import sys, time
from palate.settings import Settings
from palate.store.store import Store
store = Store.open(Settings())
with store.importing("shop"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_an_import_that_is_killed_holds_nothing(store: Store, settings: Settings) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD], env=environment(settings), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    waited = []

    def waiting() -> None:
        waited.append(True)
        other.kill()

    with store.importing(NAME, waiting):
        assert waited == [True]
        store.replace_items(NAME, SCHEMA, ITEMS[:1], "mine")
    other.communicate()
    assert store.items(NAME) == ITEMS[:1]


def test_an_import_that_lost_its_lock_writes_nothing(store: Store, postgres: Server) -> None:
    def items() -> Iterator[Item]:
        yield ITEMS[0]
        postgres.stop()
        postgres.start()

    with pytest.raises(StoreError, match="Do it again"):
        store.replace_items(NAME, SCHEMA, items(), "second")
    assert store.items(NAME) == ITEMS
    store.replace_items(NAME, SCHEMA, ITEMS[:2], "third")
    assert store.items(NAME) == ITEMS[:2]


def test_another_process_sees_an_import(store: Store, settings: Settings) -> None:
    script = """
from palate.domain import Item, Schema
from palate.settings import Settings
from palate.store.store import Store
with Store.open(Settings()) as store:
    store.replace_items("shop", Schema((), ()), [Item("9", "New", {}, {})], "x")
"""
    before = store.version(NAME)
    subprocess.run([sys.executable, "-c", script], env=environment(settings), check=True)
    changes = store.changes(NAME, before)
    assert [item.id for item in changes.changed] == ["9"]
    assert changes.removed == ("1", "2", "3")
