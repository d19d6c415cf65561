from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from palate.domain import GUEST, Item, Schema, User
from palate.settings import Settings
from palate.store.store import Store
from tests.postgres import Server

NAME = "shop"
SCHEMA = Schema(("director", "genre", "cast"), ("year", "score"))
ITEMS = [
    Item("1", "Heat", {"director": ("Michael Mann",), "genre": ("Crime", "Drama")}, {"year": 1995.0, "score": 86.0}),
    Item("2", "Amélie", {"genre": ("Comedy",), "cast": ("Audrey Tautou", "Mathieu Kassovitz")}, {"year": 2001.0}),
    Item("3", "Nothing Known", {}, {}),
]


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of a store that is not there yet, once in each kind of database."""
    return settings_for(request.param, request, tmp_path)


def settings_for(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of a store that is not there yet."""
    if kind == "sqlite":
        return Settings(data_dir=tmp_path / "data")
    server: Server = request.getfixturevalue("postgres")
    return server.settings(tmp_path / "data", schema())


def schema() -> str:
    """The name of a schema that no other test has."""
    return f"shop-{uuid.uuid4().hex[:12]}"


def environment(settings: Settings) -> dict[str, str]:
    """What another process needs so that its `Settings()` are these."""
    url = settings.database_url
    told = {"PALATE_DATA_DIR": str(settings.data_dir), "PALATE_DATABASE_SCHEMA": settings.database_schema}
    return {**os.environ, **told, **({"PALATE_DATABASE_URL": url.get_secret_value()} if url else {})}


def sql(store: Store, query: str) -> list[Any]:
    """The rows of a query, read past the store."""
    with store.database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


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
