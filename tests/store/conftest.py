from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.domain import GUEST, Item, Schema, User
from palate.settings import Settings
from palate.store.store import Store

NAME = "shop"
SCHEMA = Schema(("director", "genre", "cast"), ("year", "score"))
ITEMS = [
    Item("1", "Heat", {"director": ("Michael Mann",), "genre": ("Crime", "Drama")}, {"year": 1995.0, "score": 86.0}),
    Item("2", "Amélie", {"genre": ("Comedy",), "cast": ("Audrey Tautou", "Mathieu Kassovitz")}, {"year": 2001.0}),
    Item("3", "Nothing Known", {}, {}),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A store with three items, the guest and two people."""
    with Store.open(settings) as store:
        store.replace_items(NAME, SCHEMA, ITEMS, "first")
        for user in (
            User("zoe", "Zoe"),
            User("ann", "Ann", "An invented example.", sample=True),
            User(GUEST, "Guest"),
        ):
            store.add_user(user)
        yield store
