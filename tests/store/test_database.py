from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect
from sqlmodel import SQLModel

from palate.domain import Item, User
from palate.errors import StoreError
from palate.settings import Settings
from palate.store.database import HEAD, storable
from palate.store.records import StoredTurn
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA, environment, settings_for

NOBODY = 65534


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """SQLite's, but where a test asks for both."""
    return settings_for(getattr(request, "param", "sqlite"), request, tmp_path)


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", "palate.store:migrations")
    return config


# Migrations


def test_the_head_in_the_code_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD


@pytest.mark.parametrize("settings", ["sqlite", "postgres"], indirect=True)
def test_migrations_make_exactly_the_tables(store: Store) -> None:
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrations_can_be_taken_back(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()


@pytest.mark.parametrize("settings", ["sqlite", "postgres"], indirect=True)
def test_a_warm_start_does_not_import_alembic(store: Store, settings: Settings) -> None:
    script = """
import sys
from palate.settings import Settings
from palate.store.store import Store
with Store.open(Settings()) as store:
    assert len(store.items("shop")) == 3
sys.exit("alembic" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], env=environment(settings), check=True)


def test_a_folder_with_odd_characters_will_do(tmp_path: Path) -> None:
    with Store.open(Settings(data_dir=tmp_path / "a b?c#d%20é" / "deep")) as store:
        assert store.path.is_file()
        assert store.users() == []


@pytest.mark.parametrize("settings", ["sqlite", "postgres"], indirect=True)
def test_processes_may_open_an_empty_store_at_once(settings: Settings) -> None:
    script = """
import sys
from palate.domain import Item, Schema, User
from palate.settings import Settings
from palate.store.records import StoredTurn
from palate.store.store import Store
NAME, SCHEMA = "shop", Schema(("genre",), ())
print("ready", flush=True)
sys.stdin.readline()
with Store.open(Settings()) as store:
    store.replace_items(NAME, SCHEMA, [Item(str(n), f"Film {n}", {"genre": ("War",)}, {}) for n in range(500)], "all")
    store.add_user(User("guest", "Guest"))
    conversation = store.start_conversation("guest", NAME)
    for n in range(5):
        store.add_turn(StoredTurn(conversation, str(n), ""))
    assert len(store.items(NAME)) == 500
    assert len(store.turns(conversation)) == 5
"""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env=environment(settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    # All are past their imports: now let them go together.
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in started:
        process.communicate()
    assert [process.returncode for process in started] == [0, 0, 0]


# Folders and files that cannot be used


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to write everywhere; nothing to do for anyone else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone may enter; pytest's own is closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for place in (folder, *folder.rglob("*")):
        place.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_folder_is_named(store: Store, open_folder: Path) -> None:
    folder = open_folder / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    with as_nobody(), pytest.raises(StoreError, match=r"closed may not be written.*PALATE_DATA_DIR"):
        Store.open(Settings(data_dir=folder))
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(store: Store, open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with as_nobody(), pytest.raises(StoreError, match=r"may not be written.*PALATE_DATA_DIR"):
        Store.open(Settings(data_dir=open_folder / "new"))


def test_a_read_only_file_is_named_and_left_alone(open_folder: Path) -> None:
    settings = Settings(data_dir=open_folder)
    with Store.open(settings) as store:
        store.replace_items(NAME, SCHEMA, ITEMS, "first")
    settings.store_path.chmod(0o444)
    open_folder.chmod(0o555)
    before = settings.store_path.read_bytes()
    with as_nobody(), pytest.raises(StoreError, match=r"palate\.db may not be written"):
        Store.open(settings)
    assert settings.store_path.read_bytes() == before


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be used"):
        Store.open(Settings(data_dir=tmp_path / "data"))
    assert (tmp_path / "data").read_text() == "not a folder"


def test_what_is_no_database_is_left_alone(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.store_path.write_bytes(b"my diary, not a database\n" * 100)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"palate\.db is damaged.*move it away"):
            Store.open(settings)
    assert settings.store_path.read_bytes() == b"my diary, not a database\n" * 100


def test_a_damaged_page_is_named_and_left_alone(settings: Settings) -> None:
    many = [Item(str(n), f"Film {n}" * 20, {"genre": ("War",)}, {}) for n in range(500)]
    with Store.open(settings) as store:
        store.replace_items(NAME, SCHEMA, many, "first")
    content = settings.store_path.read_bytes()
    damaged = content[:40_000] + b"\xff" * (len(content) - 40_000)
    settings.store_path.write_bytes(damaged)
    with pytest.raises(StoreError, match="is damaged"), Store.open(settings) as store:
        store.items(NAME)
    assert settings.store_path.read_bytes() == damaged


def test_another_programs_database_is_left_alone(settings: Settings) -> None:
    settings.data_dir.mkdir()
    with closing(sqlite3.connect(settings.store_path)) as connection:
        connection.execute("CREATE TABLE users (name TEXT)")
    before = settings.store_path.read_bytes()
    with pytest.raises(StoreError, match="belongs to another program"):
        Store.open(settings)
    assert settings.store_path.read_bytes() == before


def test_a_newer_palates_store_is_left_alone(store: Store, settings: Settings) -> None:
    store.close()
    with closing(sqlite3.connect(settings.store_path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer palate.*Upgrade"):
        Store.open(settings)
    with closing(sqlite3.connect(settings.store_path)) as connection:
        assert connection.execute("SELECT count(*) FROM items").fetchone() == (len(ITEMS),)


@contextmanager
def a_disk_of(pages: int) -> Iterator[None]:
    """Every database may grow to so many pages and then says what a full disk says."""

    def limit(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_a_full_disk_is_named_and_loses_nothing(store: Store, settings: Settings) -> None:
    conversation = store.start_conversation("zoe", NAME)
    store.add_turn(StoredTurn(conversation, "before", "kept"))
    store.close()
    with a_disk_of(60), Store.open(settings) as full:
        with pytest.raises(StoreError, match=r"no room left.*Free some space"):
            full.add_turn(StoredTurn(conversation, "x" * 400_000, ""))
        with pytest.raises(StoreError, match="no room left"):
            full.replace_items(NAME, SCHEMA, [Item(str(n), "x" * 1000, {}, {}) for n in range(400)], "second")
        assert [turn.text for turn in full.turns(conversation)] == ["before"]
        assert full.items(NAME) == ITEMS
    with Store.open(settings) as again:
        assert again.add_turn(StoredTurn(conversation, "after", "kept")).position == 1
        assert again.fingerprint(NAME) == "first"


def test_a_disk_that_is_full_from_the_start_is_named(settings: Settings) -> None:
    with a_disk_of(3), pytest.raises(StoreError, match="no room left"):
        Store.open(settings)
    with Store.open(settings) as store:
        store.add_user(User("zoe", "Zoe"))
        assert len(store.users()) == 1


def test_what_utf8_cannot_hold_becomes_a_question_mark() -> None:
    assert storable("a\ud800b") == "a?b"
    assert storable("漢字 🎬") == "漢字 🎬"
