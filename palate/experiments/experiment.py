"""An experiment: what is compared, on whom, by what, and how sure the answer must be. JSON in and out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from palate.errors import ExperimentError
from palate.experiments.changes import Change, checked
from palate.experiments.spans import SLOTS, Span, laid_out, slot_of, variant_at

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FIELDS = ("metric", "baseline", "deviation", "minimum_effect", "alpha", "power", "salt", "catalogue")


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the things that are compared."""

    name: str
    share: float
    """Of all people, 0 to 1, in steps of 0.0001; what the variants leave over takes no part."""
    changes: Mapping[str, Change] = field(default_factory=dict)
    """What is different in it from the settings; mostly nothing in the control. See `palate.experiments.changes`."""

    @property
    def slots(self) -> int:
        """Its share in slots."""
        return round(self.share * SLOTS)


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is compared. Raises ExperimentError, in plain words, where it makes no sense."""

    name: str
    variants: tuple[Variant, ...]
    """The first is the control that the others are compared with."""
    metric: str
    """What is counted of a person, by the name that whoever counts knows it by: "liked", "bought"."""
    baseline: float
    """What the metric is without the experiment: the share of people, or the mean of a person."""
    minimum_effect: float
    """The smallest change worth finding, relative to the baseline: 0.1 is a tenth more."""
    deviation: float | None = None
    """The standard deviation of the metric between people; None where it is a share of people."""
    alpha: float = 0.05
    """The chance that a difference is found where there is none, over all variants and all looks."""
    power: float = 0.8
    """The chance that a difference of the minimum effect is found."""
    salt: str = ""
    """Changed to draw everybody anew."""
    catalogue: str = ""
    """Which one it is about; empty: all of them."""
    prompts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The sets of prompts that variants name: by set and prompt, such as `write`, the text of the file. A set leaves
    out what it does not change."""
    started: datetime | None = None
    stopped: datetime | None = None
    spans: tuple[Span, ...] = ()
    """Which slots of people belong to which variant; laid out where empty."""

    def __post_init__(self) -> None:
        for problem in (_of_names(self), _of_shares(self), _of_statistics(self), _of_times(self)):
            if problem:
                raise ExperimentError(f"The experiment {self.name!r}: {problem}")
        for variant in self.variants:
            checked(variant.changes, f"The variant {variant.name!r} of {self.name!r}")
            wanted_set = variant.changes.get("prompts")
            if wanted_set is not None and not self.prompts.get(str(wanted_set)):
                raise ExperimentError(
                    f"The variant {variant.name!r} of {self.name!r} wants the prompts {wanted_set!r}, and there are "
                    f"none: put their files, such as write.j2, into the folder {wanted_set} beside the experiment's."
                )
        wanted = {variant.name: variant.slots for variant in self.variants}
        if not self.spans:
            object.__setattr__(self, "spans", laid_out(wanted))
        elif not _lie_well(self.spans, wanted):
            raise ExperimentError(f"The experiment {self.name!r}: its spans do not give each variant its share.")

    @property
    def control(self) -> Variant:
        """What the others are compared with."""
        return self.variants[0]

    @property
    def treatments(self) -> tuple[Variant, ...]:
        """What is compared with the control."""
        return self.variants[1:]

    @property
    def running(self) -> bool:
        """Whether people are assigned now."""
        return self.started is not None and self.stopped is None

    @property
    def whole(self) -> bool:
        """Whether everybody has a variant, so that nobody is left for another experiment."""
        return sum(variant.slots for variant in self.variants) == SLOTS

    @property
    def difference(self) -> float:
        """The minimum effect in the metric's own unit."""
        return self.baseline * self.minimum_effect

    def variant_of(self, user: str) -> Variant | None:
        """Who sees what: the same for a person for ever, whatever other experiments there are; None: no part."""
        name = variant_at(self.spans, slot_of(self.name, self.salt, user))
        return next((variant for variant in self.variants if variant.name == name), None)

    def with_shares(self, shares: Mapping[str, float]) -> Experiment:
        """The experiment with other shares for some variants; only people who must change their variant do.

        People who changed saw two variants and say nothing about either: count those only who saw one, or give the
        experiment another salt and begin again. Raises ExperimentError.
        """
        unknown = set(shares) - {variant.name for variant in self.variants}
        if unknown:
            raise ExperimentError(f"The experiment {self.name!r} has no variant {sorted(unknown)[0]!r}.")
        variants = tuple(replace(one, share=shares.get(one.name, one.share)) for one in self.variants)
        replace(self, variants=variants, spans=())  # what is wrong with the shares is said by name
        spans = laid_out({variant.name: variant.slots for variant in variants}, self.spans)
        return replace(self, variants=variants, spans=spans)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "variants": [
                {"name": one.name, "share": one.share, "changes": dict(one.changes)} for one in self.variants
            ],
            **{name: getattr(self, name) for name in _FIELDS},
            "prompts": {name: dict(texts) for name, texts in self.prompts.items()},
            "started": self.started.isoformat() if self.started else None,
            "stopped": self.stopped.isoformat() if self.stopped else None,
            "spans": [[span.low, span.high, span.variant] for span in self.spans],
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """What `as_dict` gave, or what a person wrote in the same form. Raises ExperimentError."""
        known = {"name", "variants", "prompts", "started", "stopped", "spans", *_FIELDS}
        if odd := sorted(set(data) - known):
            raise ExperimentError(f"An experiment has no {odd[0]!r}; it has {', '.join(sorted(known))}.")
        if lacking := [
            key for key in ("name", "variants", "metric", "baseline", "minimum_effect") if key not in data
        ]:
            raise ExperimentError(f"An experiment needs {' and '.join(lacking)}.")
        try:
            return cls(
                name=data["name"],
                variants=tuple(Variant(**one) for one in data["variants"]),
                **{name: data[name] for name in _FIELDS if name in data},
                prompts={name: dict(texts) for name, texts in dict(data.get("prompts") or {}).items()},
                started=_time(data.get("started")),
                stopped=_time(data.get("stopped")),
                spans=tuple(Span(*one) for one in data.get("spans") or ()),
            )
        except (TypeError, ValueError, AttributeError) as error:
            raise ExperimentError(f"The experiment cannot be read: {error}") from error


