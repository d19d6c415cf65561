"""What a preference takes the place of."""

from __future__ import annotations

import json

import pytest

from palate.domain import Constraint, Entity, Op
from palate.preference import Bearing, Preference


def required(attribute: str, op: Op, *values: str, low: float | None = None, high: float | None = None) -> Preference:
    return Preference(Bearing.CONSTRAINT, constraint=Constraint(attribute, op, values, low, high))


NO_HORROR = required("genre", Op.NONE, "Horror")
FOND_OF_HORROR = Preference(Bearing.WANTED, entity=Entity("genre", "Horror"))
LESS_HORROR = Preference(Bearing.UNWANTED, entity=Entity("genre", "Horror"))


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (FOND_OF_HORROR, NO_HORROR, True),
        (NO_HORROR, FOND_OF_HORROR, True),
        (LESS_HORROR, FOND_OF_HORROR, True),
        (LESS_HORROR, NO_HORROR, False),
        (FOND_OF_HORROR, required("genre", Op.ANY, "Horror"), False),
        (LESS_HORROR, required("genre", Op.ANY, "Horror"), True),
        (NO_HORROR, required("genre", Op.ALL, "Horror"), True),
        (NO_HORROR, required("genre", Op.NONE, "War"), False),
        (required("director", Op.ANY, "Ann"), required("person", Op.NONE, "Ann"), True),
        (required("language", Op.ANY, "French"), required("language", Op.ANY, "English"), True),
        (required("language", Op.ANY, "French"), required("country", Op.ANY, "France"), False),
        (required("runtime", Op.RANGE, high=90.0), required("runtime", Op.RANGE, high=120.0), True),
        (required("runtime", Op.RANGE, low=90.0), required("runtime", Op.RANGE, high=120.0), False),
        (required("runtime", Op.RANGE, low=130.0), required("runtime", Op.RANGE, high=120.0), True),
        (required("year", Op.RANGE, low=90.0), required("runtime", Op.RANGE, low=120.0), False),
        (Preference(Bearing.LIKED, item_id="1"), Preference(Bearing.DISLIKED, item_id="1"), True),
        (Preference(Bearing.LIKED, item_id="1"), Preference(Bearing.DISLIKED, item_id="2"), False),
    ],
)
def test_the_contrary_replaces_and_nothing_else_does(new: Preference, old: Preference, expected: bool) -> None:
    assert new.replaces(old) is expected


@pytest.mark.parametrize(
    "preference",
    [
        NO_HORROR,
        LESS_HORROR,
        Preference(Bearing.LIKED, item_id="七"),
        required("price", Op.RANGE, low=1.5),
    ],
)
def test_there_and_back_through_json(preference: Preference) -> None:
    payload = json.loads(json.dumps(preference.payload()))
    again = Preference.about(preference.kind, payload, at=preference.at)
    assert again == preference
    assert again.whole


def test_what_can_be_taken_back_alone_stands_alone() -> None:
    both = required("genre", Op.NONE, "Horror", "War")
    assert [part.constraint.values for part in both.parts if part.constraint] == [("Horror",), ("War",)]
    either = required("genre", Op.ANY, "Horror", "War")
    assert list(either.parts) == [either]


@pytest.mark.parametrize(
    "odd",
    [
        Preference(Bearing.CONSTRAINT),
        Preference(Bearing.LIKED),
        Preference(Bearing.WANTED, item_id="1"),
        Preference(Bearing.LIKED, entity=Entity("genre", "War"), item_id="1"),
    ],
)
def test_half_a_preference_is_none(odd: Preference) -> None:
    assert not odd.whole
