from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from palate.app import Palate
from palate.domain import User
from palate.settings import Settings
from palate.store.store import Store
from tests.handover.receiver import SECRET, Clock, Receiver, receiving, verify_by


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    verify_by(clock, monkeypatch)
    return clock


@pytest.fixture(scope="module")
def folder(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handover") / "data"
    shutil.copytree(demo_folder, folder)
    return folder


@pytest.fixture(scope="module")
def palate(folder: Path) -> Iterator[Palate]:
    """One that puts hand-overs into the outbox; nobody delivers yet."""
    settings = Settings(data_dir=folder, hand_over_url="http://127.0.0.1:9/hook", hand_over_secret=SecretStr(SECRET))
    with Store.open(settings) as store:
        for name in ("zoe", "max"):
            store.add_user(User(name, name.title()))
    with Palate.open(settings, model=False) as opened:
        yield opened
