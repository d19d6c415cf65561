"""A sample of turns, for what costs seconds a turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palate.eval.dialogues.cases import Turn

USUAL = 60
"""Turns that a language model on a CPU answers within half an hour."""


def sampled(turns: Sequence[Turn], size: int, seed: int) -> list[Turn]:
    """The turns of dialogues drawn by chance, each dialogue from its beginning, until there are `size`.

    All turns where there are no more. A dialogue's turns stay together, for intervals are drawn over dialogues and
    what a dialogue's earlier messages say has to be read once only.
    """
    by_dialogue: dict[str, list[Turn]] = {}
    for turn in turns:
        by_dialogue.setdefault(turn.dialogue, []).append(turn)
    groups = [sorted(group, key=lambda turn: turn.number) for group in by_dialogue.values()]
    drawn = [turn for place in np.random.default_rng(seed).permutation(len(groups)) for turn in groups[place]]
    return drawn[:size]
