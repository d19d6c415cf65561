"""Seeing, erasing and expiring what is kept of people, as a person types it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from palate.domain import GUEST, User
from palate.retrieval.learned.models import Models, models_folder
from palate.settings import Settings
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA
from tests.store.test_people import live
from tests.test_cli import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with Store.open(Settings(data_dir=folder)) as store:
        store.replace_items(NAME, SCHEMA, ITEMS, "first")
        store.add_user(User("zoe", "Zoe"))
        store.add_user(User(GUEST, "Guest"))
        live(store, "zoe", "mark")
    Models(about={"trained_at": "2026-05-02", "interactions": 50}, people=["zoe"]).save(models_folder(folder, NAME))
    return folder


def test_a_person_is_exported_and_erased(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "zoe.json"
    done = run("people", "export", "zoe", "--out", str(out), folder=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(out.read_text("utf-8"))
    assert told["tables"]["turns"][0]["text"] == "mark text"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(run("people", "export", "zoe", folder=folder).stdout)["tables"] == told["tables"]
    done = run("people", "erase", "zoe", "--yes", "--retrain", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "1 turns" in done.stdout
    assert "palate train --catalogue shop" in done.stdout
    assert "What was learned of shop before is deleted." in done.stdout
    assert not (models_folder(folder, NAME) / "models.npz").exists()
    done = run("people", "erase", "zoe", "--yes", folder=folder)
    assert (done.returncode, done.stderr.strip()) == (1, "No user has the id 'zoe'.")


def test_conversations_are_forgotten_one_by_one_or_when_they_are_old(folder: Path) -> None:
    with Store.open(Settings(data_dir=folder)) as store:
        conversation = live(store, GUEST, "guest")
    done = run("people", "erase", GUEST, "--yes", folder=folder)
    assert done.returncode == 1
    assert "palate people forget" in done.stderr
    assert "1 turns" in run("people", "forget", conversation, folder=folder).stdout
    assert run("people", "forget", conversation, folder=folder).returncode == 1
    assert "every conversation is kept" in run("people", "expire", folder=folder).stdout
