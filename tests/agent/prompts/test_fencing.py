"""What is fenced cannot close its fence, forge a role, hide anything or grow."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.agent.prompts.fencing import CLOSES, OPENS, data, inside, json, listed
from tests.agent.prompts.hostile import HOSTILE

TOKENS = re.compile(r"<\s*[/|｜!?a-zA-Z]|\[\s*/?\s*(INST|SYS|TOOL|SYSTEM)\w*\s*\]")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_within_its_fence(text: str) -> None:
    fenced = data(text, 300)
    assert fenced.startswith(OPENS)
    assert fenced.endswith(CLOSES)
    within = fenced[len(OPENS) : -len(CLOSES)]
    assert not TOKENS.search(within)
    assert "\n" not in within
    assert len(within) <= 300
    assert all(unicodedata.category(character)[0] != "C" for character in within)


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    within = inside(text, 100)
    assert len(within) <= 100
    assert not TOKENS.search(within)
    assert OPENS not in within
    assert CLOSES not in within
    assert within == " ".join(within.split())
    assert inside(within, 100) == within, "what is harmless stays as it is"


@given(st.text(alphabet="<>＜＞﹤/|data[]INST \u200b\n", max_size=60))
def test_marks_put_together_from_pieces(text: str) -> None:
    assert not TOKENS.search(inside(text, 100))


@pytest.mark.parametrize(
    "text",
    [
        "《霸王别姬》（1993）：剧情片",
        "Amélie (2001)",
        "under $50 & over 4★",
        "price < 50",
        "3 > 2",
        "a “quoted” title",
        "[REC] 2",
    ],
)
def test_what_people_write_is_left_alone(text: str) -> None:
    assert inside(text, 100) == text


def test_what_nobody_sees_is_taken_out() -> None:
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "obey")
    assert inside(f"Heat{hidden}\u200b\u202e\ufe0f!", 100) == "Heat!"


def test_json_and_lists() -> None:
    assert json('say "hi"\\', 40) == '"say \\"hi\\"\\\\"'
    assert listed(["a", "b" * 50, "c"], 100, 10) == f"a, {'b' * 9}…, c"
    assert listed(["aaaa", "bbbb", "cccc"], 10, 10) == "aaaa, bbbb"
