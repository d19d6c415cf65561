"""Markdown as passages."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.catalogue.answers.markdown import LARGEST, read_markdown
from palate.catalogue.answers.passages import LONGEST, passages
from palate.errors import CatalogueError
from palate.passage import Passage

SHOP = """---
title: Returns
---
# Returns

Everything about *sending back*.

## How long do I have? {#how-long}

**45 days**, see [our terms](https://shop.example/terms) or write to <help@shop.example>.

- unused
- with its tags

1. Print the label.

**Is it free?**

Yes, it is <b onclick="x()">free</b>.<script>alert(1)</script>

| Country | Days |
| --- | --- |
| Norway | 7 |

How long do I have?
-------------------

第一行
第二行。
"""


def read(folder: Path, text: str) -> list[Passage]:
    path = folder / "returns.md"
    path.write_text(text, "utf-8")
    return list(passages(read_markdown(path), "returns.md"))


def test_headings_are_sections_and_those_that_ask_are_questions(tmp_path: Path) -> None:
    first, asked, free, twin = read(tmp_path, SHOP)
    assert (first.question, first.heading, first.text) == ("", ("Returns",), "Everything about sending back.")
    assert (first.title, first.first_line) == ("Returns", 6)
    assert (asked.question, asked.heading) == ("How long do I have?", ("Returns",))
    assert asked.text.split("\n") == [
        "45 days, see our terms (https://shop.example/terms) or write to help@shop.example.",
        "- unused",
        "- with its tags",
        "1. Print the label.",
    ]
    assert (asked.first_line, asked.last_line) == (10, 15)
    assert SHOP.splitlines()[asked.first_line - 1].startswith("**45 days**")
    assert (free.question, free.heading) == ("Is it free?", ("Returns", "How long do I have?"))
    assert free.text == "Yes, it is free .\nCountry | Days\nNorway | 7"
    assert twin.text == "第一行第二行。"
    assert twin.language == "zh"
    assert [one.id for one in (first, asked, free, twin)] == [
        "returns.md#returns",
        "returns.md#how-long-do-i-have",
        "returns.md#is-it-free",
        "returns.md#how-long-do-i-have-2",
    ]


def test_a_mark_within_code_is_no_heading(tmp_path: Path) -> None:
    (only,) = read(tmp_path, "# A\n\n```\n# not a heading?\n```\n")
    assert (only.heading, only.text) == (("A",), "# not a heading?")


def test_a_long_document_is_cut_at_its_sentences(tmp_path: Path) -> None:
    sentence = "Sentence {} says that parcels are sent on working days. "
    text = "# Delivery\n\n" + "".join(sentence.format(number) for number in range(1900))
    assert len(text) > 100_000
    found = read(tmp_path, text)
    assert all(len(one.text) <= LONGEST and one.text.endswith(".") for one in found)
    assert " ".join(one.text for one in found) == text.partition("\n\n")[2].strip()
    assert len({one.id for one in found}) == len(found) > 80
    assert found[1].id == "returns.md#delivery~2"


def test_text_without_headings_is_one_passage(tmp_path: Path) -> None:
    (only,) = read(tmp_path, "We are open from ten to six.\r\n")
    assert (only.title, only.text) == ("returns.md", "We are open from ten to six.")


def test_headings_alone_say_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "# A\n\n## B\n\n---\n") == []


def test_too_large_a_document_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="split it"):
        read(tmp_path, "x" * (LARGEST + 1))
