"""Passages in the store."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from alembic import command
from sqlalchemy import create_engine

from palate.errors import UnknownCatalogue
from palate.passage import Passage
from palate.settings import Settings
from palate.store.store import Store
from tests.store.conftest import NAME
from tests.store.test_migrations import move

OPEN = Passage("faq#1", "From nine.", "Open?", ("Shop", "Hours"), "faq.md", "https://x.example", "en", 3, 4)
HALF = Passage("faq#2", "A broken half \ud83d of a character.", heading=("\ud83d",))


def test_they_come_back_as_they_were(store: Store) -> None:
    assert store.answers(NAME) == ()
    store.add_answers(NAME, [OPEN], "help")
    assert store.answers(NAME) == (OPEN,)
    assert store.answers("other") == ()
    assert store.answer_count(NAME) == 1


def test_each_source_has_its_own(store: Store) -> None:
    store.add_answers(NAME, [OPEN], "help")
    store.add_answers(NAME, [OPEN, HALF], "other")
    assert store.answer_count(NAME) == 3
    store.add_answers(NAME, [], "help")
    assert [one.id for one in store.answers(NAME)] == ["faq#2", "faq#1"]
    assert "?" in store.answers(NAME)[0].text
    with pytest.raises(UnknownCatalogue):
        store.add_answers("none", [OPEN], "help")


def test_their_table_joins_an_older_store_and_leaves_it_again(settings: Settings) -> None:
    settings.data_dir.mkdir()
    engine = create_engine(f"sqlite:///{settings.store_path}")
    move(engine, command.upgrade, "0003")
    with Store.open(settings) as store:
        assert store.answers("films") == ()
    move(engine, command.downgrade, "0003")
    with closing(sqlite3.connect(settings.store_path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert "answers" not in tables
        assert "hand_overs" in tables
    engine.dispose()
