"""What the ranker reads of candidates."""

from __future__ import annotations

import numpy as np

from palate.retrieval.talk.columns import _log_ranks


def test_of_equals_the_first_ranks_before_the_others() -> None:
    scores = np.asarray([[0.5, -1, 0.5, 0, -0.0, 3, -2], [-5, -4, -3, -3, 0, 1e-30, -1e-30]], np.float32)
    ranks = np.rint(np.expm1(_log_ranks(scores))).astype(int)
    assert ranks.tolist() == [[1, 5, 2, 3, 4, 0, 6], [6, 5, 3, 4, 1, 0, 2]]
