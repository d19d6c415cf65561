from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.retrieval.fusion import Fused, fuse
from palate.retrieval.ranking import Ranking

lists = st.lists(st.integers(0, 30), unique=True, max_size=12)


def ranking(rows: list[int], source: str = "graph", weight: float = 1.0) -> Ranking:
    scores = np.arange(len(rows), 0, -1, dtype=np.float32)
    return Ranking(source, np.asarray(rows, np.int32), scores, weight=weight)


def order(fused: Fused) -> list[int]:
    return [int(row) for row in fused.rows[np.argsort(-fused.scores, kind="stable")]]


def test_the_formula_of_the_paper() -> None:
    fused = fuse([ranking([5, 9]), ranking([9, 2, 5], "history")], weights={})
    sums = {2: 1 / 62, 5: 1 / 61 + 1 / 63, 9: 1 / 62 + 1 / 61}
    assert fused.rows.tolist() == [2, 5, 9]
    assert (fused.scores * sums[9]).tolist() == pytest.approx(list(sums.values()))
    assert (fused.parts["graph"] * sums[9]).tolist() == pytest.approx([0, 1 / 61, 1 / 62])


@given(st.lists(lists, max_size=5).flatmap(lambda r: st.tuples(st.just(r), st.permutations(r))))
def test_the_order_of_the_rankings_does_not_matter(pair: tuple[list[list[int]], list[list[int]]]) -> None:
    one, other = (fuse([ranking(rows) for rows in some]) for some in pair)
    assert one.rows.tolist() == other.rows.tolist()
    assert order(one) == order(other)


@given(lists.filter(bool))
def test_one_ranking_keeps_its_order_and_the_best_is_one(rows: list[int]) -> None:
    fused = fuse([ranking(rows)])
    assert order(fused) == rows
    assert fused.scores.max() == 1.0


@given(st.lists(st.tuples(lists, st.sampled_from(["dense", "lexical", "graph"])), max_size=5))
def test_the_parts_sum_to_the_scores(some: list[tuple[list[int], str]]) -> None:
    fused = fuse([ranking(rows, source) for rows, source in some])
    total = np.sum(list(fused.parts.values()), axis=0) if fused.parts else np.zeros(len(fused.rows))
    assert fused.scores == pytest.approx(total)


def test_weights_of_source_and_ranking_scale() -> None:
    fused = fuse([ranking([1], "dense"), ranking([2], "graph", 0.5)], weights={"dense": 2.0})
    assert fused.scores.tolist() == pytest.approx([1.0, 0.25])


def test_others_are_there_at_nothing_and_none_is_nothing() -> None:
    fused = fuse([ranking([4])], np.asarray([9, 4], np.int32))
    assert (fused.rows.tolist(), fused.scores.tolist()) == ([4, 9], [1.0, 0.0])
    assert len(fuse([]).rows) == 0
