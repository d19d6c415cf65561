"""A store of the first release, with something in each of its tables, is whole at the newest migration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, inspect, select
from sqlalchemy.engine import make_url

from palate.backup.making import back_up
from palate.domain import Interaction, Item, Kind
from palate.personal.erasing import erased
from palate.personal.retention import expire
from palate.settings import Settings
from palate.store.database import HEAD
from palate.store.postgres import bring_up, open_schema
from palate.store.records import StoredTurn
from palate.store.sqlite import open_file
from palate.store.store import Store
from tests.store.conftest import settings_for, sql

BEGUN = datetime(2025, 3, 1, 9, 30, 0, 250_000)
ODD = 'Žižek\'s "film" – 盗火线 🎬\nC:\\new; DROP TABLE items; %s {0} \u2028'
MANY = 300
"""Of each: more than one page of the file, more than one statement of an insert."""


def moment(number: int) -> datetime:
    return BEGUN + timedelta(hours=number)


def first_rows() -> dict[str, list[dict[str, Any]]]:
    """What the first release wrote, by table, in an order that its foreign keys allow."""
    items = [
        {
            "id": f"tt{n}", "title": f"{ODD} {n}", "attributes": {"genre": ["Crime", ODD], "cast": [f"Person {n}"]},
            "numbers": {"year": 1950.0 + n % 60, "score": n / 7},
        }
        for n in range(MANY)
    ]  # fmt: skip
    users = [{"id": f"u{n}", "name": f"{ODD} {n}", "about": ODD, "sample": n % 7 == 0} for n in range(MANY)]
    conversations = [{"id": f"c{n}", "user_id": f"u{n}", "started_at": moment(n)} for n in range(MANY)]
    turns = [
        {
            "conversation_id": f"c{n}", "position": position, "text": f"{ODD} {n}.{position}", "reply": f"{ODD}!",
            "item_ids": [f"tt{n}", "gone"], "facts": [{"item": f"tt{n}", "relation": "genre", "value": ODD}],
            "state": {"request": ODD, "deep": [{"x": 0.1 + n, "y": None}]}, "mode": "fallback", "model_calls": n % 3,
            "tokens_in": n, "tokens_out": 2 * n, "ms": {"all": 1.5 + n}, "at": moment(n + position),
        }
        for n in range(MANY) for position in range(3)
    ]  # fmt: skip
    feedback = [
        {
            "conversation_id": f"c{n}", "user_id": f"u{n}", "item_id": f"tt{n}", "kind": "liked",
            "value": 1.0, "at": moment(n),
        }
        for n in range(MANY)
    ]  # fmt: skip
    interactions = [
        {"user_id": f"u{n}", "item_id": f"tt{n}", "kind": kind, "value": value, "at": moment(n)}
        for n in range(MANY)
        for kind, value in (("liked", 1.0), ("seen", 0.0), ("rated", -0.25))
    ]
    return {
        "catalogue": [{"id": 1, "fingerprint": "films-1-abc", "loaded_at": BEGUN}],
        "items": items,
        "triples": [{"relation": "genre", "value": "Crime", "item_id": f"tt{n}"} for n in range(MANY)],
        "users": users,
        "conversations": conversations,
        "turns": turns,
        "feedback": feedback,
        "interactions": interactions,
    }


@pytest.fixture(params=["sqlite", "postgres"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a store as the first release left it."""
    settings = settings_for(request.param, request, tmp_path)
    if settings.database_url is None:
        engine = open_file(settings.store_path, "0001")
    else:
        address = make_url(settings.database_url.get_secret_value()).set(drivername="postgresql+psycopg")
        engine = open_schema(address, settings.database_schema)
        bring_up(engine, "the test's", settings.database_schema, "0001")
    there = set(inspect(engine).get_table_names())
    assert there - {"alembic_version"} == first_rows().keys(), "a table without a row would prove nothing"
    with engine.begin() as connection:
        for name, rows in first_rows().items():
            connection.execute(Table(name, MetaData(), autoload_with=connection).insert(), rows)
    engine.dispose()
    return settings


