"""What a turn goes on from, read at once, is what the single questions answer."""

from __future__ import annotations

import pytest

from palate.domain import GUEST
from palate.errors import UnknownConversation, UnknownUser
from palate.store.records import StoredEdit, StoredTurn
from palate.store.store import Store
from tests.store.conftest import NAME as CATALOGUE


def test_it_is_all_that_the_single_questions_answer(store: Store) -> None:
    conversation = store.start_conversation(GUEST, CATALOGUE)
    assert store.before(conversation, GUEST, CATALOGUE).position == -1
    store.add_turn(StoredTurn(conversation, "a comedy", "Heat.", state={"n": 1}))
    store.add_turn(StoredTurn(conversation, "older", "Up.", state={"n": 2}))
    store.memory.add_edit(StoredEdit(conversation, 0, "gone", {"n": "of an earlier turn"}))
    store.memory.add_edit(StoredEdit(conversation, 1, "comedy", {"n": 3}))
    before = store.before(conversation, GUEST, CATALOGUE)
    assert (before.position, before.states, before.shared) == (1, ({"n": 2}, {"n": 3}), True)
    assert before.pressed == store.feedback(conversation)
    assert before.history == store.interactions(GUEST, CATALOGUE)
    assert before.preferences == store.memory.preferences(GUEST, CATALOGUE)


def test_what_people_answered_hides_no_state(store: Store) -> None:
    conversation = store.start_conversation(GUEST, CATALOGUE)
    store.add_turn(StoredTurn(conversation, "a comedy", "Heat.", state={"n": 1}))
    for number in range(12):
        store.add_turn(StoredTurn(conversation, "", f"Answer {number}.", mode="human"))
        before = store.before(conversation, GUEST, CATALOGUE)
        assert (before.position, before.states) == (number + 1, ({"n": 1},))


def test_who_or_what_is_unknown(store: Store) -> None:
    conversation = store.start_conversation(GUEST, CATALOGUE)
    with pytest.raises(UnknownConversation):
        store.before("none", GUEST, CATALOGUE)
    with pytest.raises(UnknownUser):
        store.before(conversation, "nobody", CATALOGUE)
