"""Nothing that comes after a turn can be seen at it."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any

import pytest

from palate.domain import Dialogue, ItemId, Speaker, Utterance
from palate.eval.dialogues.cases import Asked, Subset, recommended, turns_of
from palate.eval.dialogues.scoring import answers

CANARY = "canary-7f3a"


def planted() -> Dialogue:
    """A dialogue in which all that comes after the third utterance, and all that is told afterwards, is marked."""
    said = [
        Utterance(Speaker.SEEKER, "something like this", ("a",)),
        Utterance(Speaker.RECOMMENDER, "try that", ("b",)),
        Utterance(Speaker.SEEKER, "and another", ()),
        Utterance(Speaker.RECOMMENDER, f"{CANARY} text", (f"{CANARY} label",)),
        Utterance(Speaker.SEEKER, f"{CANARY} later", (f"{CANARY} later",)),
    ]
    return Dialogue("one", tuple(said), 1.0, f"{CANARY} worker", {f"{CANARY} liked": 1.0})


def reached(start: object) -> list[str]:
    """Every text that can be reached from an object, through whatever refers to whatever."""
    seen: set[int] = set()
    found: list[str] = []
    left: list[Any] = [start]
    while left:
        each = left.pop()
        if id(each) in seen or isinstance(each, type | ModuleType | FunctionType):
            continue
        seen.add(id(each))
        if isinstance(each, str):
            found.append(each)
        left.extend(gc.get_referents(each))
    return found


class Spy:
    """Keeps what it is asked."""

    name = "spy"

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def rank(self, asked: Asked, limit: int) -> Sequence[ItemId]:
        self.asked.append(asked)
        return []


@pytest.mark.parametrize("subset", Subset)
def test_a_canary_planted_after_the_turn_is_never_reached(subset: Subset) -> None:
    turns = [turn for turn in turns_of([planted()], recommended) if turn.number == 3]
    spy = Spy()
    answers([spy], turns, subset, frozenset())
    (asked,) = spy.asked
    texts = reached(asked)
    assert "something like this" in texts
    assert not [text for text in texts if CANARY in text]


def test_the_search_would_find_a_canary() -> None:
    leaking = replace(planted(), id="two")
    assert any(CANARY in text for text in reached(leaking))


def test_a_system_that_ranks_what_is_excluded_is_stopped() -> None:
    class Careless(Spy):
        def rank(self, asked: Asked, limit: int) -> Sequence[ItemId]:
            return ["a"]

    turns = [turn for turn in turns_of([planted()], recommended) if turn.number == 3]
    with pytest.raises(ValueError, match="excluded"):
        answers([Careless()], turns, Subset.NEW, frozenset({"a"}))
