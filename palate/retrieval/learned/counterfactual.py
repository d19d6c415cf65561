"""How good an order would have been, told from slates that another order made.

Inverse propensity scoring: a choice counts 1 over the chance that its place was looked at (Joachims, Swaminathan and
Schnabel 2017, "Unbiased Learning-to-Rank with Biased Feedback"), and the sum is divided by that of the weights, which
costs a little bias and saves much variance (Swaminathan and Joachims 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.learned.propensities import Propensities
from palate.retrieval.learned.usage import Used

Scores = Sequence[NDArray[np.floating[Any]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Two orders of the same slates."""

    new: float
    """Debiased nDCG of what was chosen, 0 to 1."""
    running: float
    error: float
    """Standard error of their difference."""
    slates: int

    @property
    def worse(self) -> bool:
        """Whether the new one is."""
        return self.new < self.running


def judge(slates: Sequence[Used], new: Scores, running: Scores, propensities: Propensities) -> Judged:
    """Compare two orders; the scores of each slate are of its `compared` places, shape (places,).

    What is chosen is the one relevant item of its slate, so its nDCG is 1 / log2(1 + rank).
    """
    weights = np.zeros(len(slates))
    sums = np.zeros((2, len(slates)))
    for number, slate in enumerate(slates):
        at = np.searchsorted(slate.compared, slate.chosen)
        worth = [propensities.weight(place) * float(slate.worth[place]) for place in slate.chosen.tolist()]
        weights[number] = sum(worth)
        for which, scores in enumerate((new[number], running[number])):
            sums[which, number] = np.dot(worth, 1 / np.log2(1 + _ranks(scores)[at]))
    total = weights.sum()
    means = sums.sum(axis=1) / total
    apart = (sums[0] - sums[1]) - weights * (means[0] - means[1])
    return Judged(float(means[0]), float(means[1]), sqrt(float((apart**2).sum())) / float(total), len(slates))


def _ranks(scores: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """From 1, the best first; of equal ones the mean."""
    above = (scores[None, :] > scores[:, None]).sum(axis=1)
    same = (scores[None, :] == scores[:, None]).sum(axis=1)
    return np.asarray(1 + above + (same - 1) / 2, np.float64)
