"""Figures against those of statsmodels, SciPy and simulation."""

from __future__ import annotations

import builtins
import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare
from statsmodels.stats import proportion

from palate.errors import ExperimentError, MissingPackage
from palate.experiments import Boundary, Experiment, Outcome, Variant, lift, mismatch, plan


def experiment(*shares: float, effect: float = 0.2, **more: Any) -> Experiment:
    variants = tuple(Variant(name, share) for name, share in zip("abcd", shares or (0.5, 0.5), strict=False))
    return Experiment("x", variants, "liked", more.pop("baseline", 0.1), effect, **more)


def test_a_difference_of_shares() -> None:
    found = lift(Outcome.share(2000, 200), Outcome.share(1500, 195))
    low, high = proportion.confint_proportions_2indep(195, 1500, 200, 2000, method="wald", compare="diff")
    assert found.difference.value == pytest.approx(0.03)
    assert (found.difference.low, found.difference.high) == pytest.approx((low, high), abs=2e-4)


def test_a_ratio_of_shares() -> None:
    found = lift(Outcome.share(2000, 200), Outcome.share(1500, 195)).relative
    low, high = proportion.confint_proportions_2indep(195, 1500, 200, 2000, method="log", compare="ratio")
    assert found is not None
    assert found.value == pytest.approx(0.3)
    assert (found.low, found.high) == pytest.approx((low - 1, high - 1), abs=5e-3)


@pytest.mark.parametrize(("control", "treatment"), [((0, 0), (0, 0)), ((50, 0), (50, 5)), ((3, 0), (3, 3))])
def test_few_people_prove_nothing(control: tuple[int, int], treatment: tuple[int, int]) -> None:
    found = lift(Outcome.share(*control), Outcome.share(*treatment))
    assert found.relative is None
    assert not Boundary.of(0.05).crossed(found.z, treatment[0] / 1000)
    assert found.difference.low <= found.difference.value <= found.difference.high


def test_values_that_are_all_alike_prove_nothing() -> None:
    found = lift(Outcome.values([1, 1, 1]), Outcome.values([2, 2, 2]))
    assert (found.z, found.relative, found.difference.high) == (0, None, math.inf)


def test_values_of_people() -> None:
    values = [1.0, 4.0, 2.0, 9.0]
    found = Outcome.values(values)
    assert (found.people, found.mean) == (4, 4.0)
    assert found.variance == pytest.approx(np.var(values, ddof=1))
    assert Outcome.values([]) == Outcome(0, 0.0, 0.0)


def test_a_ratio_over_people_who_differ_in_how_much_they_do() -> None:
    """The delta method's error is that of many samples; counting each slate as a person's would be far too sure."""
    draw = np.random.default_rng(7)

    def sample() -> list[tuple[float, float]]:
        slates = draw.integers(1, 30, 400)
        taste = draw.beta(1, 3, 400)
        return [(float(draw.binomial(many, liking)), float(many)) for many, liking in zip(slates, taste, strict=True)]

    means, errors = zip(
        *((one.mean, math.sqrt(one.error)) for one in map(Outcome.ratio, (sample() for _ in range(400)))), strict=True
    )
    assert float(np.mean(errors)) == pytest.approx(float(np.std(means)), rel=0.1)
    pairs = sample()
    mean = Outcome.ratio(pairs).mean
    naive = math.sqrt(mean * (1 - mean) / sum(many for _, many in pairs))
    assert float(np.mean(errors)) > 2 * naive
    assert Outcome.ratio([(0, 0), (1, 2)]).people == 1


def test_counts_that_cannot_be() -> None:
    for people, converted in ((3, 4), (-1, 0), (3, -1)):
        with pytest.raises(ExperimentError, match="cannot be"):
            Outcome.share(people, converted)


def test_people_needed_are_those_of_statsmodels_at_the_boundary_of_the_test() -> None:
    found = plan(experiment())
    boundary = Boundary.of(0.05)
    alpha = 2 * (1 - NormalDist().cdf(boundary.final))
    needed = proportion.samplesize_proportions_2indep_onetail(0.02, 0.1, 0.8, ratio=1, alpha=alpha)
    assert found.people["a"] == found.people["b"]
    assert found.people["b"] == pytest.approx(needed, rel=0.02)


def test_people_needed_grow_as_they_should() -> None:
    usual = plan(experiment()).total
    assert plan(experiment(effect=0.1)).total > 3.5 * usual
    assert plan(experiment(0.1, 0.9)).total > 2 * usual
    assert plan(experiment(0.3, 0.3, 0.3)).total > 1.5 * usual
    assert plan(experiment(alpha=0.01)).total > usual
    assert plan(experiment(power=0.95)).total > usual
    one_look = (NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)) ** 2 * (0.09 + 0.12 * 0.88) / 0.02**2
    assert usual / 2 == pytest.approx(1.21 * one_look, rel=0.01), "what looking at any time costs"
    mean = plan(experiment(baseline=3.0, deviation=2.0))
    assert mean.people["a"] == pytest.approx((2.2414 + 0.8416) ** 2 * 2 * 4 / 0.6**2, abs=2)


def test_parts_of_a_plan() -> None:
    found = plan(experiment())
    need = found.people["a"]
    assert found.part("a", "b", {"a": need, "b": need}) == 1
    assert found.part("a", "b", {"a": 2 * need, "b": 2 * need}) == 1
    assert found.part("a", "b", {"a": need // 2, "b": need // 2}) == pytest.approx(0.5, abs=0.001)
    assert found.part("a", "b", {"a": need}) == 0


def test_shares_as_meant() -> None:
    found = mismatch({"a": 1_050, "b": 950, "c": 500}, {"a": 0.4, "b": 0.4, "c": 0.2})
    expected = chisquare([1_050, 950, 500], [1_000, 1_000, 500])
    assert (found.chi_square, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert not found.found
    assert mismatch({"a": 1_200, "b": 1_000}, {"a": 0.2, "b": 0.2}).found
    assert mismatch({"a": 20}, {"a": 0.5, "b": 0.5}).found, "a variant that nobody came to"
    assert not mismatch({}, {"a": 0.5, "b": 0.5}).found


def test_scipy_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackage, match=r"palate\[train\]"):
        mismatch({"a": 1, "b": 1}, {"a": 0.5, "b": 0.5})
