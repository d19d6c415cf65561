"""From what every family says of every item to the few hundred candidates that the ranker looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.retrieval.talk.bags import Bags, Heard
from palate.retrieval.talk.columns import Columns, Told
from palate.retrieval.talk.families import TalkFamilies
from palate.retrieval.talk.pairs import pairs
from palate.retrieval.talk.stacking import Stack

CANDIDATES = 500
STACK = "stack"


@dataclass(frozen=True)
class Proposed:
    """The candidates of one moment."""

    items: NDArray[np.int64]
    """(c,), ascending: the first by the stack, and what was named before."""
    stack: NDArray[np.float32]
    """(c,): log probabilities."""
    told: Told


def propose(
    families: TalkFamilies,
    stack: Stack,
    columns: Columns,
    bags: Bags,
    moments: Sequence[Sequence[Heard]],
    *,
    lately: bool,
    allowed: NDArray[np.bool_] | None = None,
) -> Iterator[Proposed]:
    """For each moment its candidates, of the `allowed` items (k,) only."""
    scores = families.scores(bags, lately=lately)
    scores[STACK] = stack.log_probabilities(scores)
    for place, heard in enumerate(moments):
        row = {name: values[place] for name, values in scores.items()}
        total = row[STACK] if allowed is None else np.where(allowed, row[STACK], -np.inf)
        count = min(CANDIDATES, len(total))
        first = np.argpartition(-total, count - 1)[:count]
        named = [item for each in heard for item in each.items]
        items = np.union1d(first, np.asarray(named, np.int64))
        items = items[total[items] > -np.inf]
        beside = pairs(families, named, items)
        told = columns.read(row, families.standing.statistics, items, heard, beside)
        yield Proposed(items, row[STACK][items], told)
