"""Preferences, edited states and hand-overs as the store keeps them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from palate.domain import GUEST, Constraint, Entity, Op
from palate.errors import InputError, UnknownConversation, UnknownPreference, UnknownUser
from palate.preference import Bearing, Preference
from palate.settings import Settings
from palate.store.preferences import MOST
from palate.store.records import StoredEdit, StoredHandOver
from palate.store.store import Store
from tests.store.conftest import NAME


def no(*genres: str, said: str = "", catalogue: str = NAME) -> Preference:
    wish = Constraint("genre", Op.NONE, genres)
    return Preference(Bearing.CONSTRAINT, constraint=wish, catalogue=catalogue, said=said)


def fond(genre: str, catalogue: str = NAME) -> Preference:
    return Preference(Bearing.WANTED, entity=Entity("genre", genre), catalogue=catalogue)


def values(kept: Sequence[Preference]) -> list[str]:
    return [p.constraint.values[0] if p.constraint else p.entity.value if p.entity else p.item_id for p in kept]


def test_one_is_kept_for_each_thing_that_can_be_taken_back(store: Store) -> None:
    kept = store.memory.remember("zoe", no("Crime", "Drama", said="never crime \ud800 or drama"))
    assert values(kept) == ["Crime", "Drama"]
    assert store.memory.preferences("zoe") == tuple(kept)
    assert kept[0].said == "never crime ? or drama"
    store.memory.forget("zoe", kept[0].id)
    assert values(store.memory.preferences("zoe")) == ["Drama"]


def test_the_same_again_is_brought_up_to_date(store: Store) -> None:
    (first,) = store.memory.remember("zoe", no("Crime", said="never crime"))
    (again,) = store.memory.remember("zoe", no("Crime", said="really, no crime"))
    assert again.id == first.id
    assert [one.said for one in store.memory.preferences("zoe")] == ["really, no crime"]


def test_the_contrary_takes_the_place_of_what_was_kept(store: Store) -> None:
    store.memory.remember("zoe", no("Crime", "Drama"))
    store.memory.remember("zoe", fond("Crime"))
    assert values(store.memory.preferences("zoe")) == ["Drama", "Crime"]


def test_catalogues_are_apart_but_for_what_holds_in_all(store: Store) -> None:
    store.memory.remember("zoe", no("Crime", catalogue="films"))
    store.memory.remember("zoe", no("Drama", catalogue=""))
    store.memory.remember("zoe", fond("Comedy"))
    assert values(store.memory.preferences("zoe", NAME)) == ["Drama", "Comedy"]
    assert len(store.memory.preferences("zoe")) == 3
    store.memory.remember("zoe", fond("Crime"))
    assert values(store.memory.preferences("zoe", "films")) == ["Crime", "Drama"], "another catalogue's stays"


def test_a_number_is_never_given_twice(store: Store) -> None:
    (first,) = store.memory.remember("zoe", no("Crime"))
    store.memory.forget("zoe", first.id)
    (second,) = store.memory.remember("zoe", no("Drama"))
    assert second.id > first.id


def test_each_person_has_their_own(store: Store) -> None:
    (mine,) = store.memory.remember("zoe", no("Crime"))
    store.memory.remember(GUEST, no("Drama"))
    with pytest.raises(UnknownPreference, match="no preference"):
        store.memory.forget(GUEST, mine.id)
    assert store.memory.forget_all("zoe") == 1
    assert store.memory.forget_all("zoe") == 0
    assert values(store.memory.preferences(GUEST)) == ["Drama"]
    for ask in (store.memory.preferences, store.memory.forget_all):
        with pytest.raises(UnknownUser):
            ask("nobody")
    with pytest.raises(UnknownUser):
        store.memory.remember("nobody", no("Crime"))
    with pytest.raises(UnknownUser):
        store.memory.forget("nobody", mine.id)


def test_half_a_preference_and_too_many_are_refused(store: Store) -> None:
    with pytest.raises(InputError, match="must say what it is about"):
        store.memory.remember("zoe", Preference(Bearing.CONSTRAINT))
    store.memory.remember("zoe", no(*(f"genre {n}" for n in range(MOST))))
    with pytest.raises(InputError, match="delete some of them first"):
        store.memory.remember("zoe", no("one more"))
    store.memory.remember("zoe", no("genre 3"))
    assert len(store.memory.preferences("zoe")) == MOST


def test_they_are_there_after_closing(store: Store, settings: Settings) -> None:
    kept = store.memory.remember("zoe", no("Crime"))
    with Store.open(settings) as again:
        assert again.memory.preferences("zoe") == tuple(kept)


def test_edits_and_hand_overs_belong_to_their_conversation(store: Store) -> None:
    mine, other = (store.start_conversation("zoe", NAME) for _ in range(2))
    edits = [StoredEdit(mine, after, "constraints/genre/none/Crime", {"version": after}) for after in (-1, 3, 3)]
    for edit in edits:
        store.memory.add_edit(edit)
    case = StoredHandOver(mine, "my order?", ["asked: my order?"], ["1"], {"version": 2}, "answered", "Ann calls.")
    store.memory.add_hand_over(case)
    assert store.memory.edits(mine) == edits
    assert store.memory.hand_overs(mine) == [case]
    assert store.memory.edits(other) == []
    assert store.memory.hand_overs(other) == []
    with pytest.raises(UnknownConversation):
        store.memory.add_edit(StoredEdit("none", 0, "x", {}))
    with pytest.raises(UnknownConversation):
        store.memory.hand_overs("none")
