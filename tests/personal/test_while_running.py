"""Erasing and deleting while palate runs: what runs reads the histories again, and a turn under way ends."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from palate.agent.events import Notice, StateChanged, TurnFinished
from palate.app import Palate
from palate.domain import Interaction, Kind, User
from palate.errors import UnknownConversation
from palate.personal.erasing import erased
from palate.personal.retention import delete_conversation
from palate.settings import Settings
from palate.store.store import Store
from tests.shops import BARE, FLASK, PACK, SHOP

SECONDS = 60.0


def filled(folder: Path) -> Settings:
    settings = Settings(data_dir=folder)
    with Store.open(settings) as store:
        store.replace_items("shop", SHOP, [PACK, FLASK, BARE], "first")
        for name in ("zoe", "max"):
            store.add_user(User(name, name.title()))
            store.add_interactions("shop", [Interaction(name, PACK.id, Kind.LIKED, 1.0, text="sturdy")], name)
    return settings


def test_what_runs_forgets_them(tmp_path: Path) -> None:
    settings = filled(tmp_path / "data")
    with Palate.open(settings, catalogue="shop", model=False) as palate, Store.open(settings) as store:
        palate.start(index=False)
        assert set(palate.now.engine.families.behaviour.histories.users) == {"zoe", "max"}
        erased(store, settings, "zoe")
        pause = threading.Event()
        for _ in range(int(SECONDS / 0.05)):
            if set(palate.now.engine.families.behaviour.histories.users) == {"max"}:
                break
            pause.wait(0.05)
        else:
            raise AssertionError("the histories were not read again")


def test_a_conversation_that_is_deleted_while_it_is_answered(tmp_path: Path) -> None:
    settings = filled(tmp_path / "data")
    with Palate.open(settings, catalogue="shop", model=False) as palate, Store.open(settings) as store:
        conversation = palate.start_conversation("zoe")
        events = []
        for event in palate.stream("a rucksack", conversation=conversation):
            events.append(event)
            if isinstance(event, StateChanged):
                delete_conversation(store, conversation)
        assert isinstance(events[-1], TurnFinished)
        assert "could not be saved" in next(event.text for event in events if isinstance(event, Notice))
        turn = palate.ask("a rucksack", user="zoe")
        erased(store, settings, "zoe")
        with pytest.raises(UnknownConversation):
            palate.ask("a flask", conversation=turn.conversation, user="zoe")
