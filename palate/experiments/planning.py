"""How many people an experiment takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from palate.experiments.experiment import Experiment
from palate.experiments.sequential import Boundary


@dataclass(frozen=True, slots=True)
class Plan:
    """How far an experiment goes."""

    people: Mapping[str, int]
    """Needed, by variant; whoever comes after so many of a variant is counted no more."""
    boundary: Boundary

    @property
    def total(self) -> int:
        """Of all variants."""
        return sum(self.people.values())

    def part(self, control: str, treatment: str, people: Mapping[str, int]) -> float:
        """Which part of what the plan can know of two variants is known with so many people: 0 to 1.

        What is known of a difference goes with a b / (a + b), a and b being the people of each side.
        """
        now = _known(people.get(control, 0), people.get(treatment, 0))
        return min(1.0, now / _known(self.people[control], self.people[treatment]))


def plan(experiment: Experiment) -> Plan:
    """People for the minimum effect to be found with the power that is asked, at the test's own final boundary.

    n = (c + z_power)^2 (s0^2 / w0 + s1^2 / w1) / d^2 over all, w being shares and s deviations: the formula of two
    means, or of two proportions with unpooled variances (Fleiss, Levin & Paik 2003, ch. 4), with the boundary's c.
    """
    boundary = Boundary.of(experiment.alpha, len(experiment.treatments))
    width = boundary.final + NormalDist().inv_cdf(experiment.power)
    before = _variance(experiment, experiment.baseline)
    after = _variance(experiment, experiment.baseline + experiment.difference)
    control = experiment.control.share
    most = max(
        width**2 * (before / control + after / one.share) / experiment.difference**2 for one in experiment.treatments
    )
    return Plan({one.name: math.ceil(most * one.share) for one in experiment.variants}, boundary)


def _variance(experiment: Experiment, mean: float) -> float:
    return experiment.deviation**2 if experiment.deviation is not None else mean * (1 - mean)


def _known(one: int, other: int) -> float:
    return one * other / (one + other) if one and other else 0.0
