"""What people did with slates is kept once, or told not to be kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from palate.domain import Interaction, Kind
from palate.errors import StoreError
from palate.store import slates
from palate.store.records import Feedback
from palate.store.store import Store
from tests.store.conftest import NAME, sql


@pytest.fixture
def given(store: Store) -> Feedback:
    conversation = store.start_conversation("zoe", NAME)
    return Feedback(Interaction("zoe", "1", Kind.LIKED, 1.0), conversation, request_id="r1")


def test_the_same_request_is_kept_once(store: Store, given: Feedback, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.slates.react(given, NAME)
    assert not store.slates.react(given, NAME)
    # Another process keeps it between the look and the writing.
    looks = iter([False, True])
    monkeypatch.setattr(slates, "_is_kept", lambda session, request_id: next(looks))
    assert not store.slates.react(given, NAME)
    assert sql(store, "SELECT count(*) FROM feedback") == [(1,)]


@pytest.mark.parametrize("request_id", [None, "r2"])
def test_what_cannot_be_kept_is_not_taken_for_kept(
    store: Store, given: Feedback, request_id: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.slates.react(given, NAME)
    ((taken,),) = sql(store, "SELECT id FROM feedback")
    made = slates._row

    def numbered(*told: Any) -> Any:
        """The row under a number that is taken."""
        row = made(*told)
        row.id = taken
        return row

    monkeypatch.setattr(slates, "_row", numbered)
    with pytest.raises(StoreError, match="not kept"):
        store.slates.react(replace(given, request_id=request_id), NAME)
    assert sql(store, "SELECT count(*) FROM feedback") == [(1,)]
