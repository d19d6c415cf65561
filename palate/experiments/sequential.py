"""A test that may be looked at as often as one likes.

Under no difference, z times the root of t, the part of the planned people who have come, is a Brownian motion at t.
O'Brien & Fleming (1979) stop where it leaves a constant band, that is where |z| reaches c / sqrt(t). Watched all the
time, a Brownian motion is beyond c before t = 1 with the chance 2 (1 - Phi(c)), by the reflection principle: the
spending function alpha*(t) = 2 (1 - Phi(c / sqrt(t))) of Lan & DeMets (1983). Both sides of m comparisons together
are at most 4 m (1 - Phi(c)), and c is where that is alpha. So any number of looks, planned or not, keeps alpha, and
nothing has to be remembered of the looks before. The price is about a fifth more people at the most than one look
takes; of a mixture SPRT (Johari et al. 2017), which knows no end, it would be about twice as many.

The intervals are the repeated ones of Jennison & Turnbull (1984): each holds at every look.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Boundary:
    """How far z must be from 0 at a part of the planned people."""

    final: float
    """At the end of the plan."""
    comparisons: int = 1

    @classmethod
    def of(cls, alpha: float, comparisons: int = 1) -> Boundary:
        """For a chance `alpha` of any false alarm, in `comparisons` with one control."""
        return cls(_NORMAL.inv_cdf(1 - alpha / (4 * comparisons)), comparisons)

    def at(self, part: float) -> float:
        """Standard errors needed at `part` of the plan, above 0; after its end those of the end. Infinite at 0."""
        return self.final / math.sqrt(min(part, 1.0)) if part > 0 else math.inf

    def crossed(self, z: float, part: float) -> bool:
        """Whether a difference of `z` standard errors may be believed now."""
        return abs(z) >= self.at(part)

    def p(self, z: float, part: float) -> float:
        """The p-value that holds at every look: at most alpha wherever the boundary is reached."""
        tail = 1 - _NORMAL.cdf(abs(z) * math.sqrt(min(max(part, 0.0), 1.0)))
        return min(1.0, 4 * self.comparisons * tail)
