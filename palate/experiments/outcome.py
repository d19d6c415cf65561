"""What came of a variant: how many people, the mean of the metric, and how much people differ in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from palate.errors import ExperimentError


@dataclass(frozen=True, slots=True)
class Outcome:
    """The sums that every later figure is made of."""

    people: int
    """Who were assigned and seen, whether anything came of it or not."""
    mean: float
    """The share of people, the mean of a person, or events per opportunity."""
    variance: float
    """Of one person's contribution to the mean; the mean's own is that divided by `people`."""

    @property
    def error(self) -> float:
        """The squared standard error of the mean; 0 without people."""
        return self.variance / self.people if self.people else 0.0

    @classmethod
    def share(cls, people: int, converted: int) -> Outcome:
        """Of `people`, `converted` did what is counted.

        The variance is as if two more people had come, one of whom did (Agresti & Caffo 2000): it is never 0, so few
        people prove nothing. Raises ExperimentError for counts that cannot be.
        """
        if not 0 <= converted <= people:
            raise ExperimentError(f"{converted} of {people} people cannot be; a person counts once.")
        guarded = (converted + 1) / (people + 2)
        return cls(people, converted / people if people else 0.0, guarded * (1 - guarded))

    @classmethod
    def values(cls, values: Iterable[float]) -> Outcome:
        """One value for each person: their number of likes, what they spent."""
        return cls.ratio((value, 1.0) for value in values)

    @classmethod
    def ratio(cls, pairs: Iterable[tuple[float, float]]) -> Outcome:
        """For each person (events, opportunities), such as clicks and slates.

        The mean is the sum of the one by the sum of the other; people without opportunities are left out. The
        variance is the delta method's (Deng, Knoblich & Lu 2018), since a person's opportunities are not independent
        of each other.
        """
        counted = [(events, chances) for events, chances in pairs if chances > 0]
        people = len(counted)
        chances = sum(one for _, one in counted)
        if not people:
            return cls(0, 0.0, 0.0)
        mean = sum(events for events, _ in counted) / chances
        apart = sum((events - mean * of) ** 2 for events, of in counted) / max(people - 1, 1)
        return cls(people, mean, apart / (chances / people) ** 2)


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of an experiment so far, a person counted once."""

    outcomes: Mapping[str, Outcome]
    """By variant, of those who came first, as many as the plan says."""
    came: Mapping[str, int]
    """By variant, all who came, counted or not."""
    switched: int = 0
    """Who saw more than one variant; they are in neither of the above."""
