from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palate.retrieval.ranking import best


@given(st.lists(st.tuples(st.integers(-3, 5), st.booleans()), max_size=30), st.integers(1, 12))
def test_best_is_a_stable_sort_of_what_is_allowed_and_above_zero(rows: list[tuple[int, bool]], limit: int) -> None:
    scores = np.asarray([score for score, _ in rows], float)
    allowed = np.asarray([flag for _, flag in rows], bool)
    ordered = sorted((row for row, (score, flag) in enumerate(rows) if flag and score > 0), key=lambda r: -rows[r][0])
    assert best(scores, allowed, limit).tolist() == ordered[:limit]


def test_rows_far_behind_the_best_are_left_out() -> None:
    scores = np.asarray([1.0, 0.2, 0.19, 5.0])
    allowed = np.asarray([True, True, True, False])
    assert best(scores, allowed, 9, floor=0.2).tolist() == [0, 1]
