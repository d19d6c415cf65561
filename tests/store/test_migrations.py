"""What an older palate kept is there after the move to catalogues, and after moving back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, inspect

from palate.domain import Constraint, Interaction, Item, Kind, Op, User
from palate.preference import Bearing, Preference
from palate.settings import Settings
from palate.store.records import ConversationInfo, StoredSlate
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA, settings_for
from tests.store.test_database import alembic_config
from tests.store.test_experiments import MOST, NOW, ONE

OLD = """
INSERT INTO catalogue VALUES (1, 'films-1-abc', '2026-01-01 00:00:00');
INSERT INTO items VALUES ('7', 'Heat', '{"genre":["Crime"]}', '{"year":1995.0}');
INSERT INTO triples VALUES ('genre', 'Crime', '7');
INSERT INTO users VALUES ('zoe', 'Zoe', '', 0);
INSERT INTO interactions VALUES ('zoe', '7', 'liked', 1.0, '2026-02-01 00:00:00');
INSERT INTO conversations VALUES ('c', 'zoe', '2026-02-01 00:00:00');
INSERT INTO turns VALUES ('c', 0, 'crime', 'Heat.', '["7"]', '[]', '{}', 'fallback', 0, 0, 0, '{}',
    '2026-02-01 00:00:00');
INSERT INTO feedback VALUES (1, 'c', 'zoe', '7', 'liked', 1.0, '2026-02-01 00:00:00');
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The first release had SQLite alone."""
    return Settings(data_dir=tmp_path / "data")


def move(engine: Engine, to: Callable[[Config, str], None], revision: str = "0001") -> None:
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        to(config, revision)


def test_an_older_store_is_taken_over(settings: Settings) -> None:
    settings.data_dir.mkdir()
    engine = create_engine(f"sqlite:///{settings.store_path}")
    move(engine, command.upgrade)
    with closing(sqlite3.connect(settings.store_path)) as connection:
        connection.executescript(OLD)
    with Store.open(settings) as store:
        assert store.items("films") == [Item("7", "Heat", {"genre": ("Crime",)}, {"year": 1995.0})]
        info = store.catalogue("films")
        assert (info.fingerprint, info.size, info.version, info.schema.noun.many) == ("films-1-abc", 1, 1, "films")
        (liked,) = store.interactions("zoe", "films")
        assert (liked.item_id, liked.kind, liked.value, liked.weight) == ("7", Kind.LIKED, 1.0, 1.0)
        assert store.conversation("c") == ConversationInfo("zoe", "films")
        assert [turn.reply for turn in store.turns("c")] == ["Heat."]
        assert [press.item_id for press in store.feedback("c")] == ["7"]
        assert list(store.histories("films")) == [liked]
        store.record(Interaction("zoe", "7", Kind.SEEN, 0.0), "films", "c")
    move(engine, command.downgrade)
    with closing(sqlite3.connect(settings.store_path)) as connection:
        assert connection.execute("SELECT id, title FROM items").fetchall() == [("7", "Heat")]
        assert connection.execute("SELECT fingerprint FROM catalogue").fetchall() == [("films-1-abc",)]
        assert connection.execute("SELECT kind FROM interactions ORDER BY kind").fetchall() == [("liked",), ("seen",)]
        assert connection.execute("SELECT id, user_id FROM conversations").fetchall() == [("c", "zoe")]
    engine.dispose()


def test_what_is_kept_of_people_joins_an_older_store_and_leaves_it_again(settings: Settings) -> None:
    settings.data_dir.mkdir()
    engine = create_engine(f"sqlite:///{settings.store_path}")
    move(engine, command.upgrade)
    with closing(sqlite3.connect(settings.store_path)) as connection:
        connection.executescript(OLD)
    move(engine, command.upgrade, "0002")
    never = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("Crime",)), catalogue="films")
    with Store.open(settings) as store:
        assert store.memory.preferences("zoe") == ()
        assert store.memory.edits("c") == []
        assert store.memory.hand_overs("c") == []
        assert [turn.reply for turn in store.turns("c")] == ["Heat."]
        store.memory.remember("zoe", never)
        store.record(Interaction("zoe", "7", Kind.CHOSEN, 1.0), "films", "c")
        assert {done.kind for done in store.interactions("zoe", "films")} == {Kind.LIKED, Kind.CHOSEN}
    move(engine, command.downgrade, "0002")
    with closing(sqlite3.connect(settings.store_path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert not tables & {"preferences", "edits", "hand_overs"}
        assert connection.execute("SELECT text FROM turns").fetchall() == [("crime",)]
        assert connection.execute("SELECT count(*) FROM interactions").fetchone() == (2,)
    with Store.open(settings) as store:
        assert store.memory.preferences("zoe") == ()
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_experiments_join_a_store_with_data_and_leave_it_again(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = settings_for(kind, request, tmp_path)
    with Store.open(settings) as store:
        engine = store.database.engine
        move(engine, command.downgrade, "0005")
        assert "experiments" not in inspect(engine).get_table_names()
        store.replace_items(NAME, SCHEMA, ITEMS, "first")
        store.add_user(User("zoe", "Zoe"))
        slate = StoredSlate("s", "zoe", NAME, "crime", [{"id": "1"}])
        store.slates.add([replace(slate, experiment="rare", variant="now", at=NOW), replace(slate, id="t", at=NOW)])
    with Store.open(settings) as store:  # to the newest
        engine = store.database.engine
        assert {index["name"] for index in inspect(engine).get_indexes("slates")} >= {"ix_slates_experiment"}
        store.experiments.add(ONE)
        assert store.experiments.counted(ONE, MOST).came == {"now": 1, "rare": 0}
        move(engine, command.downgrade, "0005")
        assert "experiments" not in inspect(engine).get_table_names()
        assert store.slates.find("s").variant == "now"
        assert store.slates.find("t").variant == ""
    with Store.open(settings) as store:
        assert store.experiments.listed() == []
