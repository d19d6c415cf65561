"""A whole `Palate` over PostgreSQL: it answers, remembers, follows imports and restores, outlives a restart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from palate.app import Palate
from palate.backup.making import back_up
from palate.backup.restoring import restore
from palate.domain import Kind, User
from palate.settings import Settings
from palate.store.store import Store
from tests.postgres import Server
from tests.shops import BARE, FLASK, PACK, SHOP
from tests.store.conftest import schema


@pytest.fixture
def settings(postgres: Server, tmp_path: Path) -> Settings:
    settings = postgres.settings(tmp_path / "data", schema())
    with Store.open(settings) as store:
        store.replace_items("shop", SHOP, [PACK, FLASK, BARE], "first")
        store.add_user(User("zoe", "Zoe"))
    return settings


@pytest.fixture
def shop(settings: Settings) -> Iterator[Palate]:
    with Palate.open(settings, catalogue="shop", model=False) as palate:
        palate.start(index=False)
        yield palate


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def test_it_answers_and_remembers(shop: Palate, settings: Settings) -> None:
    turn = shop.ask(f"Something like {PACK.title}?", user="zoe")
    assert turn.reply
    shop.react(Kind.LIKED, PACK.id, user="zoe", conversation=turn.conversation)
    with Palate.open(settings, catalogue="shop", model=False) as other:
        assert [kept.reply for kept in other.turns(turn.conversation)] == [turn.reply]
        assert [done.item_id for done in other.history("zoe")] == [PACK.id]
        assert other.ask("and another one?", conversation=turn.conversation).conversation == turn.conversation
    assert [kept.position for kept in shop.turns(turn.conversation)] == [0, 1]


def test_it_follows_an_import_and_a_restore(shop: Palate, settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "b.tar.gz")
    with Store.open(settings) as store:
        store.replace_items("shop", SHOP, [PACK, replace(FLASK, title="Another flask")], "second")
    wait_for(lambda: BARE.id not in shop.catalogue)
    restore(settings, tmp_path / "b.tar.gz", replace=True)
    wait_for(lambda: BARE.id in shop.catalogue)
    assert shop.catalogue.get(FLASK.id).title == FLASK.title
    assert shop.status().trouble == ""


def test_it_goes_on_after_the_server_was_restarted(shop: Palate, postgres: Server) -> None:
    first = shop.ask("something", user="zoe")
    postgres.stop()
    postgres.start()
    second = shop.ask("something else", conversation=first.conversation)
    assert [turn.reply for turn in shop.turns(first.conversation)] == [first.reply, second.reply]
    wait_for(lambda: shop.status().trouble == "")
