"""How much better a variant is than the control: the difference, the relative lift, and how sure either is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from palate.experiments.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the ends of its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Lift:
    """A treatment against the control."""

    difference: Interval
    """In the metric's own unit."""
    relative: Interval | None
    """The same as a share of the control, 0.1 being a tenth more; None where a mean is not above 0."""
    z: float
    """The difference in standard errors; 0 where nothing varies, since values all alike prove nothing."""


def lift(control: Outcome, treatment: Outcome, critical: float | None = None) -> Lift:
    """The lift with intervals of `critical` standard errors each side; 95 % where None, valid at one look only.

    The difference by Wald, the ratio by the logarithm (Katz et al. 1978), both with each side's own variance.
    """
    width = NormalDist().inv_cdf(0.975) if critical is None else critical
    difference = treatment.mean - control.mean
    error = math.sqrt(control.error + treatment.error)
    side = width * error if error else math.inf
    return Lift(
        Interval(difference, difference - side, difference + side),
        _relative(control, treatment, width),
        difference / error if error else 0.0,
    )


def _relative(control: Outcome, treatment: Outcome, width: float) -> Interval | None:
    if control.mean <= 0 or treatment.mean <= 0 or not control.error + treatment.error:
        return None
    middle = math.log(treatment.mean / control.mean)
    side = width * math.sqrt(control.error / control.mean**2 + treatment.error / treatment.mean**2)
    low, high = middle - side, middle + side
    return Interval(math.expm1(middle), math.expm1(low), math.expm1(high) if high < 700 else math.inf)