def kept(store: Store, name: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """What a table has in some columns, by the columns' own types."""
    with store.database.engine.connect() as connection:
        table = Table(name, MetaData(), autoload_with=connection)
        return [dict(row._mapping) for row in connection.execute(select(*(table.c[each] for each in columns)))]


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)


def test_every_row_is_there_as_it_was(older: Settings) -> None:
    with Store.open(older) as store:
        assert sql(store, "SELECT version_num FROM alembic_version") == [(HEAD,)]
        for name, rows in first_rows().items():
            if name not in {"catalogue", "triples"}:
                assert comparable(kept(store, name, list(rows[0]))) == comparable(rows), name
        # The films are a catalogue among others now; its edges are those of the items' attributes.
        info = store.catalogue("films")
        assert (info.fingerprint, info.size, info.loaded_at) == ("films-1-abc", MANY, BEGUN.replace(tzinfo=UTC))
        assert sql(store, "SELECT DISTINCT catalogue FROM items") == [("films",)]
        assert {tuple(row) for row in sql(store, "SELECT catalogue, source FROM interactions")} == {("films", "")}
        assert sql(store, "SELECT DISTINCT catalogue FROM conversations") == [("films",)]
        assert store.triples("films") == ()


def test_it_is_read_as_todays(older: Settings) -> None:
    first = first_rows()
    with Store.open(older) as store:
        found = {item.id: item for item in store.items("films")}
        row = first["items"][7]
        expected = {"genre": ("Crime", ODD), "cast": ("Person 7",)}
        assert found["tt7"] == Item("tt7", row["title"], expected, row["numbers"])
        assert [turn.text for turn in store.turns("c7")] == [f"{ODD} 7.{position}" for position in range(3)]
        assert store.turns("c7")[2].state == first["turns"][7 * 3 + 2]["state"]
        assert store.turns("c7")[2].at == moment(9).replace(tzinfo=UTC)
        assert store.user("u7").name == f"{ODD} 7"
        assert {done.kind for done in store.interactions("u7", "films")} == {Kind.LIKED, Kind.SEEN, Kind.RATED}
        assert [press.item_id for press in store.feedback("c7")] == ["tt7"]


def test_it_goes_on_and_is_kept_and_erased(older: Settings, tmp_path: Path) -> None:
    with Store.open(older) as store:
        assert store.add_turn(StoredTurn("c8", "and another", "here", request_id="r1")).position == 3
        store.record(Interaction("u8", "tt9", Kind.LIKED, 1.0), "films", "c8")
        (before, now) = store.feedback("c8")
        assert now.item_id == "tt9"
        assert before.item_id == "tt8"
        assert sql(store, "SELECT max(id) FROM feedback") == [(MANY + 1,)], "numbers go on after the last"
        new = store.start_conversation("u8", "films")
        assert store.add_turn(StoredTurn(new, "hello", "")).position == 0
        manifest = back_up(older, tmp_path / "b.tar.gz")
        assert manifest.migration == HEAD
        assert manifest.rows >= sum(len(rows) for name, rows in first_rows().items() if name != "triples")
        done = erased(store, older, "u8")
        assert (done.rows["turns"], done.rows["feedback"], done.rows["conversations"]) == (5, 2, 2)
        assert (done.rows["interactions"], done.rows["users"]) == (4, 1)
        later = moment(MANY * 2).replace(tzinfo=UTC) + timedelta(days=30)
        assert expire(store, older.model_copy(update={"keep_days": 30}), later) == MANY - 1
        assert sql(store, "SELECT count(*) FROM turns") == [(0,)]
        assert sql(store, "SELECT count(*) FROM interactions") == [(3 * (MANY - 1),)]


def test_several_may_start_at_once(older: Settings) -> None:
    """All find the old tables; one brings them forward, and all go on."""

    def start(_: int) -> int:
        with Store.open(older) as store:
            return store.catalogue("films").size

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [MANY] * 4
