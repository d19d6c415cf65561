from __future__ import annotations

import pytest

from palate.catalogue.imports.cleaning import LONGEST_NAME, clean_name, clean_text, clean_value, distinct


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<p>Tea &amp; <b>milk</b></p><p>Hot.</p>", "Tea & milk\nHot."),
        ("a<script>alert('x')</script>b<style>p{}</style>c<!-- d -->e", "a b c e"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("5 < 6 and 7 > 3, I <3 it", "5 < 6 and 7 > 3, I <3 it"),
        ("  two\t spaces\u200b and\x00 marks  ", "two spaces and marks"),
        ("It keeps you warm all day. It keeps you warm all day. Wow! Wow!", "It keeps you warm all day. Wow! Wow!"),
        ("这件毛衣非常暖和，适合在寒冷的冬天穿着。这件毛衣非常暖和，适合在寒冷的冬天穿着。好看。",
         "这件毛衣非常暖和，适合在寒冷的冬天穿着。好看。"),
        ("<script>never closed", ""),
        ("שלום <b>עולם</b>", "שלום עולם"),
        ("Cafe\u0301", "Café"),
    ],
)  # fmt: skip
def test_text_is_freed_of_markup_and_of_what_it_says_twice(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_two_megabytes_of_any_text_end_up_as_text() -> None:
    for raw in ("word. " * 350_000, "<" * 2_000_000, "<script" * 300_000, "&lt;" * 500_000, "<!--" * 500_000):
        assert len(clean_text(raw)) <= len(raw)
    assert clean_text("A sentence that is long enough. " * 60_000) == "A sentence that is long enough."


def test_names_are_one_line_and_not_endless() -> None:
    assert clean_name("<i>Two</i>\nlines") == "Two lines"
    assert len(clean_name("word " * 200)) <= LONGEST_NAME + 2


def test_what_was_written_for_programs_is_written_for_people() -> None:
    assert clean_value("salty_snacks") == "salty snacks"
    assert clean_value("Size_M") == "Size_M"


def test_a_text_that_says_nothing_of_its_own_is_left_out() -> None:
    texts = {"description": "Warm.", "summary": "warm.", "name": "MUG", "more": "Holds tea."}
    assert distinct(texts, "Mug") == {"description": "Warm.", "more": "Holds tea."}
