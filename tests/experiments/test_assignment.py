"""Who sees what: sticky, even, apart from other experiments, and no more moved than must be."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, chisquare

from palate.errors import ExperimentError
from palate.experiments import Experiment, Variant
from palate.experiments.spans import SLOTS, laid_out, slot_of, variant_at

PEOPLE = [f"user-{number}" for number in range(100_000)]
FEW = PEOPLE[:5_000]


def experiment(name: str = "novelty", *, salt: str = "", **shares: float) -> Experiment:
    variants = tuple(Variant(variant, share) for variant, share in (shares or {"a": 0.5, "b": 0.5}).items())
    return Experiment(name, variants, "liked", 0.1, 0.2, salt=salt)


def drawn(one: Experiment, people: list[str]) -> list[str]:
    return [variant.name if (variant := one.variant_of(user)) else "" for user in people]


def test_as_many_people_as_meant() -> None:
    counted = Counter(drawn(experiment(a=0.5, b=0.3, c=0.15), PEOPLE))
    expected = [0.5, 0.3, 0.15, 0.05]
    found = chisquare([counted[name] for name in ("a", "b", "c", "")], [share * len(PEOPLE) for share in expected])
    assert found.pvalue > 0.01


def test_every_slot_is_as_likely() -> None:
    counted = Counter(slot_of("novelty", "", user) // 100 for user in PEOPLE)
    assert chisquare([counted[place] for place in range(100)]).pvalue > 0.01
    assert set(counted) == set(range(100))


def test_a_person_sees_the_same_for_ever() -> None:
    first = drawn(experiment(), FEW)
    assert drawn(experiment(), FEW) == first
    assert [slot_of("novelty", "", user) for user in ("guest", "林", "")] == [9198, 4782, 5731]


@pytest.mark.parametrize("other", [experiment("diversity"), experiment(salt="again")])
def test_another_experiment_or_salt_draws_apart(other: Experiment) -> None:
    table = Counter(zip(drawn(experiment(), PEOPLE), drawn(other, PEOPLE), strict=True))
    assert chi2_contingency([[table["a", "a"], table["a", "b"]], [table["b", "a"], table["b", "b"]]]).pvalue > 0.01


def test_parts_of_the_hash_do_not_run_together() -> None:
    assert slot_of("ab", "c", "d") != slot_of("a", "bc", "d") != slot_of("a", "b", "cd")


def test_only_who_must_move_does() -> None:
    before = experiment(a=0.4, b=0.3, c=0.3)
    after = before.with_shares({"a": 0.5, "b": 0.2})
    moves = Counter(
        pair for pair in zip(drawn(before, PEOPLE), drawn(after, PEOPLE), strict=True) if len(set(pair)) > 1
    )
    assert set(moves) == {("b", "a")}
    assert moves["b", "a"] / len(PEOPLE) == pytest.approx(0.1, abs=0.005)


def test_more_of_everybody_moves_nobody_who_is_in() -> None:
    before = experiment(a=0.05, b=0.05)
    after = before.with_shares({"a": 0.5, "b": 0.5})
    moves = {pair for pair in zip(drawn(before, FEW), drawn(after, FEW), strict=True) if len(set(pair)) > 1}
    assert moves == {("", "a"), ("", "b")}


def test_shares_that_cannot_be() -> None:
    with pytest.raises(ExperimentError, match="no variant 'c'"):
        experiment().with_shares({"c": 0.1})
    with pytest.raises(ExperimentError, match=r"add up to 1\.2"):
        experiment().with_shares({"a": 0.7})


SHARES = st.lists(st.integers(1, SLOTS // 4), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(SHARES, min_size=2, max_size=5))
def test_every_change_moves_the_least_there_is(history: list[list[int]]) -> None:
    names = "abcd"
    spans = laid_out(dict(zip(names, history[0], strict=True)))
    for old, new in pairwise(history):
        later = laid_out(dict(zip(names, new, strict=True)), spans)
        belongs = [(variant_at(spans, slot), variant_at(later, slot)) for slot in range(SLOTS)]
        assert Counter(after for _, after in belongs if after) == dict(zip(names, new, strict=True))
        left = Counter(before for before, after in belongs if before and before != after)
        assert left == Counter({name: was - now for name, was, now in zip(names, old, new, strict=True) if was > now})
        spans = later
