"""How likely each place of a slate is looked at, told from what was shown and done alone.

By the position-based model (Craswell and others 2008) a reaction comes of looking, which depends on the place, and of
the item, which does not. So the same item under the same wish, put in several places by other histories, rankers or
catalogues, tells the places apart: intervention harvesting (Agarwal and others 2019, "Estimating Position Bias
without Intrusive Interventions").
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.errors import TrainingError
from palate.retrieval.learned.usage import Used

FEWEST = 100
"""Reactions to items that stood in several places, below which the places are not told apart."""
FEWEST_OF_PLACE = 8
"""Fisher information of the logarithm of a propensity, below which the place counts as the one before it: the
standard error is then more than a third."""
CLIPPED = 0.1
"""The least propensity that is divided by, so that nothing counts more than ten times (Joachims and others 2017)."""
ROUNDS = 1000
CLOSE = 1e-8

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Propensities:
    """Of the places of a slate, beside the place that is looked at most."""

    values: Counts
    """Shape (places,), above 0 to 1."""
    reactions: int
    """From how many it was told."""
    by: str
    """What was held to be the same: `wish and item`, or `item` where that was too little."""

    def weight(self, place: int) -> float:
        """What a choice at a place, from 0, stands for: 1 over its propensity, clipped."""
        return 1 / max(float(self.values[min(place, len(self.values) - 1)]), CLIPPED)


def estimate(slates: Sequence[Used]) -> Propensities:
    """The propensities of all places that were shown. Raises TrainingError where there is too little to go by."""
    cells: tuple[tuple[str, Callable[[Used, int], Hashable]], ...] = (
        ("wish and item", lambda slate, row: (slate.text, row)),
        ("item", lambda _, row: row),
    )
    found = 0
    for by, cell in cells:
        shown, done = _moved(slates, cell)
        found = max(found, int(done.sum()))
        if done.sum() >= FEWEST:
            return Propensities(_fitted(shown, done), int(done.sum()), by)
    raise TrainingError(
        f"There are {found} reactions to items that stood in more than one place of their slates; {FEWEST - found} "
        "more are needed to tell what place does from what the item does. Nothing was changed."
    )


def _moved(slates: Sequence[Used], cell: Callable[[Used, int], Hashable]) -> tuple[Counts, Counts]:
    """Showings and reactions of each cell by place, shape (cells, places); of cells that stood in several places."""
    numbers: dict[Hashable, int] = {}
    places = max((len(slate.rows) for slate in slates), default=0)
    cells, at, reacted = [], [], []
    for slate in slates:
        for place, row in enumerate(slate.rows.tolist()):
            if row >= 0:
                cells.append(numbers.setdefault(cell(slate, row), len(numbers)))
                at.append(place)
                reacted.append(bool(slate.reacted[place]))
    shown, done = np.zeros((len(numbers), places)), np.zeros((len(numbers), places))
    np.add.at(shown, (cells, at), 1)
    np.add.at(done, (cells, at), reacted)
    kept = ((shown > 0).sum(axis=1) > 1) & (done.sum(axis=1) > 0)
    return shown[kept], done[kept]


def _fitted(shown: Counts, done: Counts) -> Counts:
    """Places' propensities with what each cell is worth left open.

    Poisson regression with an effect of each cell, conditional on the cell's reactions, so that no cell's own effect
    is estimated; that the mean is right is enough, reactions need not be Poisson (Wooldridge 1999). The likelihood is
    that of a Luce model and is climbed by minorization (Hunter 2004). One reaction is added to each place, as if all
    had had the same chance, so that a place without any is not 0.
    """
    places = shown.shape[1]
    shown, done = np.vstack([shown, np.ones(places)]), np.vstack([done, np.ones(places)])
    total = done.sum(axis=1)
    values = np.ones(places)
    for _ in range(ROUNDS):
        newer = done.sum(axis=0) / (shown * (total / (shown @ values))[:, None]).sum(axis=0)
        newer /= newer.max()
        close = np.abs(newer - values).max() < CLOSE
        values = newer
        if close:
            break
    shares = shown[:-1] * values / (shown[:-1] @ values)[:, None]
    borne_out = (total[:-1, None] * shares * (1 - shares)).sum(axis=0) >= FEWEST_OF_PLACE
    for place in range(1, places):
        if not borne_out[place]:
            values[place] = values[place - 1]
    return np.asarray(values / values.max())