def _of_names(one: Experiment) -> str:
    names = [variant.name for variant in one.variants]
    for name in (one.name, *names):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return f"the name {name!r} needs small letters, digits, - and _, 64 at most."
    if len(names) < 2:
        return "it needs two variants or more, the first of them what there is now."
    if len(set(names)) < len(names):
        return "two variants have one name."
    said: list[object] = [one.catalogue, *(text for texts in one.prompts.values() for text in texts.values())]
    if not all(isinstance(text, str) for text in said):
        return "its catalogue is a name, and its prompts are texts."
    return "" if one.metric else "say what is counted (metric)."


def _of_shares(one: Experiment) -> str:
    for variant in one.variants:
        if not _number(variant.share) or not 0 < variant.share <= 1:
            return f"the share of {variant.name!r} is {variant.share!r}; it must be above 0 and at most 1."
        if abs(variant.slots - variant.share * SLOTS) > 1e-6 or not variant.slots:
            return f"the share of {variant.name!r} is {variant.share!r}; it must be a multiple of 0.0001."
    total = sum(variant.slots for variant in one.variants)
    return f"the shares add up to {total / SLOTS:g}; 1 is all there is." if total > SLOTS else ""


def _of_statistics(one: Experiment) -> str:
    for name in ("baseline", "minimum_effect", "alpha", "power"):
        if not _number(getattr(one, name)):
            return f"{name} is {getattr(one, name)!r}; it must be a number."
    if not (0 < one.alpha < 0.5 and 0.5 <= one.power < 1):
        return "alpha must be above 0 and below 0.5, power at least 0.5 and below 1."
    if one.minimum_effect <= 0:
        return "the minimum effect must be above 0: 0.1 is a tenth more than the baseline."
    if one.deviation is not None:
        good = _number(one.deviation) and one.deviation > 0 and one.baseline > 0
        return "" if good else "baseline and deviation must be above 0."
    if not 0 < one.baseline < 1:
        return "the baseline is a share of people, so between 0 and 1; a mean of people needs a deviation too."
    most = 1 / one.baseline - 1
    return (
        "" if one.minimum_effect < most else f"the minimum effect would be more than all people; below {most:g} is."
    )


def _of_times(one: Experiment) -> str:
    for when in (one.started, one.stopped):
        if when is not None and when.tzinfo is None:
            return "its times need a time zone."
    if one.stopped is not None and (one.started is None or one.stopped < one.started):
        return "it was stopped before it was started."
    return ""


def _lie_well(spans: Sequence[Span], wanted: Mapping[str, int]) -> bool:
    """Whether spans are in order, do not overlap, and give each variant its slots."""
    found = dict.fromkeys(wanted, 0)
    end = 0
    for span in spans:
        if span.variant not in found or not end <= span.low < span.high <= SLOTS:
            return False
        found[span.variant] += span.high - span.low
        end = span.high
    return found == dict(wanted)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
