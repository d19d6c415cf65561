"""The stack: what it weighs, and that a sample of the items teaches what all of them would."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.retrieval.talk import stacking
from palate.retrieval.talk.stacking import Scores, learn_stack

MOMENTS, ITEMS = 400, 120


def told(seed: int = 0) -> tuple[Scores, Sequence[tuple[int, ...]]]:
    """What is named is drawn by exp(2 a - b); c says nothing."""
    random = np.random.default_rng(seed)
    scores: dict[str, NDArray[np.float32]] = {
        f"net{name}": random.normal(size=(MOMENTS, ITEMS)).astype(np.float32) for name in "abc"
    }
    likely = np.exp(2 * scores["neta"] - scores["netb"])
    likely /= likely.sum(axis=1, keepdims=True)
    return scores, [(int(random.choice(ITEMS, p=row / row.sum())),) for row in likely.astype(np.float64)]


def test_weights_are_those_by_which_items_were_drawn() -> None:
    stack = learn_stack([told()])
    weights = dict(zip(stack.names, stack.weights, strict=True))
    assert np.allclose([weights["neta"], weights["netb"], weights["netc"]], [2, -1, 0], atol=0.25)
    assert np.allclose(np.exp(stack.log_probabilities(told()[0])).sum(axis=1), 1, atol=1e-4)


def test_a_sample_of_the_items_teaches_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    scores, labels = told()
    every = learn_stack([(scores, labels)])
    monkeypatch.setattr(stacking, "SAMPLED", 60)
    # Blocks of ten moments name few items, so most of the others are left out.
    blocks = [
        ({name: values[start : start + 10] for name, values in scores.items()}, labels[start : start + 10])
        for start in range(0, MOMENTS, 10)
    ]
    assert np.allclose(learn_stack(blocks).weights, every.weights, atol=0.4)
