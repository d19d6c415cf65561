"""What PostgreSQL alone has: an address, other people's rights, a server that goes away and comes back."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from psycopg import sql as written
from pydantic import SecretStr
from sqlalchemy import text

from palate.domain import Interaction, Item, Kind, Schema, User
from palate.errors import PalateError, StoreError, UnknownConversation, UnknownUser
from palate.settings import Settings
from palate.store.postgres import open_schema
from palate.store.records import StoredTurn
from palate.store.store import Store
from tests.postgres import PASSWORD, Server
from tests.store.conftest import ITEMS, NAME, SCHEMA, schema, sql
from tests.store.test_database import alembic_config
from tests.store.test_migrations import OLD


@pytest.fixture
def settings(postgres: Server, tmp_path: Path) -> Settings:
    return postgres.settings(tmp_path / "data", schema())


@pytest.fixture
def role(postgres: Server) -> Iterator[str]:
    """Somebody with few rights, whose password is `weak`."""
    name = schema().replace("-", "_")
    with postgres.connect() as connection:
        connection.execute(written.SQL("CREATE ROLE {} LOGIN PASSWORD 'weak'").format(written.Identifier(name)))
    yield name
    with postgres.connect() as connection:
        connection.execute(written.SQL("DROP OWNED BY {}").format(written.Identifier(name)))
        connection.execute(written.SQL("DROP ROLE {}").format(written.Identifier(name)))


def at(url: str, folder: Path, name: str = "palate") -> Settings:
    return Settings(data_dir=folder, database_url=SecretStr(url), database_schema=name)


# Order and texts


def test_texts_are_ordered_as_sqlite_orders_them(store: Store) -> None:
    ids = ["Z", "a", "B", "é", "1", "10", "2", "z", "漢", "🎬", "_", "-"]
    store.replace_items(NAME, SCHEMA, [Item(one, one, {}, {}) for one in ids], "odd")
    assert sql(store, "SELECT 'a' < 'B'") == [(True,)], "the server's own order is another one"
    assert [item.id for item in store.items(NAME)] == sorted(ids)


def test_ids_that_it_cannot_hold_are_unknown(store: Store) -> None:
    for odd in ("zo\0e", "\ud800", "a" * 100_000):
        with pytest.raises(UnknownUser):
            store.user(odd)
        with pytest.raises(UnknownConversation):
            store.turns(odd)
    store.add_user(User("nul\0", "Nul\0"))
    assert store.user("nul?").name == "Nul?"


def test_numbers_that_json_has_no_word_for_are_left_out(store: Store) -> None:
    conversation = store.start_conversation("zoe", NAME)
    store.add_turn(StoredTurn(conversation, "a", "b", state={"x": [float("nan")], "y": float("inf"), "z": "\0"}))
    assert store.turns(conversation)[0].state == {"x": [None], "z": "\0"}


# Addresses and rights


def test_two_schemas_of_one_database_see_nothing_of_each_other(
    store: Store, postgres: Server, tmp_path: Path
) -> None:
    with Store.open(postgres.settings(tmp_path / "other", schema())) as other:
        assert other.users() == []
        assert other.catalogues() == []
        other.add_user(User("zoe", "Another Zoe"))
        assert store.user("zoe").name == "Zoe"


def said(settings: Settings) -> str:
    """What is said, with all that a log would show of it."""
    with pytest.raises(StoreError) as caught:
        Store.open(settings)
    whole = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in whole
    assert "wrong-password" not in whole
    return str(caught.value)


def test_a_wrong_password_is_named_and_not_told(postgres: Server, tmp_path: Path) -> None:
    words = said(at(postgres.url("wrong-password"), tmp_path))
    assert "does not let palate in" in words
    assert f"palate@127.0.0.1:{postgres.port}" in words


def test_a_server_or_database_that_is_not_there_is_named(postgres: Server, tmp_path: Path) -> None:
    assert "cannot be reached" in said(at(f"postgresql://palate:{PASSWORD}@127.0.0.1:9/x", tmp_path))
    assert "no such database" in said(at(postgres.url(database="nowhere"), tmp_path))


@pytest.mark.parametrize(
    "url",
    [f"postgresql://a:{PASSWORD}@host:port/x", f"mysql://a:{PASSWORD}@host/x", PASSWORD, f"nosuch+x://{PASSWORD}"],
)
def test_an_address_that_is_none_is_refused_without_telling_it(url: str, tmp_path: Path) -> None:
    assert "PALATE_DATABASE_URL" in said(at(url, tmp_path))


def test_a_schema_that_cannot_be_is_refused(postgres: Server, tmp_path: Path) -> None:
    for name in ("pg_mine", "é" * 40, "a\0"):
        assert "PALATE_DATABASE_SCHEMA" in said(at(postgres.url(), tmp_path, name))


def test_the_password_is_in_no_log(store: Store, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), Store.open(settings) as again:
        again.add_user(User("max", "Private Max"))
        assert "Zoe" in again.user("zoe").name
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(settings) + repr(store.database.engine) + store.database.where


def test_another_programs_schema_is_left_alone(postgres: Server, settings: Settings) -> None:
    name = written.Identifier(settings.database_schema)
    with postgres.connect() as connection:
        connection.execute(written.SQL("CREATE SCHEMA {}").format(name))
        connection.execute(written.SQL("CREATE TABLE {}.users (name text)").format(name))
    assert "tables of another program" in said(settings)
    with postgres.connect() as connection:
        assert connection.execute(written.SQL("SELECT count(*) FROM {}.users").format(name)).fetchone() == (0,)


def test_a_newer_palates_schema_is_left_alone(store: Store, settings: Settings) -> None:
    with store.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "written by a newer palate" in said(settings)


def test_whoever_may_make_no_schema_is_told(postgres: Server, role: str, tmp_path: Path) -> None:
    url = postgres.url().replace(f"palate:{PASSWORD}", f"{role}:weak")
    assert "right to make a schema" in said(at(url, tmp_path, schema()))
    mine = schema()
    with postgres.connect() as connection:
        connection.execute(
            written.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(
                written.Identifier(mine), written.Identifier(role)
            )
        )
    with Store.open(at(url, tmp_path, mine)) as store:
        store.add_user(User("zoe", "Zoe"))
        assert len(store.users()) == 1


def test_too_many_connections_are_named(postgres: Server, role: str, tmp_path: Path) -> None:
    with postgres.connect() as connection:
        connection.execute(written.SQL("ALTER ROLE {} CONNECTION LIMIT 0").format(written.Identifier(role)))
    url = postgres.url().replace(f"palate:{PASSWORD}", f"{role}:weak")
    assert "takes no more connections" in said(at(url, tmp_path))


def test_a_database_in_another_encoding_is_refused(postgres: Server, tmp_path: Path) -> None:
    with postgres.connect() as connection:
        connection.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
        )
    try:
        assert "kept in LATIN1" in said(at(postgres.url(database="latin"), tmp_path))
    finally:
        with postgres.connect() as connection:
            connection.execute("DROP DATABASE latin")


def test_a_standby_is_named(store: Store) -> None:
    with pytest.raises(StoreError, match="takes no writes"), store.database.writing() as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        session.execute(text("DELETE FROM users"))
    assert len(store.users()) == 3


def test_a_full_disk_is_named_and_loses_nothing(store: Store) -> None:
    conversation = store.start_conversation("zoe", NAME)
    with store.database.writing() as session:
        session.execute(
            text(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                "'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"
            )
        )
        session.execute(text("CREATE TRIGGER no_room BEFORE INSERT ON turns EXECUTE FUNCTION full_disk()"))
    with pytest.raises(StoreError, match="no room left"):
        store.add_turn(StoredTurn(conversation, "a", "b"))
    with store.database.writing() as session:
        session.execute(text("DROP TRIGGER no_room ON turns"))
    assert store.add_turn(StoredTurn(conversation, "a", "b")).position == 0


def test_a_statement_that_takes_too_long_is_ended_and_named(store: Store) -> None:
    with pytest.raises(StoreError, match="took too long"), store.database.writing() as session:
        session.execute(text("SET LOCAL statement_timeout = 20"))
        session.execute(text("SELECT pg_sleep(60)"))


def test_a_pool_that_is_in_use_is_named(settings: Settings) -> None:
    few = settings.model_copy(update={"database_connections": 2})
    with Store.open(few) as store:
        store.database.engine.pool._timeout = 0.05  # type: ignore[attr-defined]
        with store.database.reading() as one, store.database.reading() as other:
            one.execute(text("SELECT 1"))
            other.execute(text("SELECT 1"))
            with pytest.raises(StoreError, match="PALATE_DATABASE_CONNECTIONS"):
                store.users()
        assert store.users() == []


# Migrations


def test_an_older_schema_is_taken_over_and_taken_back(postgres: Server, settings: Settings) -> None:
    with postgres.connect() as connection:
        connection.execute(written.SQL("CREATE SCHEMA {}").format(written.Identifier(settings.database_schema)))
    from sqlalchemy import make_url

    engine = open_schema(make_url(postgres.url()).set(drivername="postgresql+psycopg"), settings.database_schema)
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in OLD.replace("'', 0)", "'', false)").split(";\n"):
            connection.exec_driver_sql(statement)
    with Store.open(settings) as store:
        assert store.items("films") == [Item("7", "Heat", {"genre": ("Crime",)}, {"year": 1995.0})]
        assert store.catalogue("films").schema.noun.many == "films"
        assert [turn.reply for turn in store.turns("c")] == ["Heat."]
        assert [done.kind for done in store.interactions("zoe", "films")] == [Kind.LIKED]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert connection.exec_driver_sql("SELECT id, title FROM items").all() == [("7", "Heat")]
    engine.dispose()


def test_a_migration_that_fails_changes_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise PalateError("in the middle")

    monkeypatch.setattr("palate.store.postgres._order_by_code_point", broken)
    with pytest.raises(PalateError, match="in the middle"):
        Store.open(settings)
    monkeypatch.undo()
    with Store.open(settings) as store:
        store.replace_items(NAME, Schema((), ()), [ITEMS[2]], "first")
        assert len(store.items(NAME)) == 1


def test_a_simulation_has_a_copy_and_never_reaches_the_server(store: Store, settings: Settings) -> None:
    (settings.data_dir / "rules").mkdir()
    (settings.data_dir / "rules" / "shop.toml").write_text("")
    from palate.eval.simulate.folder import as_file, bring, scratch

    with as_file(settings) as here, scratch(here) as apart:
        assert apart.database_url is None
        assert (apart.data_dir / "rules" / "shop.toml").exists()
        bring(apart, NAME, [Interaction("zoe", "1", Kind.LIKED, 1.0)])
        with Store.open(apart) as copy:
            assert copy.items(NAME) == ITEMS
            assert len(list(copy.histories(NAME))) == 1
    assert list(store.histories(NAME)) == []
