"""Text cut into sentences and runs of them."""

from __future__ import annotations

import pytest

from palate.catalogue.answers.sentences import runs, sentences


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One. Two? Three!", ["One. ", "Two? ", "Three!"]),
        ("Order by 2 p.m. and it leaves. Else later.", ["Order by 2 p.m. and it leaves. ", "Else later."]),
        ("先付款。再发货！好吗？", ["先付款。", "再发货！", "好吗？"]),
        ("他说“可以。”然后走了", ["他说“可以。”", "然后走了"]),
        ("Line one\nLine two", ["Line one\n", "Line two"]),
        ("It costs 4.90 euros", ["It costs 4.90 euros"]),
        ("", []),
    ],
)
def test_sentences(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut
    assert "".join(cut) == text


def test_runs_are_pieces_of_the_text_and_not_too_long() -> None:
    text = " ".join(f"This is sentence number {number}, and it says something." for number in range(400))
    found = runs(text, 400)
    assert all(len(run) <= 400 and run in text for run in found)
    assert " ".join(found) == text
    assert min(map(len, found[:-1])) > 300


@pytest.mark.parametrize("text", ["x" * 5000, "字" * 5000, "word " * 1000])
def test_a_sentence_without_an_end_is_cut(text: str) -> None:
    found = runs(text, 300)
    assert all(0 < len(run) <= 300 for run in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
