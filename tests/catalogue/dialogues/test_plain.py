"""One's own dialogues: what is read of a log, what is left out and why, and how a single file is parted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palate.catalogue.dialogues import plain
from palate.catalogue.dialogues.logged import LONGEST
from palate.catalogue.dialogues.plain import read
from palate.domain import Item, Schema, Speaker, Utterance
from palate.errors import DialogueError

SCHEMA = Schema(("brand",), ())
ITEMS = [
    Item("4711", "Trail Runner 2", {"brand": ("Fells",)}, {}),
    Item("12", "Café Mug", {}, {}),
    Item("sku-9", "Heat", {}, {"year": 1995.0}),
    Item("sku-10", "Heat", {}, {"year": 1986.0}),
    Item("300", "4711", {}, {}),
]
USER = {"role": "user", "text": "Like the Trail Runner 2, but lighter", "items": ["Trail Runner 2"]}
AGENT = {"role": "assistant", "text": "Then this one.", "recommended": ["sku-9"]}


def talk(number: object = "1", *turns: Any, **more: Any) -> dict[str, Any]:
    return {"id": number, "turns": list(turns) or [USER, AGENT], **more}


def write(path: Path, *records: Any) -> Path:
    path.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in records), "utf-8")
    return path


def test_a_dialogue_as_it_is_documented(tmp_path: Path) -> None:
    record = talk(
        7,
        USER,
        {**AGENT, "items": ["café MUG", "sku-9"], "recommended": ["sku-9", 4711]},
        time="2026-05-01T10:00:00+00:00",
        recommender="bot-3",
        liked={"sku-9": 0.5, "Cafe Mug": -1},
    )
    found = read(write(tmp_path / "june.log.jsonl", record), ITEMS, SCHEMA)
    (dialogue,) = found.parts["test"]
    assert dialogue.utterances == (
        Utterance(Speaker.SEEKER, "Like the Trail Runner 2, but lighter", ("4711",)),
        Utterance(Speaker.RECOMMENDER, "Then this one.", ("12", "sku-9", "4711")),
    )
    assert (dialogue.id, dialogue.recommender, dialogue.opinions) == ("7", "bot-3", {"sku-9": 0.5, "12": -1.0})
    assert dialogue.order == datetime(2026, 5, 1, 10, tzinfo=UTC).timestamp()
    assert (found.name, found.schema, found.items) == ("june", SCHEMA, ITEMS)
    assert not found.counts["test"].left_out


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("4711", "4711"),  # an id goes before a title
        (4711, "4711"),
        (12.0, "12"),
        (" TRAIL runner 2 ", "4711"),
        ("cafe mug", "12"),
        ("Heat (1995)", "sku-9"),
        ("heat (1986)", "sku-10"),
    ],
)
def test_what_is_named_is_found_by_id_then_by_title(tmp_path: Path, said: object, item: str) -> None:
    found = read(write(tmp_path / "log", talk(1, {**USER, "items": [said]}, AGENT)), ITEMS)
    assert found.parts["test"][0].utterances[0].items == (item,)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Heat", "mention of a title that several items have"),
        ("no such thing", "mention of nothing that the catalogue has"),
        ("", "mention of nothing that the catalogue has"),
        ("x" * 1_000_000, "mention of nothing that the catalogue has"),
        (None, "mention that is neither an id nor a title"),
        (True, "mention that is neither an id nor a title"),
        ({"id": "12"}, "mention that is neither an id nor a title"),
        (float("nan"), "mention of nothing that the catalogue has"),
        (1e300, "mention of nothing that the catalogue has"),
    ],
)
def test_what_is_no_item_is_counted_with_the_reason(tmp_path: Path, said: object, reason: str) -> None:
    counts = read(write(tmp_path / "log", talk(1, {**USER, "items": [said, "12"]}, AGENT)), ITEMS).counts["test"]
    assert (counts.linked, counts.unlinked, counts.left_out) == (2, 1, {reason: 1})


LEFT_OUT: Mapping[str, Any] = {
    "line that is not JSON": '{"id": "2", "turns": [',
    "line that is no object": "[1, 2]",
    "dialogue whose id was there before": talk("1"),
    "dialogue without turns": {"id": "2"},
    "dialogue in which only one speaks": talk("2", USER, {**USER, "role": "Customer"}),
    "turn that is no object": talk("2", USER, AGENT, "bye"),
    "turn of an unknown role": talk("2", {"role": "system", "text": "You sell shoes."}, USER, AGENT),
    "turn without a text": talk("2", USER, {"role": "agent", "text": " "}, AGENT),
    f"end of a text beyond {LONGEST:,} characters": talk("2", {**USER, "text": "x" * 3_000_000}, AGENT),
    "recommendations of one who seeks": talk("2", {**USER, "recommended": ["12"]}, AGENT),
    "opinion that is no number from -1 to 1": talk("2", liked={"12": 5}),
    "time that cannot be read": talk("2", time="the day before"),
}


@pytest.mark.parametrize("reason", LEFT_OUT)
def test_what_is_left_out_is_counted_and_the_rest_is_read(tmp_path: Path, reason: str) -> None:
    found = read(write(tmp_path / "log", talk("1"), LEFT_OUT[reason], "", talk("3")), ITEMS)
    ids = [dialogue.id for dialogue in found.parts["test"]]
    assert found.counts["test"].left_out == {reason: 1}
    assert ids in (["1", "3"], ["1", "2", "3"])
    assert (len(ids) == 2) == reason.startswith(("line", "dialogue"))
    for dialogue in found.parts["test"]:
        assert [said.speaker for said in dialogue.utterances] == [Speaker.SEEKER, Speaker.RECOMMENDER]
        assert all(len(said.text) <= LONGEST for said in dialogue.utterances)


@pytest.mark.parametrize(
    "more",
    [
        {"liked": {"12": float("nan")}},
        {"liked": {"12": True}},
        {"liked": {"12": "much"}},
        {"liked": {"12": 10**400}},
        {"time": float("inf")},
        {"time": 10**40},
        {"time": True},
        {"time": [2026]},
        {"time": "9" * 5_000},
    ],
)
def test_numbers_that_are_none_do_no_harm(tmp_path: Path, more: Mapping[str, Any]) -> None:
    (dialogue,) = read(write(tmp_path / "log", talk("1", **more)), ITEMS).parts["test"]
    assert (dialogue.order, dialogue.opinions) == (1.0, {})


@pytest.mark.parametrize("line", ["[" * 500_000, '{"id": ' + "9" * 5_000 + "}", '{"id": "\\ud800', "\0", "NaN", '"'])
def test_hostile_lines_are_left_out(tmp_path: Path, line: str) -> None:
    found = read(write(tmp_path / "log", line, talk("1")), ITEMS)
    assert found.counts["test"].left_out.keys() <= {"line that is not JSON", "line that is no object"}
    assert len(found.parts["test"]) == 1


def test_texts_are_such_as_files_and_models_take(tmp_path: Path) -> None:
    line = json.dumps(talk("\ud800a\0", {"role": "user", "text": "a\ud83d\0b"}, AGENT))
    assert "\\ud800a\\u0000" in line
    (dialogue,) = read(write(tmp_path / "log", line), ITEMS).parts["test"]
    assert (dialogue.id, dialogue.utterances[0].text) == ("?a", "a? b")


def test_a_slate_without_a_word_is_a_turn(tmp_path: Path) -> None:
    shown = {"role": "assistant", "recommended": "12"}
    (dialogue,) = read(write(tmp_path / "log", talk("1", USER, shown, {**AGENT, "text": "Or these."})), ITEMS).parts[
        "test"
    ]
    assert dialogue.utterances[1] == Utterance(Speaker.RECOMMENDER, "Or these.", ("12", "sku-9"))


def test_a_line_that_no_memory_holds_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "LONGEST_LINE", 1_000)
    long = talk("2", {**USER, "text": "x" * 5_000}, AGENT)
    found = read(write(tmp_path / "log", talk("1"), long, talk("3")), ITEMS)
    assert [dialogue.id for dialogue in found.parts["test"]] == ["1", "3"]
    assert found.counts["test"].left_out == {"line beyond 1,000 characters": 1}


def test_a_line_full_of_turns_takes_no_longer_than_it_is_long(tmp_path: Path) -> None:
    turns = [{"role": "user", "text": "x", "items": ["12"]}] * 60_000
    shown = {**AGENT, "items": ["12"] * 200_000, "recommended": ["4711"] * 200_000}
    (dialogue,) = read(write(tmp_path / "log", talk("1", *turns, shown)), ITEMS).parts["test"]
    assert [len(said.items) for said in dialogue.utterances] == [60_000, 400_000]


def test_ids_that_are_none_are_given_by_line(tmp_path: Path) -> None:
    found = read(write(tmp_path / "log", talk(None), talk(["x"]), talk(True), talk("")), ITEMS)
    assert [dialogue.id for dialogue in found.parts["test"]] == [f"test line {number}" for number in range(1, 5)]


def test_a_single_file_is_parted_by_time(tmp_path: Path) -> None:
    talks = [talk(number, time=1_700_000_000 + number) for number in range(12)]
    found = read(write(tmp_path / "log", *talks[6:], "{", *talks[:6]), ITEMS)
    ids = {part: [dialogue.id for dialogue in rows] for part, rows in found.parts.items()}
    assert ids == {"train": [str(n) for n in range(8)], "valid": ["8", "9"], "test": ["10", "11"]}
    assert {part: counts.left_out for part, counts in found.counts.items()} == {
        "train": {},
        "valid": {},
        "test": {"line that is not JSON": 1},
    }


def test_without_a_time_for_each_the_lines_are_the_order(tmp_path: Path) -> None:
    talks = [talk(number, time=1_700_000_000 - number) for number in range(10)]
    talks[4].pop("time")
    found = read(write(tmp_path / "log", *talks), ITEMS)
    assert [dialogue.id for dialogue in found.parts["test"]] == ["8", "9"]
    assert [dialogue.order for dialogue in found.parts["test"]] == [9.0, 10.0]
    assert list(read(write(tmp_path / "few", *talks[:9]), ITEMS).parts) == ["test"]


def test_a_folder_has_its_parts(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", talk("1"), talk("2"), talk("3"))
    (tmp_path / "test.jsonl.gz").write_bytes(gzip.compress(f"\ufeff{json.dumps(talk('2'))}\n".encode()))
    write(tmp_path / "other.jsonl", talk("4"))
    found = read(tmp_path, ITEMS)
    ids = {part: [dialogue.id for dialogue in rows] for part, rows in found.parts.items()}
    assert ids == {"train": ["1", "3"], "test": ["2"]}, "what is scored is not learnt from"
    assert found.counts["train"].left_out == {"dialogue whose id was there before": 1}
    orders = [dialogue.order for rows in found.parts.values() for dialogue in rows]
    assert orders == sorted(orders)


def test_nothing_to_use_is_said_with_the_format(tmp_path: Path) -> None:
    with pytest.raises(DialogueError, match=r'There is no .*nowhere\. A line is a dialogue: \{"id": "1", "turns"'):
        read(tmp_path / "nowhere", ITEMS)
    with pytest.raises(DialogueError, match=r"has none of train\.jsonl, valid\.jsonl and test\.jsonl"):
        read(tmp_path, ITEMS)
    with pytest.raises(DialogueError, match=r"has no dialogue that can be used\. A line is"):
        read(write(tmp_path / "empty"), ITEMS)
    with pytest.raises(DialogueError, match=r"used \(2 × line that is not JSON, 1 × line that is no object\)\. A"):
        read(write(tmp_path / "bad", "id,text", "7", "1,hello"), ITEMS)
    with pytest.raises(DialogueError, match="damaged gz file"):
        (tmp_path / "cut.gz").write_bytes(gzip.compress(json.dumps(talk()).encode())[:-12])
        read(tmp_path / "cut.gz", ITEMS)


def test_a_catalogue_without_items_leaves_all_unlinked(tmp_path: Path) -> None:
    counts = read(write(tmp_path / "log", talk()), []).counts["test"]
    assert (counts.dialogues, counts.linked, counts.unlinked) == (1, 0, 2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["user", "agent", "Heat"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=3)
            | st.sampled_from(
                ["id", "turns", "role", "text", "items", "recommended", "liked", "time", "recommender"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(records=st.lists(JSON, max_size=4))
def test_whatever_a_log_holds_the_good_dialogue_is_read(tmp_path: Path, records: list[Any]) -> None:
    found = read(write(tmp_path / "log", *map(json.dumps, records), talk("the good one")), ITEMS)
    assert "the good one" in {dialogue.id for rows in found.parts.values() for dialogue in rows}
    for rows in found.parts.values():
        for dialogue in rows:
            json.dumps([dialogue.id, [said.text for said in dialogue.utterances]]).encode("ascii")
            assert {said.speaker for said in dialogue.utterances} == set(Speaker)
