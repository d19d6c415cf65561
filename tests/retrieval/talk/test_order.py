"""What a judge learns of candidates."""

from __future__ import annotations

import numpy as np
import pytest

from palate.errors import TrainingError
from palate.retrieval.talk.columns import Told
from palate.retrieval.talk.orderlearning import Examples, Training

NAMES = ("stack.score", "told.value", "said.mark")
ITEMS = np.arange(12)


def moment(random: np.random.Generator, *, marked: bool) -> tuple[Told, int]:
    """Twelve candidates; the one with the highest value is named. The mark is not known at every moment."""
    values = random.normal(size=(len(ITEMS), len(NAMES))).astype(np.float32)
    if not marked:
        values[:, 2] = np.nan
    return Told(NAMES, values), int(values[:, 1].argmax())


def test_a_judge_finds_what_decides_also_where_a_column_is_not_known() -> None:
    random = np.random.default_rng(0)
    examples = Examples(0, "stack.score")
    for number in range(400):
        told, named = moment(random, marked=number % 2 == 0)
        examples.add(told, ITEMS, [named], np.log1p(np.arange(len(ITEMS), dtype=np.float32)))
    order = examples.learn([0], Training(epochs=20))
    fresh = [moment(random, marked=number % 3 == 0) for number in range(60)]
    right = [int(order.scores(told).argmax()) == named for told, named in fresh]
    assert np.mean(right) > 0.9
    # Of six inputs, three columns and three flags, the two flags that were never up weigh nothing.
    (judge,) = order.judges
    assert judge.linear.shape == (6,)
    assert not judge.linear[3:5].any()
    assert not judge.layers[0][0][3:5].any()


def test_nothing_named_among_the_candidates_teaches_nothing() -> None:
    examples = Examples(0, "stack.score")
    told, _ = moment(np.random.default_rng(0), marked=True)
    examples.add(told, ITEMS, [99], np.log1p(np.arange(len(ITEMS), dtype=np.float32)))
    with pytest.raises(TrainingError, match="nothing to learn"):
        examples.learn([0])
