"""What everybody is shown makes way: how many places, by how much, and never the first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.retrieval.learned.crowding import TAKEN, Crowding


@pytest.mark.parametrize(
    ("diversity", "size", "kept"),
    [(0.0, 5, 5), (0.2, 10, 7), (0.2, 5, 3), (0.2, 3, 2), (0.2, 1, 1), (0.5, 4, 1), (1.0, 10, 1), (0.2, 0, 1)],
)
def test_the_more_unlike_a_slate_is_to_be_the_more_places_make_way(diversity: float, size: int, kept: int) -> None:
    assert Crowding(np.zeros(0, np.float32), diversity, size).kept == kept


def test_what_fits_nearly_as_well_takes_the_place_of_what_everybody_is_shown() -> None:
    scores = np.array([0.2, 1.0, 0.86, 0.9, 0.8])
    exposure = np.array([0.0, 1.0, 0.0, 1.0, 1.0], np.float32)
    relieved = Crowding(exposure, 0.2, 3).relieve(scores)
    # Of three places one is open. What is second best stays; what is third is hidden by nobody.
    assert np.argsort(-relieved).tolist() == [1, 3, 2, 4, 0]
    assert relieved == pytest.approx([0.2, 1.0, 0.86, 0.9, 0.8 - 0.2 * TAKEN])
    assert Crowding(exposure, 0.4, 3).relieve(scores)[3] == pytest.approx(0.9 - 0.4 * TAKEN)
    assert Crowding(exposure, 0.0, 3).relieve(scores).tolist() == scores.tolist()


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.integers(0, 12))
def test_the_first_stay_and_nobody_gains(seed: int, diversity: float, size: int) -> None:
    rng = np.random.default_rng(seed)
    scores, exposure = rng.random(30), rng.random(30).astype(np.float32)
    crowding = Crowding(exposure, diversity, size)
    relieved = crowding.relieve(scores)
    first = np.argsort(-scores, kind="stable")[: crowding.kept]
    assert np.argsort(-relieved, kind="stable")[: crowding.kept].tolist() == first.tolist()
    assert (relieved <= scores).all()
    assert (relieved >= 0).all()


def test_nobody_proposed() -> None:
    assert len(Crowding(np.zeros(0, np.float32), 0.2, 5).relieve(np.zeros(0))) == 0
