from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.retrieval.fusion import reciprocal_rank_fusion

ids = st.text("abcdefgh", min_size=1, max_size=2)
scored = st.dictionaries(ids, st.integers(-1000, 1000), max_size=12)


def ranked(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda item: (-scores[item], item))


def test_the_formula_of_the_paper() -> None:
    fused = reciprocal_rank_fusion([["a", "b"], ["b", "c", "a"]])
    assert fused == {"a": 1 / 61 + 1 / 63, "b": 1 / 62 + 1 / 61, "c": 1 / 62}


@given(st.lists(scored, max_size=4))
def test_only_the_order_of_scores_matters(sources: list[dict[str, float]]) -> None:
    stretched = [{item: math.atan(score) * 7 + 3 for item, score in source.items()} for source in sources]
    assert reciprocal_rank_fusion([ranked(s) for s in sources]) == reciprocal_rank_fusion(
        [ranked(s) for s in stretched]
    )


@given(st.lists(st.lists(ids, max_size=10), max_size=5).flatmap(lambda r: st.tuples(st.just(r), st.permutations(r))))
def test_the_order_of_the_rankings_does_not_matter(pair: tuple[list[list[str]], list[list[str]]]) -> None:
    assert reciprocal_rank_fusion(pair[0]) == reciprocal_rank_fusion(pair[1])


@given(st.lists(ids, unique=True, min_size=2, max_size=10))
def test_one_ranking_keeps_its_order(ranking: list[str]) -> None:
    fused = reciprocal_rank_fusion([ranking])
    assert sorted(fused, key=lambda item: -fused[item]) == ranking


def test_an_item_twice_in_a_ranking_counts_at_its_first_place() -> None:
    assert reciprocal_rank_fusion([["a", "a", "b"]]) == reciprocal_rank_fusion([["a", "b"]])


def test_weights_scale_rankings_and_must_be_as_many() -> None:
    assert reciprocal_rank_fusion([["a"], ["b"]], [2.0, 0.5]) == {"a": 2 / 61, "b": 0.5 / 61}
    assert reciprocal_rank_fusion([]) == {}
    with pytest.raises(ValueError, match="zip"):
        reciprocal_rank_fusion([["a"]], [1.0, 2.0])
