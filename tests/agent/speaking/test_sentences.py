from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.agent.speaking.sentences import SentenceCutter, clean


def cut(text: str, *protected: str, size: int = 3) -> list[str]:
    cutter = SentenceCutter(protected)
    found: list[str] = []
    for start in range(0, len(text), size):
        found += cutter.feed(text[start : start + size])
    return [*found, *cutter.rest()]


@pytest.mark.parametrize(
    ("text", "protected", "expected"),
    [
        ("One is here. Two is there.", (), ["One is here.", "Two is there."]),
        (
            "That's Life! (1986) is a comedy. It is short.",
            ("That's Life!",),
            ["That's Life! (1986) is a comedy.", "It is short."],
        ),
        ("By J. J. Abrams. And Dr. Strangelove.", (), ["By J. J. Abrams.", "And Dr. Strangelove."]),
        ("第一部很短。第二部也是。", (), ["第一部很短。", "第二部也是。"]),
        ("1. Heat is a thriller.\n2. Ronin is one too.", (), ["Heat is a thriller.", "Ronin is one too."]),
        ("**Heat** is here", (), ["Heat is here"]),
        ("92.5% of reviews are good. Yes.", (), ["92.5% of reviews are good.", "Yes."]),
        (
            "It runs approx. 90 min. and is by Fox Inc. of Ohio. So.",
            (),
            ["It runs approx. 90 min. and is by Fox Inc. of Ohio.", "So."],
        ),
        ("From the U.S. and the U.K. it came. Yes.", (), ["From the U.S. and the U.K. it came.", "Yes."]),
        ("“Who?” (1973) is one. “What?” is two.", ("Who?", "What?"), ["“Who?” (1973) is one.", "“What?” is two."]),
        ("它叫《你好。再见》，是喜剧。第二部不是！", (), ["它叫《你好。再见》，是喜剧。", "第二部不是！"]),
        ("他说“好。”这是喜剧。", (), ["他说“好。”这是喜剧。"]),
        ("真的吗？！是的……好。", (), ["真的吗？", "是的……好。"]),
        ("Really?! Yes… It is.", (), ["Really?!", "Yes…", "It is."]),
        ("# Films\n- Heat is one.\n* Ronin too.\n---\n> Up", (), ["Films", "Heat is one.", "Ronin too.", "Up"]),
        ("| a | b |\n|---|---|\nHeat is one.", (), ["| a | b |", "Heat is one."]),
        ("```\nHeat is one.\n```", (), ["Heat is one."]),
    ],
)
def test_cutting(text: str, protected: tuple[str, ...], expected: list[str]) -> None:
    assert cut(text, *protected) == expected


@given(st.text(alphabet="ab .!?。\n", max_size=60), st.integers(1, 7))
def test_the_size_of_pieces_does_not_matter(text: str, size: int) -> None:
    assert cut(text, size=size) == cut(text, size=max(len(text), 1))


@given(st.text(alphabet="ab .!?。\n", max_size=60))
def test_no_word_is_lost(text: str) -> None:
    kept, given = (re.sub(r"[^ab]", "", said) for said in (clean(text), "".join(cut(text))))
    assert given == kept


def fed(*pieces: str) -> list[list[str]]:
    """What each piece brings."""
    cutter = SentenceCutter(["That's Life!"])
    return [list(cutter.feed(piece)) for piece in pieces]


def test_a_sentence_is_given_as_soon_as_its_end_is_certain() -> None:
    assert fed("第一部很短。") == [["第一部很短。"]], "a Chinese mark needs nothing after it"
    assert fed("One is short.", " Two") == [[], ["One is short."]]
    assert fed("It costs 4.", "5 euros. ", "Yes") == [[], [], ["It costs 4.5 euros."]]
    assert fed("- One is short.\n") == [["One is short."]]


def test_what_does_not_end_is_given_up() -> None:
    cutter = SentenceCutter()
    assert cutter.feed("One is short. And " + "so on and " * 40) == ["One is short."]
    assert cutter.endless
    assert cutter.feed("Two is short. Three") == []
    assert cutter.rest() == []


def test_a_sentence_that_is_too_long_is_not_given_although_it_ends() -> None:
    assert SentenceCutter().feed("so " * 200 + "it is. One is short. Two") == ["One is short."]
