"""Thoughts are dropped however the stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.llm.thinking import ThoughtFilter, without_thoughts


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Heat", "Heat"),
        ("<think>hm</think>Heat", "Heat"),
        ("<think>hm</think>Heat<think>{}</think>!", "Heat!"),
        ("thought that began before</think>Heat", "Heat"),
        ("<think>never ends", ""),
        ("a < b <think", "a < b <think"),
    ],
)
def test_whole_texts(said: str, left: str) -> None:
    assert without_thoughts(said) == left


def streamed(pieces: list[str]) -> str:
    thoughts = ThoughtFilter()
    return "".join(thoughts.feed(piece) for piece in pieces) + thoughts.rest()


def test_what_cannot_be_a_mark_is_shown_at_once() -> None:
    assert ThoughtFilter().feed("a < b") == "a < b"
    assert ThoughtFilter().feed("a <thi") == "a "


@given(st.text(alphabet="<>/thinkab", max_size=30), st.text(alphabet="<thinkab", max_size=20), st.data())
def test_wherever_a_stream_is_cut_the_same_is_left(before: str, thought: str, data: st.DataObject) -> None:
    said = f"{before.replace('<think>', '').replace('</think>', '')}<think>{thought}</think>end"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=8)))
    pieces = [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    assert streamed(pieces) == streamed([said])
    assert streamed([said]).endswith("end")
    assert "<think>" not in streamed(pieces)
