"""What may be concluded from an experiment now, in plain words; mostly: nothing yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from palate.errors import ExperimentError
from palate.experiments.experiment import Experiment
from palate.experiments.lift import Interval, Lift, lift
from palate.experiments.mismatch import Mismatch, mismatch
from palate.experiments.outcome import Outcome
from palate.experiments.planning import Plan, plan

_LEAST = 5
"""People expected in each variant below which the chi-square test says nothing."""


class Conclusion(StrEnum):
    """What to do."""

    NOT_STARTED = "not started"
    BROKEN = "broken"
    """People came in other shares than were meant; no figure can be believed."""
    NOT_YET = "not yet"
    """Go on."""
    BETTER = "better"
    """Stop: a variant is better than the control."""
    WORSE = "worse"
    """Stop: every variant is worse than the control."""
    NO_DIFFERENCE = "no difference"
    """Stop: as many people as planned, and nothing is better."""
    UNDECIDED = "undecided"
    """It was stopped before anything could be concluded."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One variant against the control."""

    variant: str
    lift: Lift
    """Its intervals hold at every look."""
    part: float
    """Of what the plan can know, 0 to 1."""
    needed: float
    """Standard errors that it takes now."""
    p: float
    """Valid at every look."""

    @property
    def decided(self) -> bool:
        """Whether the difference may be believed."""
        return abs(self.lift.z) >= self.needed

    @property
    def better(self) -> bool:
        """Whether it is better than the control."""
        return self.decided and self.lift.z > 0

    @property
    def over(self) -> bool:
        """Whether no more people are needed for it."""
        return self.decided or self.part >= 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be concluded."""

    conclusion: Conclusion
    text: str
    """In plain words, with what to do."""
    people: int
    needed: int
    """By the plan, of all variants."""
    comparisons: tuple[Comparison, ...] = ()
    winner: str = ""
    """The variant to keep, where there is a conclusion: the best, or the control."""
    mismatch: Mismatch | None = None
    """None while there are too few people for it."""
    came: Mapping[str, int] = field(default_factory=dict)
    """All who came, by variant."""

    @property
    def final(self) -> bool:
        """Whether the experiment is to be stopped now, or has been."""
        return self.conclusion not in {Conclusion.NOT_STARTED, Conclusion.NOT_YET}


def verdict(
    experiment: Experiment, outcomes: Mapping[str, Outcome], came: Mapping[str, int] | None = None
) -> Verdict:
    """What may be concluded from what came of the variants so far; one that is missing had nobody.

    `came` are all who came to each variant, where those counted are only the first of them.

    May be asked at any time and as often as one likes (see `palate.experiments.sequential`). Count no more people of
    a variant than `plan` says, the first ones. Raises ExperimentError for a variant that there is none of, and
    MissingPackage without SciPy.
    """
    names = [variant.name for variant in experiment.variants]
    if unknown := sorted(set(outcomes) - set(names)):
        raise ExperimentError(f"The experiment {experiment.name!r} has no variant {unknown[0]!r}.")
    all_of = {name: outcomes.get(name, Outcome(0, 0.0, 0.0)) for name in names}
    people = {name: outcome.people for name, outcome in all_of.items()}
    planned = plan(experiment)
    total = sum(people.values())
    if experiment.started is None:
        text = f"Not started. It takes {planned.total:,} people."
        return Verdict(Conclusion.NOT_STARTED, text, total, planned.total)
    arrived = people if came is None else {name: came.get(name, 0) for name in names}
    found = _mismatch(experiment, arrived)
    compared = tuple(_compared(experiment, planned, one.name, all_of) for one in experiment.treatments)
    conclusion, winner = _conclusion(experiment, compared)
    if found is not None and found.found:
        conclusion, winner = Conclusion.BROKEN, ""
    result = Verdict(conclusion, "", total, planned.total, compared, winner, found, arrived)
    return replace(result, text=_text(experiment, result, all_of))


def _mismatch(experiment: Experiment, people: Mapping[str, int]) -> Mismatch | None:
    shares = {variant.name: variant.share for variant in experiment.variants}
    least = sum(people.values()) * min(shares.values()) / sum(shares.values())
    return mismatch(people, shares) if least >= _LEAST else None


def _compared(experiment: Experiment, planned: Plan, name: str, outcomes: Mapping[str, Outcome]) -> Comparison:
    control = experiment.control.name
    part = planned.part(control, name, {one: outcome.people for one, outcome in outcomes.items()})
    needed = planned.boundary.at(part)
    found = lift(outcomes[control], outcomes[name], needed)
    return Comparison(name, found, part, needed, planned.boundary.p(found.z, part))


def _conclusion(experiment: Experiment, compared: Sequence[Comparison]) -> tuple[Conclusion, str]:
    """What to do, and the variant to keep."""
    better = [one for one in compared if one.better]
    control = experiment.control.name
    if better:
        return Conclusion.BETTER, max(better, key=lambda one: one.lift.difference.value).variant
    if all(one.over for one in compared):
        worse = all(one.decided for one in compared)
        return (Conclusion.WORSE if worse else Conclusion.NO_DIFFERENCE), control
    return (Conclusion.NOT_YET if experiment.running else Conclusion.UNDECIDED), ""


def _text(experiment: Experiment, found: Verdict, outcomes: Mapping[str, Outcome]) -> str:
    control, sofar = experiment.control.name, f"{found.people:,} of {found.needed:,} people"
    shown = "; ".join(_told(experiment, one, outcomes) for one in found.comparisons)
    match found.conclusion:
        case Conclusion.BROKEN:
            came = ", ".join(f"{name} {count:,}" for name, count in found.came.items())
            meant = ", ".join(f"{one.name} {one.share:.4g}" for one in experiment.variants)
            assert found.mismatch is not None
            return (
                f"Believe no figure of this: people came as {came} where the shares {meant} were meant "
                f"(p = {found.mismatch.p:.1g}). Find out where one variant loses people, then begin again under "
                "another salt."
            )
        case Conclusion.BETTER:
            return f"Stop: {found.winner} is better than {control} ({sofar}). {shown}. Give everybody {found.winner}."
        case Conclusion.WORSE:
            return f"Stop: nothing is better than {control} ({sofar}). {shown}. Keep {control}."
        case Conclusion.NO_DIFFERENCE:
            return (
                f"Stop: {sofar}, and no difference of {experiment.minimum_effect:.3g} times {control} was found. "
                f"{shown}. Keep {control}."
            )
        case Conclusion.UNDECIDED:
            return f"Stopped after {sofar}, too early to conclude anything. {shown}. Keep {control}."
        case _:
            missing = f"{found.needed - found.people:,} more people are needed"
            return f"Not yet: {sofar}. {shown}. Go on: {missing}; what looks better now may well be chance."


def _told(experiment: Experiment, one: Comparison, outcomes: Mapping[str, Outcome]) -> str:
    """Such as "b: bought 12.0%, a 10.0%, lift +20.0% (-3.1% to +48.6%), p = 0.12"."""
    control = experiment.control.name
    change = one.lift.relative
    said = "no lift can be told yet" if change is None else f"lift {_signed(change)}, p = {one.p:.2g}"
    return (
        f"{one.variant}: {experiment.metric} {_mean(experiment, outcomes[one.variant])}, "
        f"{control} {_mean(experiment, outcomes[control])}, {said}"
    )


def _mean(experiment: Experiment, outcome: Outcome) -> str:
    return f"{outcome.mean:.1%}" if experiment.deviation is None else f"{outcome.mean:.4g}"


def _signed(change: Interval) -> str:
    high = f"{change.high:+.1%}" if change.high < 100 else "any"
    return f"{change.value:+.1%} ({change.low:+.1%} to {high})"
