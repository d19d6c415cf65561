from __future__ import annotations

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
    ],
)
def test_cutting(text: str, protected: tuple[str, ...], expected: list[str]) -> None:
    assert cut(text, *protected) == expected


@given(st.text(alphabet="ab .!?。\n", max_size=60), st.integers(1, 7))
def test_the_size_of_pieces_does_not_matter(text: str, size: int) -> None:
    assert cut(text, size=size) == cut(text, size=max(len(text), 1))


@given(st.text(alphabet="ab .!?。\n", max_size=60))
def test_nothing_is_lost(text: str) -> None:
    assert "".join("".join(cut(text)).split()) == "".join(clean(text).split())
