"""Hard constraints that a simulated person has said, and whether an item breaks one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from palate.eval.simulate.shelf import Good


class Kept(StrEnum):
    """How an item stands to a constraint."""

    MET = "met"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """The catalogue does not say."""


@dataclass(frozen=True, slots=True)
class Must:
    """Either values that may not be there, or a range that a number must lie in."""

    attribute: str
    without: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def judge(self, good: Good) -> Kept:
        """How `good` stands to it; a number that is not known is unknown, a relation without values too."""
        if self.without:
            values = good.values.get(self.attribute, ())
            if not values:
                return Kept.UNKNOWN
            return Kept.BROKEN if set(values) & set(self.without) else Kept.MET
        number = good.numbers.get(self.attribute)
        if number is None:
            return Kept.UNKNOWN
        low = self.low is not None and number < self.low
        high = self.high is not None and number > self.high
        return Kept.BROKEN if low or high else Kept.MET

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"attribute": self.attribute, "without": list(self.without), "low": self.low, "high": self.high}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From `as_dict`."""
        return cls(str(told["attribute"]), tuple(told["without"]), told["low"], told["high"])
