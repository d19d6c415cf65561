"""What everybody is shown makes way for what fits nearly as well, so that more of the catalogue is seen.

Aggregate diversity (Adomavicius and Kwon 2012), by how often a ranker shows an item in place of how popular it is.
The first places of a slate stay as they are: they carry most of what a list is worth, and no more of what is new than
the last ones do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TAKEN = 0.55
"""What is taken off the score (0 to 1) of what is shown to everybody, times the diversity set."""
OPEN = 1.5
"""Places that make way, as a share of the slate, times the diversity set: by default (0.2) three of ten, two of five.

Chosen with `TAKEN` on film ratings, on three fifths of the histories that lie before the one held out, with rankers
of two and of three cuts: the least taken with 21 % more coverage on each. Coverage is 22 to 31 % higher, nDCG@10
1.4 % lower to .9 % higher (standard error .7). More places with less taken are within noise of this, but nDCG varies
more.
"""


@dataclass(frozen=True, slots=True)
class Crowding:
    """How the candidates of one request make way for each other."""

    exposure: NDArray[np.float32]
    """Shape (k,), 0 (never shown) to 1 (shown to everybody)."""
    diversity: float
    """0 to 1; at 0 nothing changes."""
    size: int
    """Places of the slate."""

    @property
    def kept(self) -> int:
        """The first places, which stay as they are: one at least, as what fits best leads any slate."""
        return max(self.size - int(OPEN * self.diversity * self.size + 0.5), 1)

    def relieve(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """`scores`, shape (k,), 0 to 1, less what is crowded; those of the best `kept` as they are."""
        taken = TAKEN * self.diversity * self.exposure.astype(np.float64)
        taken[np.argsort(-scores, kind="stable")[: self.kept]] = 0.0
        return np.maximum(scores - taken, 0.0)
