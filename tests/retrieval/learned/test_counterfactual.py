"""Judging an order by slates that another order made."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from palate.retrieval.learned.counterfactual import judge
from palate.retrieval.learned.propensities import Propensities
from palate.retrieval.learned.usage import Used, used
from tests.retrieval import world
from tests.retrieval.learned.used_world import LOOKED, good, impressions

SMALL = world.catalogue()
EVEN = Propensities(np.ones(5), 1000, "item")
KNOWN = Propensities(np.asarray(LOOKED), 1000, "item")


def slate(worth: list[float], told: list[bool] | None = None) -> Used:
    count = len(worth)
    return Used(
        "u",
        "",
        np.arange(count, dtype=np.int32),
        np.asarray(worth) > 0,
        np.asarray(worth, np.float32),
        np.ones(count, np.bool_) if told is None else np.asarray(told),
        0.0,
    )


def test_by_hand() -> None:
    slates = [slate([0, 1.0, 0]), slate([1.0, 0, 0])]
    new = [np.array([0.1, 0.9, 0.5]), np.array([0.1, 0.9, 0.5])]
    old = [np.array([3.0, 2.0, 1.0]), np.array([1.0, 1.0, 1.0])]
    found = judge(slates, new, old, Propensities(np.array([1.0, 0.5, 0.25]), 1000, "item"))
    # The first choice counts twice. New: it is first, the other last. Old: second; second to fourth alike.
    assert found.new == pytest.approx((2 * 1 + 1 / log2(4)) / 3)
    assert found.running == pytest.approx((2 / log2(3) + 1 / log2(3)) / 3)
    assert found.slates == 2
    assert not found.worse
    assert judge(slates, old, new, EVEN).worse


def test_what_was_seen_before_stands_in_nobodys_way() -> None:
    found = judge([slate([0, 0.5], [True, True])], [np.array([0.9, 0.1])], [np.array([0.1, 0.9])], EVEN)
    assert [found.new, found.running] == pytest.approx([1 / log2(3), 1.0])
    with_seen = slate([0, 0, 0.5], [False, True, True])
    found = judge([with_seen], [np.array([0.9, 0.1])], [np.array([0.1, 0.9])], EVEN)
    assert [found.new, found.running] == pytest.approx([1 / log2(3), 1.0])


def test_two_orders_that_are_the_same() -> None:
    slates = [slate([0, 1.0, 0])] * 9
    found = judge(slates, [np.array([1.0, 2.0, 0.0])] * 9, [np.array([5.0, 6.0, 0.0])] * 9, KNOWN)
    assert (found.new, found.error, found.worse) == (found.running, 0.0, False)


def test_the_better_order_is_known_in_spite_of_the_log() -> None:
    slates = [each for each in used(impressions(SMALL, 3000), SMALL) if each.telling]
    right = [np.array([float(good(SMALL, SMALL.id(row))) for row in each.rows.tolist()]) for each in slates]
    wrong = [-scores for scores in right]
    assert judge(slates, wrong, right, EVEN).new > judge(slates, wrong, right, EVEN).running
    found = judge(slates, right, wrong, KNOWN)
    assert found.new - found.running > 3 * found.error > 0
