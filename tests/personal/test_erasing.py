"""After an erasure nothing of a person is found: in no table, no byte of any file, no vector, no model's notes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from palate.catalogue.imports.rejects import Rejects
from palate.domain import GUEST, Interaction, Kind, User
from palate.errors import SharedUser, UnknownUser
from palate.personal.erasing import erased
from palate.personal.exporting import exported
from palate.personal.learned import drop, still_in, taught_by
from palate.personal.retention import delete_conversation, expire
from palate.retrieval.learned.models import Models, models_folder
from palate.retrieval.learned.taught import Taught
from palate.retrieval.vectors.embeddings import EmbeddingCache, content_hash
from palate.retrieval.vectors.passages import REVIEWS, texts_of
from palate.settings import Settings
from palate.store import scrubbing
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA
from tests.store.test_people import NOW, live

MARK, USER = "zqxmark", "zqxuser"
TIMES = 6
"""Conversations that everybody has: enough for more than one page of each table."""
TOLD: Mapping[str, str | int | float] = {"trained_at": "2026-05-02T00:00:00+00:00", "interactions": 50}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings) as store:
        store.replace_items(NAME, SCHEMA, ITEMS, "first")
        for user in (User(USER, f"{MARK} name"), User("max", "Max"), User(GUEST, "Guest")):
            store.add_user(user)
        for name, mark in ((USER, MARK), ("max", "other"), (GUEST, "guest")):
            for _ in range(TIMES):
                live(store, name, mark)
        yield store


def found_in_files(folder: Path, mark: str) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and mark.encode() in path.read_bytes()]


def passages(store: Store) -> dict[str, list[str]]:
    """Hashes of what would be embedded of reviews, by person."""
    found: dict[str, list[str]] = {USER: [], "max": []}
    for done in store.histories(NAME):
        item = next(item for item in ITEMS if item.id == done.item_id)
        mine = {item.id: [done]}
        found[done.user_id] += map(content_hash, texts_of(REVIEWS, item, SCHEMA, mine.__getitem__))
    return found


def test_nothing_is_found_afterwards(store: Store, settings: Settings) -> None:
    cache = EmbeddingCache(settings.embeddings_path)
    hashes = passages(store)
    assert all(hashes.values())
    cache.put("any", {one: np.ones(4, np.float32) for some in hashes.values() for one in some})
    cache.place(NAME, "any", REVIEWS, {"1": [*hashes[USER], *hashes["max"]]})
    with Rejects(settings.data_dir, NAME, "history") as rejects:
        rejects.reject(1, "no item", {"user": USER, "item": "9", "review": f"{MARK} set aside"})
        rejects.reject(2, "no item", {"user": "max", "item": "9"})
        rejects.reject(3, "cannot be read", f'"{USER},9,{MARK}')
    Models(about=TOLD, people=[USER, "max"]).save(models_folder(settings.data_dir, NAME))
    assert len(found_in_files(settings.data_dir, MARK)) >= 2

    done = erased(store, settings, USER)

    assert found_in_files(settings.data_dir, MARK) == []
    assert found_in_files(settings.data_dir, USER) == []
    with closing(sqlite3.connect(settings.store_path)) as file:
        dump = "\n".join(file.iterdump())
    assert MARK not in dump
    assert USER not in dump
    assert "other text" in dump
    assert cache.get("any", hashes[USER]) == {}
    assert cache.get("any", hashes["max"]).keys() == set(hashes["max"])
    (page,) = cache.pages(NAME, "any")
    assert len(page.items) == len(hashes["max"])
    assert done.rows["turns"] == TIMES
    assert (done.vectors, done.rejected) == (len(hashes[USER]), 2)
    (left,) = done.left
    assert f"was sent {TIMES} of theirs" in left
    assert [model.catalogue for model in done.learned] == [NAME]
    assert "palate train --catalogue shop" in "\n".join(done.lines())
    assert still_in(models_folder(settings.data_dir, NAME)) == 1
    assert taught_by(settings.data_dir, USER) == []
    with pytest.raises(UnknownUser):
        erased(store, settings, USER)


def test_what_an_older_palate_deleted_is_overwritten_too(store: Store, settings: Settings) -> None:
    store.close()
    with closing(sqlite3.connect(settings.store_path)) as file:
        file.execute("PRAGMA secure_delete = OFF")
        with file:
            file.execute("CREATE TABLE gone AS SELECT text FROM turns")
            file.execute("UPDATE gone SET text = ?", [f"{MARK} long ago"])
        with file:
            file.execute("DELETE FROM gone")
            file.execute("DROP TABLE gone")
    assert f"{MARK} long ago".encode() in settings.store_path.read_bytes()
    erased(store, settings, USER)
    assert found_in_files(settings.data_dir, MARK) == []


def test_a_reader_of_the_log_is_not_waited_for_for_ever(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "_PATIENCE_MS", 10)
    with closing(sqlite3.connect(settings.store_path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM turns").fetchone()
        done = erased(store, settings, USER)
        assert "palate people expire" in done.left[0]
        assert found_in_files(settings.data_dir, MARK)
    assert store.people.scrub()
    assert found_in_files(settings.data_dir, MARK) == []


def test_all_there_is_can_be_had(store: Store, settings: Settings) -> None:
    with Rejects(settings.data_dir, NAME, "history") as rejects:
        rejects.reject(1, "no item", {"user": USER, "item": "9"})
    Models(about=TOLD, people=[USER]).save(models_folder(settings.data_dir, NAME))
    told = json.loads(json.dumps(exported(store, settings, USER, NOW)))
    assert (told["user"], told["at"], told["learned"]) == (USER, NOW.isoformat(), [NAME])
    assert [row["row"]["item"] for row in told["rejected"]] == ["9"]
    assert len(told["tables"]["turns"]) == TIMES
    assert told["tables"]["users"][0]["name"] == f"{MARK} name"
    assert "other" not in json.dumps(told["tables"])
    for ask in (exported, erased):
        with pytest.raises(SharedUser):
            ask(store, settings, GUEST)


def test_models_of_which_nobody_noted_who_taught_them(store: Store, settings: Settings) -> None:
    folder = models_folder(settings.data_dir, NAME)
    Models(about=TOLD, people=["max"]).save(folder)
    assert taught_by(settings.data_dir, USER) == []
    Taught.of(["max"], "another training").save(folder)
    (model,) = taught_by(settings.data_dir, USER)
    assert not model.sure
    assert "may have been" in model.line
    (folder / "people.npz").unlink()
    assert [one.sure for one in taught_by(settings.data_dir, USER)] == [False]
    drop(settings.data_dir, NAME)
    assert taught_by(settings.data_dir, USER) == []


def test_a_guests_conversation_leaves_no_byte(store: Store, settings: Settings) -> None:
    conversation = live(store, GUEST, "qjxsecret")
    assert found_in_files(settings.data_dir, "qjxsecret")
    delete_conversation(store, conversation)
    assert found_in_files(settings.data_dir, "qjxsecret") == []


def test_old_conversations_leave_no_byte(store: Store, settings: Settings) -> None:
    assert expire(store, settings, NOW + timedelta(days=9999)) == 0, "everything is kept where nothing is set"
    later = datetime.now(UTC) + timedelta(days=31)
    store.record(Interaction("max", "2", Kind.LIKED, 1.0), NAME)
    assert expire(store, settings.model_copy(update={"keep_days": 30}), later) == 3 * TIMES
    assert expire(store, settings.model_copy(update={"keep_days": 30}), later) == 0
    assert found_in_files(settings.data_dir, "other text") == []
    assert store.interactions("max", NAME)
