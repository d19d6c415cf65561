"""Stages, and stages inside them."""

from __future__ import annotations

import pytest

from palate.retrieval.clock import Clock


def test_a_lap_has_the_stages_inside_it_and_the_sum_has_not() -> None:
    clock = Clock()
    with clock("people"):
        with clock("dense"):
            pass
        with clock("dense"):
            pass
    assert [lap.stage for lap in clock.laps] == ["dense", "dense", "people"]
    first, second, outer = clock.laps
    assert outer.started <= first.started <= first.started + first.seconds <= second.started
    assert outer.seconds >= first.seconds + second.seconds
    assert clock.ms["dense"] == pytest.approx(1000 * (first.seconds + second.seconds))
    assert clock.ms["people"] == pytest.approx(1000 * outer.seconds - clock.ms["dense"])


def test_a_stage_that_fails_is_timed() -> None:
    clock = Clock()
    with pytest.raises(ZeroDivisionError), clock("dense"):
        raise ZeroDivisionError
    assert [lap.stage for lap in clock.laps] == ["dense"]
