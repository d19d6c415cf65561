"""The tools that write: what a model may fill in, and where they write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from palate.domain import Constraint, ItemId, Kind, Op
from palate.errors import UnknownItem
from palate.preference import Bearing, Preference
from palate.tools.keeping import HandOver, Keeping, Nowhere
from palate.tools.writing import writing_tools, written

NEVER = Preference(Bearing.CONSTRAINT, constraint=Constraint("genre", Op.NONE, ("Horror",)))


@dataclass
class Written:
    what: list[Any] = field(default_factory=list)
    keeps: bool = True
    shared: bool = False

    def remember(self, preference: Preference) -> tuple[Preference, ...]:
        self.what.append(preference)
        return (preference,)

    def record(self, item_id: ItemId, kind: Kind) -> None:
        self.what.append((item_id, kind))

    def hand_over(self, case: HandOver) -> str:
        self.what.append(case)
        return "Ann will write to you."


def test_a_model_fills_in_which_item_and_what_of_it_and_nothing_else() -> None:
    schemas = {name: tool.tool_call_schema.model_json_schema() for name, tool in writing_tools().items()}  # type: ignore[union-attr]
    assert {name: sorted(schema.get("properties", {})) for name, schema in schemas.items()} == {
        "remember_preference": [],
        "record_feedback": ["kind", "place"],
        "hand_over": [],
    }
    assert schemas["record_feedback"]["properties"]["kind"]["enum"] == ["chosen", "liked", "disliked", "seen"]
    assert all(schema["description"] for schema in schemas.values())


def test_they_write_where_they_are_told_to() -> None:
    tools, where = writing_tools(), Written()
    assert written(tools["remember_preference"], preference=NEVER, keeping=where) == (NEVER,)
    assert written(tools["record_feedback"], place=2, kind="chosen", items=("7", "8"), keeping=where) == 1
    case = HandOver("my order?")
    assert written(tools["hand_over"], case=case, keeping=where) == "Ann will write to you."
    assert where.what == [NEVER, ("8", Kind.CHOSEN), case]


@pytest.mark.parametrize("place", [0, 3, -1])
def test_only_what_was_shown_can_be_spoken_of(place: int) -> None:
    where = Written()
    with pytest.raises(UnknownItem, match="among the 2 shown"):
        written(writing_tools()["record_feedback"], place=place, kind="liked", items=("7", "8"), keeping=where)
    assert where.what == []


def test_nowhere_keeps_nothing() -> None:
    where: Keeping = Nowhere()
    tools = writing_tools()
    assert not where.keeps
    assert written(tools["remember_preference"], preference=NEVER, keeping=where) == ()
    assert written(tools["record_feedback"], place=1, kind="seen", items=("7",), keeping=where) == 1
    assert written(tools["hand_over"], case=HandOver("help"), keeping=where) == ""
