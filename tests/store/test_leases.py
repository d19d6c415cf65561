"""Whose turn it is, where a lease could not be given back: nobody is held up for good."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlmodel import Session

from palate.errors import ConversationBusy, StoreError
from palate.store import leases as module
from palate.store.leases import Leases
from palate.store.store import Store
from tests.store.conftest import sql


class Away:
    """The store's transactions, which fail while it is away."""

    def __init__(self, store: Store) -> None:
        self.away = threading.Event()
        self._store = store

    def writing(self) -> AbstractContextManager[Session]:
        return self._transaction()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        if self.away.is_set():
            raise StoreError("away")
        with self._store.database.writing() as session:
            yield session


def left_behind(store: Store, conversation: str) -> tuple[Leases, Away]:
    """A holder that lives on, with a lease that it could not give back."""
    away = Away(store)
    holder = Leases(store.database.reading, away.writing)
    with holder.held(conversation, 1):
        away.away.set()
    away.away.clear()
    assert len(sql(store, f"SELECT holder FROM leases WHERE conversation_id = '{conversation}'")) == 1
    return holder, away


def test_what_a_process_left_behind_it_takes_again_at_once(store: Store) -> None:
    holder, _ = left_behind(store, "c")
    with holder.held("c", 0):
        assert len(sql(store, "SELECT * FROM leases")) == 1
    assert not sql(store, "SELECT * FROM leases")
    holder.close()


def test_what_was_left_behind_has_no_more_beats(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT", 0.01)
    holder, _ = left_behind(store, "c")
    beaten = threading.Event()
    with holder.held("d", 1):
        while dict(sql(store, "SELECT conversation_id, beat FROM leases"))["d"] < 2:
            beaten.wait(0.01)
        assert dict(sql(store, "SELECT conversation_id, beat FROM leases"))["c"] == 0
    holder.close()


def test_another_process_takes_it_over_once_it_is_stale(store: Store) -> None:
    holder, _ = left_behind(store, "c")
    now = iter([0.0, 0.0, module.STALE - 1, module.STALE + 1])
    other = Leases(store.database.reading, store.database.writing, clock=lambda: next(now))
    with other.held("c", 60):
        holders = sql(store, "SELECT holder FROM leases")
    assert holders != sql(store, "SELECT holder FROM leases")
    holder.close()


def test_a_lease_that_is_held_is_waited_for(store: Store) -> None:
    holder = Leases(store.database.reading, store.database.writing)
    other = Leases(store.database.reading, store.database.writing)
    with holder.held("c", 1), pytest.raises(ConversationBusy), other.held("c", 0):
        pass
    holder.close()
