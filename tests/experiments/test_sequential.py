"""Looking often: simulated experiments, with nothing to find and with something."""

from __future__ import annotations

import math

import numpy as np
import pytest

from palate.experiments import Boundary, Experiment, Outcome, Variant, lift, plan

EXPERIMENT = Experiment("x", (Variant("a", 0.5), Variant("b", 0.5)), "liked", 0.1, 0.2)
ALPHA, TIMES, LOOKS = 0.05, 2_000, 20
NOISE = 3 * math.sqrt(ALPHA * (1 - ALPHA) / TIMES)
"""Three standard errors of a share of so many experiments."""


def looked_at(
    control: float, treatment: float, seed: int, times: int = TIMES, looks: int = LOOKS
) -> tuple[float, float]:
    """The share of experiments with something found at any look: by palate's test, and by one at 5 % a look."""
    need = plan(EXPERIMENT).people["a"]
    boundary = plan(EXPERIMENT).boundary
    draw = np.random.default_rng(seed)
    ends = [need * look // looks for look in range(1, looks + 1)]
    steps = np.diff([0, *ends])
    counts = np.stack([draw.binomial(steps, chance, (times, looks)).cumsum(1) for chance in (control, treatment)])
    found = naive = 0
    for one in range(times):
        zs = [
            lift(Outcome.share(people, int(a)), Outcome.share(people, int(b))).z
            for people, a, b in zip(ends, counts[0, one], counts[1, one], strict=True)
        ]
        found += any(boundary.crossed(z, people / need) for z, people in zip(zs, ends, strict=True))
        naive += any(abs(z) >= 1.96 for z in zs)
    return found / times, naive / times


def test_nothing_to_find_and_twenty_looks() -> None:
    found, naive = looked_at(0.1, 0.1, seed=2026)
    assert found <= ALPHA + NOISE
    assert found > ALPHA / 3, "nor is it shy"
    assert naive > 4 * ALPHA


def test_nothing_to_find_and_three_hundred_looks() -> None:
    found, naive = looked_at(0.1, 0.1, seed=11, times=400, looks=300)
    assert found <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / 400)
    assert naive > 6 * ALPHA


def test_what_there_is_to_find_is_found() -> None:
    found, _ = looked_at(0.1, 0.12, seed=2026, times=1_000)
    assert found >= EXPERIMENT.power - 0.02


def test_the_boundary() -> None:
    boundary = Boundary.of(0.05)
    assert boundary.final == pytest.approx(2.2414, abs=1e-4)
    assert boundary.at(0.25) == pytest.approx(2 * boundary.final)
    assert boundary.at(0) == math.inf
    assert boundary.at(1.5) == boundary.final
    assert Boundary.of(0.05, 3).final > boundary.final
    assert not boundary.crossed(5, 0.1)


@pytest.mark.parametrize("part", [0.05, 0.3, 1.0, 2.0])
def test_p_is_alpha_at_the_boundary(part: float) -> None:
    for comparisons in (1, 3):
        boundary = Boundary.of(0.05, comparisons)
        assert boundary.p(boundary.at(part), part) == pytest.approx(0.05)
        assert boundary.p(0.1, part) == 1
        assert boundary.p(0, 0) == 1


def test_several_comparisons_share_one_alpha() -> None:
    """Three treatments like the control: z of each against it, at twenty looks."""
    draw = np.random.default_rng(5)
    walks = draw.normal(size=(TIMES, 4, LOOKS)).cumsum(2)
    parts = np.arange(1, LOOKS + 1) / LOOKS
    z = np.abs(walks[:, 1:] - walks[:, :1]) / math.sqrt(2) / np.sqrt(np.arange(1, LOOKS + 1))
    boundary = Boundary.of(ALPHA, 3)
    needed = np.array([boundary.at(part) for part in parts])
    assert (z >= needed).any((1, 2)).mean() <= ALPHA + NOISE
    assert (z >= np.array([Boundary.of(ALPHA).at(part) for part in parts])).any((1, 2)).mean() > ALPHA
