"""A quotation with its source, in two languages."""

from __future__ import annotations

import pytest

from palate.agent.speaking.quoting import quoted
from palate.agent.speaking.wording import Wording
from palate.passage import Passage
from palate.retrieval.answers.answers import Fit
from tests.shops import SHOP

WORDING = Wording(SHOP)


@pytest.mark.parametrize(
    ("passage", "language", "said"),
    [
        (Passage("1", "Yes.", "Free?", document="a.md"), "en", "From “Free?”, a.md: “Yes.”"),
        (Passage("1", "Yes.", heading=("A", "B"), document="a.md"), "en", "From “B”, a.md: “Yes.”"),
        (Passage("1", "Yes.", document="a.md"), "en", "From a.md: “Yes.”"),
        (
            Passage("1", "Yes.", "Free?", document="a.md", link="https://x.example"),
            "zh",
            "原文是英文。出自“Free?”（a.md）：“Yes.”（https://x.example）",
        ),
        (
            Passage("1", "可以。", document="a.md", language="zh"),
            "en",
            "This is written in Chinese. From a.md: “可以。”",
        ),
        (Passage("1", "Ja.", document="a.md", language="de"), "en", "This is written in German. From a.md: “Ja.”"),
        (Passage("1", "{0} {quote} {{", "{title}", document="a.md"), "en", "From “{title}”, a.md: “{0} {quote} {{”"),
    ],
)
def test_the_source_is_told(passage: Passage, language: str, said: str) -> None:
    assert quoted(Fit(passage, passage.text, 1.0), WORDING, language) == said


def test_a_part_has_dots_where_the_passage_goes_on() -> None:
    passage = Passage("1", "One.\nTwo.\nThree.\nFour.", document="a.md")
    assert Fit(passage, "One.\nTwo.", 1.0).shown == "One. Two. …"
    assert Fit(passage, "Two.\nThree.", 1.0).shown == "… Two. Three. …"
    assert Fit(passage, "Four.", 1.0).shown == "… Four."
