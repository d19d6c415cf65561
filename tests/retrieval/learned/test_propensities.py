"""How likely places are looked at, on logs whose makers know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from palate.domain import Kind
from palate.errors import TrainingError
from palate.retrieval.learned.propensities import CLIPPED, Propensities, estimate
from palate.retrieval.learned.usage import Used, used
from tests.retrieval import world
from tests.retrieval.learned.used_world import LOOKED, impressions

SMALL = world.catalogue()


def naive(slates: list[Used]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Reactions a showing, by place."""
    rates = np.mean([slate.reacted for slate in slates], axis=0)
    return np.asarray(rates / rates.max())


def test_places_are_told_apart_from_what_stands_there() -> None:
    slates = used(impressions(SMALL, 6000), SMALL)
    found = estimate(slates)
    assert found.by == "wish and item"
    np.testing.assert_allclose(found.values, LOOKED, rtol=0.12)
    # Rates alone mistake what stands there for the place: the last two are much better than the first three.
    assert (naive(slates)[3:] > 1.3 * np.asarray(LOOKED)[3:]).all()


def test_where_wishes_do_not_come_again_items_do() -> None:
    slates = [replace(slate, text=f"wish {n}") for n, slate in enumerate(used(impressions(SMALL, 6000), SMALL))]
    found = estimate(slates)
    assert found.by == "item"
    np.testing.assert_allclose(found.values, LOOKED, rtol=0.12)


def test_what_is_rejected_was_looked_at_too() -> None:
    found = estimate(used(impressions(SMALL, 6000, kind=Kind.DISLIKED), SMALL))
    np.testing.assert_allclose(found.values, LOOKED, rtol=0.12)


def test_an_order_that_never_changes_tells_nothing() -> None:
    one, *_ = used(impressions(SMALL, 1), SMALL)
    same = [replace(one, reacted=np.array([True, False, False, True, False]))] * 500
    with pytest.raises(TrainingError, match=r"There are 0 reactions .* 100 more are needed.*Nothing was changed"):
        estimate(same)
    with pytest.raises(TrainingError, match="100 more"):
        estimate([])


def test_too_few_are_counted() -> None:
    slates = used(impressions(SMALL, 100), SMALL)
    with pytest.raises(TrainingError, match=r"There are \d\d reactions .*; \d\d? more are needed"):
        estimate(slates)


def test_a_place_that_is_hardly_ever_shown_counts_as_the_one_before_it() -> None:
    slates = used(impressions(SMALL, 3000), SMALL)
    rows = np.append(slates[0].rows, slates[1].rows[:1])
    longer = [
        Used(
            "u1",
            "a comedy",
            rows,
            np.array([False] * 5 + [True]),
            np.array([0.0] * 5 + [1.0], np.float32),
            np.ones(6, np.bool_),
            0.0,
        )
    ]
    found = estimate([*slates, *longer])
    assert found.values[5] == found.values[4]


def test_nothing_counts_beyond_the_clip() -> None:
    found = Propensities(np.array([1.0, 0.5, 0.01]), 1000, "item")
    assert [found.weight(place) for place in (0, 1, 2, 7)] == [1, 2, 1 / CLIPPED, 1 / CLIPPED]
