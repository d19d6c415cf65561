from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.domain import Candidate, Fact
from palate.retrieval import ranking
from palate.retrieval.ranking import Ranking, best, nothing, numbered, ranked


@pytest.mark.parametrize("block", [2, 32])
@given(st.lists(st.tuples(st.integers(-3, 5), st.booleans()), max_size=30), st.integers(1, 12))
def test_best_is_a_stable_sort_of_what_is_allowed_and_above_zero(
    block: int, rows: list[tuple[int, bool]], limit: int
) -> None:
    scores = np.asarray([score for score, _ in rows], np.float32)
    allowed = np.asarray([flag for _, flag in rows], bool)
    ordered = sorted((row for row, (score, flag) in enumerate(rows) if flag and score > 0), key=lambda r: -rows[r][0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "SHORTEST", block)
        patch.setattr(ranking, "SORTED", 0)
        found = best(scores, allowed, limit)
    assert found.tolist() == ordered[:limit]
    assert found.dtype == np.int32


def test_rows_far_behind_the_best_are_left_out() -> None:
    scores = np.asarray([1.0, 0.2, 0.19, 5.0])
    allowed = np.asarray([True, True, True, False])
    assert best(scores, allowed, 9, floor=0.2).tolist() == [0, 1]


def test_level_scores_of_many_blocks_go_to_the_lower_rows() -> None:
    scores = np.full(200 * ranking.LONGEST + 7, 0.5, np.float32)
    scores[-1] = 1.0
    allowed = np.ones(len(scores), np.bool_)
    allowed[0] = False
    assert best(scores, allowed, 4).tolist() == [len(scores) - 1, 1, 2, 3]


def test_a_ranking_becomes_candidates_with_facts(films: Catalogue) -> None:
    rows = np.asarray([3, 1], np.int32)

    def facts(row: int) -> tuple[Fact, ...]:
        return (Fact(films.items[row].id, "rare", "5", "histories"),)

    made = Ranking("tail", rows, np.asarray([2.0, 1.0], np.float32), facts)
    fact = Fact("the-cellar", "rare", "5", "histories")
    assert made.candidates(films)[0] == Candidate("the-cellar", 2.0, "tail", (fact,))
    assert len(made) == 2


def test_factors_order_a_ranking_anew_and_keep_its_facts() -> None:
    def facts(row: int) -> tuple[Fact, ...]:
        return (Fact(str(row), "rare", "5", "histories"),)

    made = Ranking("dense", np.asarray([7, 8, 9], np.int32), np.asarray([3, 2, 1], np.float32), facts, 0.5)
    again = made.times(np.asarray([0.1, 1.0, 0.0], np.float32))
    assert again.rows.tolist() == [8, 7]
    assert again.scores.tolist() == pytest.approx([2.0, 0.3])
    assert (again.facts, again.weight, again.source) == (facts, 0.5, "dense")


def test_some_rows_are_ranked_and_none_too() -> None:
    made = ranked("graph", np.asarray([4, 6, 8], np.int32), np.asarray([0.5, 0.0, 1.0]), 2)
    assert made.rows.tolist() == [8, 4]
    assert len(nothing("graph")) == 0


@given(st.lists(st.integers(0, 2_000), max_size=40), st.sampled_from([1, 256, 10_000]))
def test_numbers_are_numbered_as_numpy_does_it(values: list[int], sparse: int) -> None:
    array = np.asarray(values, np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "SPARSE", sparse)
        once, places = numbered(array)
    assert once.tolist() == np.unique(array).tolist()
    assert once[places].tolist() == values
