"""Backups that are made and put back while others read and write."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from palate.backup.archive import check, is_backup
from palate.backup.making import back_up
from palate.backup.manifest import NAME as MANIFEST
from palate.backup.restoring import restore
from palate.domain import Interaction, Kind
from palate.preference import Bearing, Preference
from palate.settings import Settings
from palate.store.records import StoredTurn
from palate.store.store import Store
from tests.backup.conftest import NEVER, ONE_KIND, everything, rewrite, store_settings
from tests.store.conftest import ITEMS, NAME, SCHEMA, sql

# Round and round


def test_everything_comes_back_in_either_kind(store: Store, full: str, elsewhere: Settings, tmp_path: Path) -> None:
    before = everything(store)
    assert all(before.values()), "something is in every table"
    manifest = back_up(store_settings(store), tmp_path / "b.tar.gz")
    assert manifest.rows == sum(map(len, before.values()))
    assert tuple(sorted(manifest.files)) == ("models/shop/models.npz", "notes.txt", "rules/shop.toml")
    assert restore(elsewhere, tmp_path / "b.tar.gz") == manifest
    with Store.open(elsewhere) as again:
        assert everything(again) == before
        assert again.turns(full) == store.turns(full)
        assert again.interactions("zoe", NAME) == store.interactions("zoe", NAME)
        assert again.items(NAME) == ITEMS[:2]
        (more,) = again.memory.remember("zoe", Preference(Bearing.CONSTRAINT, constraint=NEVER.constraint))
        assert more.id > store.memory.preferences("zoe")[0].id
        again.record(Interaction("zoe", "2", Kind.LIKED, 1.0), NAME, full)
        assert again.add_turn(StoredTurn(full, "next", "")).position == 3
    for name in manifest.files:
        assert (elsewhere.data_dir / name).read_bytes() == name.encode() * 1000
    assert not (elsewhere.data_dir / "vectors").exists()
    back_up(elsewhere, tmp_path / "c.tar.gz")
    assert check(tmp_path / "c.tar.gz").rows == manifest.rows + 3


def test_a_number_is_not_given_twice_after_a_restore(
    store: Store, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    (gone,) = store.memory.remember("zoe", NEVER)
    store.memory.forget("zoe", gone.id)
    back_up(settings, tmp_path / "b.tar.gz")
    restore(elsewhere, tmp_path / "b.tar.gz")
    with Store.open(elsewhere) as again:
        (kept,) = again.memory.remember("zoe", NEVER)
    assert kept.id > gone.id


@ONE_KIND
def test_a_backup_is_the_owners_alone_and_takes_no_others_in(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    first = settings.data_dir / "first.tar.gz"
    back_up(settings, first)
    assert first.stat().st_mode & 0o777 == 0o600
    assert is_backup(first)
    (settings.data_dir / "outside").symlink_to(tmp_path)
    (settings.data_dir / "tenants" / "acme").mkdir(parents=True)
    (settings.data_dir / "tenants" / "acme" / "rules.toml").write_text("x")
    assert back_up(settings, tmp_path / "second.tar.gz").files == ()


# While others write


def test_a_backup_under_writing_is_one_moment(
    store: Store, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    """A thread writes turns to two conversations in turn; the copy has a prefix of them, whole."""
    conversations = [store.start_conversation("zoe", NAME) for _ in range(2)]
    enough, begun = threading.Event(), threading.Event()
    told: list[int] = []

    def write() -> None:
        while not enough.is_set():
            number = len(told)
            conversation = conversations[number % 2]
            store.add_turn(StoredTurn(conversation, str(number), "x" * 2000))
            store.record(Interaction("zoe", "1", Kind.LIKED, 1.0), NAME, conversation)
            told.append(number)
            if number > 20:
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(60)
        least = len(told)
        back_up(settings, tmp_path / "b.tar.gz")
        most = len(told) + 1
    finally:
        enough.set()
        writer.join()
    restore(elsewhere, tmp_path / "b.tar.gz")
    with Store.open(elsewhere) as again:
        turns = [again.turns(conversation) for conversation in conversations]
        presses = sum(len(again.feedback(conversation)) for conversation in conversations)
    texts = sorted(int(turn.text) for part in turns for turn in part)
    assert texts == list(range(len(texts)))
    assert least <= len(texts) <= most
    assert len(texts) - 1 <= presses <= len(texts)
    for part in turns:
        assert [turn.position for turn in part] == list(range(len(part)))


def test_a_restore_is_taken_over_by_whoever_serves(
    store: Store, full: str, settings: Settings, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "b.tar.gz")
    store.replace_items(NAME, SCHEMA, [], "emptied")
    store.replace_items("goods", SCHEMA, ITEMS, "another")
    later = store.start_conversation("zoe", NAME)
    version = store.version(NAME)
    read = threading.Event()
    enough = threading.Event()
    seen: set[int] = set()

    def serve() -> None:
        while not enough.is_set():
            seen.add(len(store.items(NAME)))
            read.set()

    reader = threading.Thread(target=serve)
    reader.start()
    try:
        assert read.wait(60)
        restore(settings, tmp_path / "b.tar.gz", replace=True)
        read.clear()
        assert read.wait(60)
    finally:
        enough.set()
        reader.join()
    assert seen == {0, 2}
    changes = store.changes(NAME, version)
    assert changes.version > version
    assert changes.schema and changes.histories and changes.triples and changes.aliases
    assert store.items(NAME) == ITEMS[:2]
    assert [one.name for one in store.catalogues()] == [NAME]
    assert len(store.turns(full)) == 3
    assert later not in [one.id for one in store.conversations("zoe")]
    assert store.add_turn(StoredTurn(full, "goes on", "")).position == 3
    with Store.open(settings) as other:
        assert len(other.turns(full)) == 4
    leftovers = [path.name for path in settings.data_dir.iterdir() if path.name.startswith(".")]
    assert leftovers == []


def test_files_that_speak_of_another_store_are_set_aside(store: Store, settings: Settings, tmp_path: Path) -> None:
    rules = settings.data_dir / "rules"
    rules.mkdir()
    (rules / "old.toml").write_text("old")
    back_up(settings, tmp_path / "b.tar.gz")
    (rules / "old.toml").write_text("changed")
    (rules / "new.toml").write_text("new")
    (settings.data_dir / "notes.txt").write_text("mine")
    restore(settings, tmp_path / "b.tar.gz", replace=True)
    assert sorted(path.name for path in rules.iterdir()) == ["old.toml"]
    assert (rules / "old.toml").read_text() == "old"
    assert (settings.data_dir / "notes.txt").read_text() == "mine"
    (apart,) = settings.data_dir.glob("replaced-*")
    assert (apart / "rules" / "new.toml").read_text() == "new"


def test_an_older_backup_is_brought_forward(
    store: Store, full: str, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    """A backup as an older palate would have written it: without what came after the fourth migration."""
    back_up(settings, tmp_path / "b.tar.gz")
    late = {"answers", "experiments", "deliveries", "human_answers"}

    def older(name: str, content: bytes) -> bytes | None:
        if name == MANIFEST:
            told = json.loads(content)
            told["migration"] = "0004"
            told["tables"] = {name: cells for name, cells in told["tables"].items() if name not in late}
            told["members"] = {n: cells for n, cells in told["members"].items() if n.split("/")[1] not in late}
            return json.dumps(told).encode()
        return None if name.split("/")[1] in late else content

    rewrite(tmp_path / "b.tar.gz", tmp_path / "old.tar.gz", older)
    restore(elsewhere, tmp_path / "old.tar.gz")
    with Store.open(elsewhere) as again:
        assert again.turns(full) == store.turns(full)
        assert again.memory.preferences("zoe") == store.memory.preferences("zoe")
        answered = again.outbox.add_answer(StoredTurn(full, "", "A person is here."), "1", "Ann")
        assert [turn.reply for turn in again.turns(full)][-1] == answered.reply


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_a_restore_waits_for_whoever_reads_and_keeps_nobody_waiting_long(
    store: Store, full: str, settings: Settings, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "b.tar.gz")
    store.replace_items(NAME, SCHEMA, [], "emptied")
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
    gone_by = []
    with ThreadPoolExecutor(1) as pool:
        with store.database.reading() as session:
            assert session.execute(text("SELECT count(*) FROM conversations")).scalar() == 1
            restoring = pool.submit(restore, settings, tmp_path / "b.tar.gz", replace=True)
            while sql(store, waits) == [(0,)]:
                assert not restoring.done()
            # It gives up after two seconds, lets others by, and tries again.
            gone_by.append(store.conversations("zoe")[0].id)
            assert session.execute(text("SELECT count(*) FROM items")).scalar() == 0
        restoring.result()
    assert gone_by == [full]
    assert store.items(NAME) == ITEMS[:2]
