"""iEvaLM's rows as dialogues: the stated figures over the real files, and files that are not what they should be."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from palate.catalogue.dialogues import opendialkg
from palate.catalogue.dialogues.opendialkg import Stated, apart, read
from palate.catalogue.dialogues.sets import DialogueSet
from palate.domain import Dialogue, ItemId, Speaker
from palate.errors import DialogueError
from tests.catalogue.data import shared


@pytest.fixture(scope="module")
def real() -> DialogueSet:
    return read(shared("opendialkg/item_ids.json").parent)


def labels(dialogue: Dialogue) -> tuple[ItemId, ...]:
    return dialogue.utterances[-1].items


def mentioned(dialogue: Dialogue) -> list[ItemId]:
    return [item for said in dialogue.utterances[:-1] for item in said.items]


def test_the_figures_that_are_stated(real: DialogueSet) -> None:
    test = real.parts["test"]
    cases = sum(len(labels(dialogue)) for dialogue in test) + opendialkg.OUTSIDE["test"]
    again = sum(label in mentioned(dialogue) for dialogue in test for label in labels(dialogue))
    copied = sum(mentioned(dialogue)[-1:] == [label] for dialogue in test for label in labels(dialogue))
    assert [cases, again, copied] == [1_262, 431, 413]
    assert round(copied / cases, 3) == 0.327
    assert {part: len(rows) for part, rows in real.parts.items()} == {"train": 5_547, "valid": 1_188, "test": 1_188}
    assert len(real.items) == 2_965 == len({item.title for item in real.items})


def test_a_row_ends_with_the_seeker_and_the_recommenders_answer(real: DialogueSet) -> None:
    for rows in real.parts.values():
        for dialogue in rows:
            speakers = [said.speaker for said in dialogue.utterances]
            assert speakers[-2:] == [Speaker.SEEKER, Speaker.RECOMMENDER]
            assert all(one is not other for one, other in pairwise(speakers))


def test_mentions_stand_in_the_utterance_that_has_them(real: DialogueSet) -> None:
    titles = {item.id: item.title.casefold() for item in real.items}
    for rows in real.parts.values():
        for dialogue in rows:
            for said in dialogue.utterances[:-1]:
                assert all(titles[item] in said.text.casefold() for item in said.items)
    row = {dialogue.id: dialogue for dialogue in real.parts["train"]}["11:5"]
    assert [len(said.items) for said in row.utterances] == [0, 1, 1, 1, 1, 1]


def test_rows_of_one_dialogue_agree_on_where_an_item_is_named(real: DialogueSet) -> None:
    talks: dict[str, list[Dialogue]] = {}
    for rows in real.parts.values():
        for dialogue in rows:
            talks.setdefault(dialogue.id.partition(":")[0], []).append(dialogue)
    compared = 0
    for rows in talks.values():
        rows.sort(key=lambda dialogue: len(dialogue.utterances))
        for short, long in pairwise(rows):
            before = len(short.utterances) - 1
            assert [each.items for each in short.utterances[:-1]] == [each.items for each in long.utterances[:before]]
            compared += 1
    assert compared == 2_753


def test_the_parts_share_dialogues_and_apart_they_do_not(real: DialogueSet) -> None:
    texts = {
        part: [tuple(said.text for said in dialogue.utterances) for dialogue in rows]
        for part, rows in real.parts.items()
    }
    beginnings = {text[:length] for text in texts["train"] for length in range(2, len(text))}
    assert [sum(text in beginnings for text in texts[part]) for part in ("valid", "test")] == [318, 310]
    clean = apart(real)
    talks = {part: {row.id.partition(":")[0] for row in rows} for part, rows in clean.parts.items()}
    assert not talks["train"] & (talks["valid"] | talks["test"])
    assert clean.counts["train"].dialogues == 4_207
    assert sum(clean.counts["train"].left_out.values()) == 1_340
    assert clean.parts["test"] is real.parts["test"]


def test_the_graph_leads_from_items_to_names_only(real: DialogueSet) -> None:
    ids = {item.id for item in real.items}
    assert len(real.triples) == 40_566 == len(set(real.triples))
    assert not any(triple.tail in ids or triple.relation == "year" for triple in real.triples)


def test_what_is_known_of_an_item(real: DialogueSet) -> None:
    film = next(item for item in real.items if item.title == "Slumdog Millionaire")
    assert (film.id, film.year, film.names("director")) == ("0", 2008, ("Loveleen Tandan", "Danny Boyle"))
    assert len(film.names("cast")) == len(set(film.names("cast"))) == 6
    assert set(film.attributes) <= set(real.schema.relations)


ROW = {
    "dialog_id": 1,
    "turn_id": 3,
    "context": ["I liked Heat.", "Heat? Then Ronin, or Heat again.", "heat, yes"],
    "entity": ["Heat", "Heat", "Ronin", "Heat", "Lost One"],
    "rec": ["Ronin", "Lost One"],
    "resp": "Ronin it is.",
}
FILES: Mapping[str, Any] = {
    "entity2id.json": {"Heat": 7, "Ronin": 9, "1995": 2, "Drama": 3},
    "id2info.json": {
        "0": {"name": "Heat", "year": "1995", "genre": ["Drama", "Drama"], "actor": []},
        "1": {"name": "Ronin"},
        "2": {"name": "Lost One"},
    },
    "item_ids.json": [7, 9],
    "kg.json": {"7": [[0, 2], [1, 3], [1, 3]]},
    "relation2id.json": {"year": 0, "genre": 1},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(json.dumps(content), "utf-8")
    for part in opendialkg.PARTS:
        (tmp_path / f"eval_{part}_data_processed.jsonl").write_text(json.dumps(ROW) + "\n", "utf-8")
    return tmp_path


def test_a_small_set_of_ones_own(folder: Path) -> None:
    found = read(folder, None)
    (dialogue,) = found.parts["test"]
    assert dialogue.id == "1:3"
    assert [said.items for said in dialogue.utterances] == [("7",), ("7", "9"), ("7",), ("9",)]
    assert found.items[0].attributes == {"genre": ("Drama",)}
    assert [(each.head, each.relation, each.tail) for each in found.triples] == [("7", "genre", "Drama")]
    assert found.counts["test"].unlinked == 2, "a mention and a label of what is described and no item"


def test_a_name_that_no_utterance_has_is_of_the_last(folder: Path) -> None:
    row = {**ROW, "context": ["One", "Two", "Three"], "entity": ["Heat", "Ronin"]}
    (folder / "eval_test_data_processed.jsonl").write_text(json.dumps(row), "utf-8")
    (dialogue,) = read(folder, None).parts["test"]
    assert [said.items for said in dialogue.utterances] == [(), (), ("7", "9"), ("9",)]
    (folder / "eval_test_data_processed.jsonl").write_text(json.dumps({**row, "context": []}), "utf-8")
    assert len(read(folder, None).parts["test"][0].utterances) == 1


def test_other_files_than_the_stated_ones_stop_it(folder: Path) -> None:
    with pytest.raises(DialogueError, match="has 1 dialogues in its train part; 5,547 are stated"):
        read(folder)
    once = dict.fromkeys(opendialkg.PARTS, 1)
    with pytest.raises(DialogueError, match="has 2 labels in its train part; 1 are stated"):
        read(folder, Stated(once, once, 2))
    twice = dict.fromkeys(opendialkg.PARTS, 2)
    with pytest.raises(DialogueError, match="has 2 items; 3 are stated"):
        read(folder, Stated(once, twice, 3))
    assert read(folder, Stated(once, twice, 2))


def test_packed_files(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert read(folder, None).counts["train"].dialogues == 1


BREAKINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[: len(data) // 2],
    "no JSON": lambda data: b"<html>not found</html>",
    "not UTF-8": lambda data: b'["\xff"]',
    "a number": lambda data: b"7",
    "nothing": lambda data: b"null",
    "deep": lambda data: b"[" * 200_000,
    "of other things": lambda data: b'{"0": [["a"]], "1": {"name": []}}',
}


@pytest.mark.parametrize("breaking", BREAKINGS)
@pytest.mark.parametrize("name", [*FILES, "eval_valid_data_processed.jsonl"])
def test_a_broken_file_is_said_to_be_one(folder: Path, name: str, breaking: str) -> None:
    path = folder / name
    path.write_bytes(BREAKINGS[breaking](path.read_bytes()))
    with pytest.raises(DialogueError):
        read(folder, None)


@pytest.mark.parametrize("change", [{"context": "text"}, {"rec": [1]}, {"resp": None}, {"entity": None}])
def test_a_row_of_another_kind_is_named(folder: Path, change: Mapping[str, Any]) -> None:
    path = folder / "eval_valid_data_processed.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n{json.dumps({**ROW, **change})}\n", "utf-8")
    with pytest.raises(DialogueError, match=r"Row 2 of eval_valid.*is not iEvaLM's"):
        read(folder, None)


def test_a_missing_or_damaged_file_is_named(folder: Path) -> None:
    path = folder / "kg.json"
    data = gzip.compress(path.read_bytes())
    path.unlink()
    with pytest.raises(DialogueError, match=r"There is no kg\.json \(or kg\.json\.gz\)"):
        read(folder, None)
    path.with_name("kg.json.gz").write_bytes(data[:12] + b"\xff" * 9 + data[21:])
    with pytest.raises(DialogueError, match=r"kg\.json\.gz cannot be read"):
        read(folder, None)
