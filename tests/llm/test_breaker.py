"""The circuit breaker, by a clock of the test's own."""

from __future__ import annotations

import pytest

from palate.errors import ModelUnavailable
from palate.llm.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(3, pause=10.0, longest=35.0, clock=clock)


def fail(breaker: Breaker) -> None:
    breaker.admit()
    breaker.failed()


def refused(breaker: Breaker) -> bool:
    try:
        breaker.admit()
    except ModelUnavailable:
        return True
    return False


def test_it_opens_after_failures_in_a_row_only(breaker: Breaker) -> None:
    fail(breaker)
    fail(breaker)
    breaker.admit()
    breaker.passed()
    fail(breaker)
    fail(breaker)
    assert (breaker.stand, breaker.trouble) == ("closed", "")
    fail(breaker)
    assert breaker.stand == "open"
    assert "3 times in a row" in breaker.trouble
    assert "10 s" in breaker.trouble


def test_an_open_one_refuses_until_its_pause_is_over(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 9.9
    with pytest.raises(ModelUnavailable, match="left alone"):
        breaker.admit()
    clock.now += 0.1
    assert breaker.stand == "half-open"
    breaker.admit()


def test_one_probe_and_no_more(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 10
    breaker.admit()
    assert refused(breaker)
    breaker.passed()
    assert breaker.stand == "closed"
    assert not refused(breaker)


def test_pauses_grow_up_to_the_longest_and_begin_anew(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    pauses = []
    for _ in range(4):
        began = clock.now
        while refused(breaker):
            clock.now += 1
        pauses.append(clock.now - began)
        breaker.failed()
    assert pauses == [10, 20, 35, 35]
    clock.now += 35
    breaker.admit()
    breaker.passed()
    for _ in range(3):
        fail(breaker)
    clock.now += 10
    assert breaker.stand == "half-open"


def test_a_probe_that_is_given_up_leaves_the_next_one_to_try(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 10
    breaker.admit()
    breaker.left()
    assert not refused(breaker)


def test_calls_that_began_before_it_opened_do_not_lengthen_the_pause(breaker: Breaker, clock: Clock) -> None:
    for _ in range(5):
        breaker.admit()
    for _ in range(5):
        breaker.failed()
    clock.now += 10
    assert breaker.stand == "half-open"
