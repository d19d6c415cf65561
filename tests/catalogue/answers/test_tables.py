"""CSV and JSON lines as passages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from palate.catalogue.answers.passages import LONGEST, passages
from palate.catalogue.answers.tables import read_table
from palate.catalogue.imports.rejects import Rejects
from palate.errors import MappingError
from palate.passage import Passage


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, str], tuple[list[Passage], list[tuple[int, str]]]]:
    """What a file with this name and text says, and its rejects."""

    def reading(name: str, text: str) -> tuple[list[Passage], list[tuple[int, str]]]:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        with Rejects(tmp_path, "shop", "answers") as rejects:
            found = list(passages(read_table(path, name, rejects), name))
        lines = rejects.path.read_text("utf-8").splitlines() if rejects.path.exists() else []
        return found, [(row["line"], row["reason"]) for row in map(json.loads, lines)]

    return reading


def test_columns_are_told_by_their_names(read: Callable[..., tuple[list[Passage], list[tuple[int, str]]]]) -> None:
    found, rejects = read(
        "faq.csv",
        "Question,Category,Answer text,URL,lang\n"
        'Do you wrap gifts?,Shop,"<p>Yes, for 3&nbsp;euros.</p><p>Tick “gift”.</p>",https://x.example/a,en-GB\n'
        "几点开门？,门店,九点。,javascript:alert(1),\n"
        "Where?,Shop,,,\n"
        "too,many,cells,in,this,row\n",
    )
    wrap, hours = found
    assert (wrap.question, wrap.heading, wrap.link) == ("Do you wrap gifts?", ("Shop",), "https://x.example/a")
    assert wrap.text == "Yes, for 3 euros.\nTick “gift”."
    assert (wrap.language, wrap.first_line) == ("en", 2)
    assert (hours.language, hours.link, hours.about) == ("zh", "", "门店 – 几点开门？")
    assert rejects == [(4, "it has no answer"), (5, "it has 6 cells, the header has 5")]


def test_chinese_columns(read: Callable[..., tuple[list[Passage], list[tuple[int, str]]]]) -> None:
    (only,), _ = read("faq.csv", "编号,问题,答案\nA1,能退货吗？,七天内可以。\n")
    assert (only.id, only.question, only.text) == ("faq.csv#A1", "能退货吗？", "七天内可以。")


def test_json_lines(read: Callable[..., tuple[list[Passage], list[tuple[int, str]]]]) -> None:
    found, rejects = read(
        "faq.jsonl",
        '{"question": "Open?", "answer": "From nine.", "id": 7, "language": "English"}\n'
        '{"question": "Broken", "answer": \n'
        "\n"
        '{"question": "A list?", "answer": ["no", "text"]}\n'
        '{"question": "Nothing?", "answer": "  <br> "}\n'
        '{"answer": "A rule without a question."}\n',
    )
    assert (found[0].id, found[0].language, found[0].first_line) == ("faq.jsonl#7", "en", 1)
    assert (found[1].question, found[1].title) == ("", "faq.jsonl")
    assert [line for line, _ in rejects] == [2, 4, 5]
    assert rejects[1][1] == "its answer is no text"


def test_ids_do_not_depend_on_the_order(read: Callable[..., tuple[list[Passage], list[tuple[int, str]]]]) -> None:
    rows = [{"question": f"Question {number}?", "answer": "Yes."} for number in range(4)]
    there, _ = read("a.jsonl", "\n".join(map(json.dumps, rows)))
    back, _ = read("a.jsonl", "\n".join(map(json.dumps, reversed(rows[1:]))))
    assert {one.question: one.id for one in back}.items() <= {one.question: one.id for one in there}.items()


def test_one_question_twice_and_a_long_answer(
    read: Callable[..., tuple[list[Passage], list[tuple[int, str]]]],
) -> None:
    long = "It depends on the country. " * 100
    rows = [{"question": "How long?", "answer": answer} for answer in ("Two days.", long)]
    found, _ = read("a.jsonl", "\n".join(map(json.dumps, rows)))
    assert len({one.id for one in found}) == len(found) > 3
    assert all(len(one.text) <= LONGEST for one in found)


def test_a_table_of_something_else_is_said(
    read: Callable[..., tuple[list[Passage], list[tuple[int, str]]]],
) -> None:
    with pytest.raises(MappingError, match="answers among sku, price"):
        read("goods.csv", "sku,price\n1,2\n")
