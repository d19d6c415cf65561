"""A hook that answers, is silent, fails, hangs, or says odd things."""

from __future__ import annotations

import threading

import pytest

from palate.hook import LONGEST, Handed, hand
from palate.tools.keeping import HandOver

CASE = HandOver(
    "where is my order?", slate=(("1", "Heat"),), wishes=("after 2010", "no horror"), messages=("person: hi",)
)


def failing(case: HandOver) -> str:
    raise SystemError("broken")


def test_what_people_are_told() -> None:
    assert list(CASE.summary) == [
        "asked: where is my order?",
        "understood so far: after 2010; no horror",
        "shown last: Heat",
        "person: hi",
    ]
    assert list(HandOver("help").summary) == ["asked: help"]


def test_it_answers() -> None:
    assert hand(lambda case: f" Ann: {case.reason} ", CASE) == Handed("answered", "Ann: where is my order?")


def test_it_says_nothing_or_something_odd() -> None:
    assert hand(lambda case: None, CASE) == Handed("silent")
    assert hand(lambda case: "  ", CASE) == Handed("silent")
    assert hand(lambda case: 7, CASE) == Handed("silent")  # type: ignore[arg-type,return-value]
    assert len(hand(lambda case: "x" * 10_000, CASE).answer) == LONGEST


def test_nobody_is_there() -> None:
    assert hand(None, CASE) == Handed("nobody")


def test_it_fails(caplog: pytest.LogCaptureFixture) -> None:
    assert hand(failing, CASE) == Handed("failed")
    assert "broken" in caplog.text


def test_it_is_not_waited_for_long(caplog: pytest.LogCaptureFixture) -> None:
    free = threading.Event()

    def hangs(case: HandOver) -> str:
        free.wait()
        return "too late"

    assert hand(hangs, CASE, patience=0.05) == Handed("late")
    assert "did not answer" in caplog.text
    free.set()
