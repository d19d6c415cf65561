"""Somebody who used every door is erased while the service runs: no table, file, log or object in memory has them."""

from __future__ import annotations

import gc
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from palate.api.house import House
from palate.domain import Interaction, Kind, User
from palate.settings import Settings
from palate.store.belonging import PERSONAL
from palate.store.store import Store
from tests.api.conftest import Service, running
from tests.store.conftest import ITEMS, NAME, SCHEMA, settings_for
from tests.store.test_people import live

MARK, USER = "kramxqz"[::-1], "resuxqz"[::-1]
"""Put together here, so that no constant of this file holds a sentence with them."""
SECONDS = 60.0


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    found = settings_for(request.param, request, tmp_path)
    return found.model_copy(update={"hand_over_url": "http://127.0.0.1:9/desk", "hand_over_secret": secret()})


def secret() -> object:
    return Settings(hand_over_secret=f"whsec_{'A' * 32}").hand_over_secret  # type: ignore[arg-type]


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    filled(settings)
    with House(settings, NAME, model=False) as house:
        house.start()
        yield from running(house)


def filled(settings: Settings) -> None:
    """Apart, so that no frame keeps this store: its compiled statements have the values they were made with."""
    with Store.open(settings) as store:
        store.replace_items(NAME, SCHEMA, ITEMS, "first")
        store.add_user(User(USER, f"{MARK} name"))
        store.add_user(User("max", "Max"))
        store.add_interactions(NAME, [Interaction(USER, "1", Kind.RATED, 1.0, text=f"{MARK} review")], "log")
        live(store, USER, MARK)
        live(store, "max", "other")


def uses_every_door(service: Service) -> str:
    """Gives back a conversation of theirs."""
    with service.client() as client:
        for text in (f"a crime film like {MARK}", "a crime film", f"call me {MARK}, show me Heat"):
            shown = client.post("/v1/recommend", json={"text": text, "user": USER}).json()
        liked = {"item": shown["items"][0]["id"], "kind": "liked", "user": USER, "slate": shown["slate"]}
        assert client.post("/v1/feedback", json=liked).status_code == 204
        begun = client.post("/v1/conversations", json={"user": USER}).json()["id"]
        for text in (f"I am {MARK}, a comedy please", f"I want to talk to a human about {MARK}"):
            said = client.post(f"/v1/conversations/{begun}/turns", json={"text": text, "user": USER})
            assert said.status_code == 200, said.text
        message = {"role": "user", "content": f"{MARK} wants a drama"}
        body = {"model": "palate", "messages": [message], "user": USER}
        assert client.post("/v1/chat/completions", json=body).status_code == 200
        with client.stream("POST", f"/v1/conversations/{begun}/turns", json={"text": MARK, "stream": True}) as events:
            assert events.status_code == 200
            events.read()
        client.post("/v1/recommend", json={"text": "a crime film"})
    return str(begun)


def dumped(store: Store) -> dict[str, str]:
    """Every row of every table, also of tables that palate does not know."""
    tables = MetaData()
    with store.database.engine.connect() as connection:
        tables.reflect(connection)
        return {
            name: json.dumps([list(row) for row in connection.execute(select(table))], default=str)
            for name, table in tables.tables.items()
        }


def has(text: str | bytes) -> bool:
    return any((name.encode() if isinstance(text, bytes) else name) in text for name in (MARK, USER))  # type: ignore[operator]


def _is_log(owner: Any) -> bool:
    """Whether it is a record of the tests' own client or server, or pytest's lines of them."""
    if issubclass(type(owner), dict):  # not isinstance: asked for its class, one of torch's objects warns
        return str(owner.get("name", "")).split(".")[0] in {"httpx2", "httpcore2", "uvicorn"} and "levelno" in owner
    texts = [each for each in owner if type(each) is str and has(each)] if issubclass(type(owner), list) else []
    return bool(texts) and all(" HTTP" in text for text in texts)


def remembered() -> list[str]:
    """What any object of this process holds of them, but the two names of this file and what tests log."""
    gc.unfreeze()
    gc.collect()
    found = set()
    for owner in gc.get_objects():
        if type(owner).__name__ in {"ParseResult", "SplitResult"} or _is_log(owner):  # of the tests' own client
            continue
        if issubclass(type(owner), dict) and "_anon_map_key" in owner and MARK not in str(owner.get("value")):
            continue  # SQLAlchemy's compiled statements keep the id of the first whom they were about, not the words
        for held in gc.get_referents(owner):
            if issubclass(type(held), str | bytes) and held is not MARK and held is not USER and has(held):
                found.add(f"{type(owner).__name__}: {held[:200]!r}")
    return sorted(found)


def test_nothing_is_left_anywhere(
    service: Service, settings: Settings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    store = service.house.store
    conversation = uses_every_door(service)
    before = dumped(store)
    assert [name for name in PERSONAL if not has(before[name])] == ["leases"], "every table had something of them"
    admin = service.new_key("admin")
    snapshot = service.house.first.now
    with service.client(admin) as client:
        assert has(client.get(f"/v1/people/{USER}/export").text)
        done = client.delete(f"/v1/people/{USER}")
        assert done.status_code == 200
    del done, client
    after = dumped(store)
    assert {name: rows for name, rows in after.items() if has(rows)} == {}
    assert "other text" in after["turns"]
    assert [str(path) for path in settings.data_dir.rglob("*") if path.is_file() and has(path.read_bytes())] == []
    shown = capfd.readouterr()
    # No line of a log says what was asked for, or by whom.
    assert not has(shown.out + shown.err)
    ours = [repr(vars(record)) for record in caplog.records if record.name.split(".")[0] in {"palate", "sqlalchemy"}]
    assert ours
    assert [line for line in ours if has(line)] == []
    deadline = time.monotonic() + SECONDS
    while service.house.first.now is snapshot:
        assert time.monotonic() < deadline, "what runs builds anew"
    del snapshot, before, after, ours, shown
    caplog.clear()
    deadline = time.monotonic() + SECONDS
    while left := remembered():
        # Held no longer: it would be found by the next look.
        told, left = "\n".join(left), []
        assert time.monotonic() < deadline, told
        del told
    with service.client(admin) as client:
        assert client.get(f"/v1/people/{USER}/export").status_code == 404
        assert client.get(f"/v1/conversations/{conversation}").status_code == 404
        assert "other text" in client.get("/v1/people/max/export").text
