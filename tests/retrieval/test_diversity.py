from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyversity import mmr

from palate.retrieval.diversity import diversify

TWINS = np.asarray([[1, 0], [1, 0], [0, 1]], np.float32)


def test_a_twin_of_what_is_chosen_falls_behind_something_else() -> None:
    assert diversify(TWINS, np.asarray([1.0, 0.9, 0.8]), 2, diversity=0.5).tolist() == [0, 2]


def test_without_diversity_the_scores_decide() -> None:
    assert diversify(TWINS, np.asarray([0.8, 1.0, 0.9]), 3, diversity=0.0).tolist() == [1, 2, 0]


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.tuples(
            arrays(np.float32, (n, 3), elements=st.floats(0, 1, width=32)),
            arrays(np.float64, n, elements=st.floats(0, 1)),
            st.integers(1, n),
        )
    )
)
def test_as_many_as_asked_each_once_the_best_first(
    case: tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], np.ndarray[tuple[int], np.dtype[np.float64]], int],
) -> None:
    vectors, scores, size = case
    chosen = diversify(vectors, scores, size, diversity=0.3).tolist()
    assert len(set(chosen)) == len(chosen) == size
    assert np.float32(scores[chosen[0]]) == np.float32(scores.max())


def test_the_order_is_that_of_pyversity() -> None:
    random = np.random.default_rng(0)
    vectors, scores = random.random((60, 200), np.float32), random.random(60)
    for diversity in (0.0016, 0.2, 0.9, 1.0):
        theirs = mmr(vectors, scores, 40, diversity=diversity).indices.tolist()
        assert diversify(vectors, scores, 40, diversity).tolist() == theirs
