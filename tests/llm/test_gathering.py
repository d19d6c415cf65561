"""Tokens become pieces where a sentence may have ended, and nothing of them is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from palate.llm.gathering import MOST, Gathering


def fed(*tokens: str) -> list[str]:
    gathering = Gathering()
    pieces = [piece for token in tokens if (piece := gathering.feed(token))]
    return [*pieces, rest] if (rest := gathering.rest()) else pieces


def test_the_first_at_once_then_to_the_end_of_a_sentence() -> None:
    assert fed("Heat", " is", " long.", " Up", " is not") == ["Heat", " is long.", " Up is not"]
    assert fed("《盗火线》", "很长", "。", "《飞屋", "》") == ["《盗火线》", "很长。", "《飞屋》"]


def test_what_does_not_end_is_handed_on_all_the_same() -> None:
    assert fed("x", *["word "] * 40) == ["x", *["word " * 16] * 2, "word " * 8]


@given(st.lists(st.text(min_size=1)))
def test_nothing_is_lost(tokens: list[str]) -> None:
    assert "".join(fed(*tokens)) == "".join(tokens)


@given(st.lists(st.text("ab ", min_size=1, max_size=5), min_size=2))
def test_no_more_is_held_than_that(tokens: list[str]) -> None:
    assert all(len(piece) < MOST + 5 for piece in fed(*tokens))
