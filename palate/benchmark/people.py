"""Histories of people who do not exist, so that the families that learn from people have something to read.

They are made for measuring time and room: what is learned from them says nothing about quality.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from palate.benchmark.growing import Growth
from palate.domain import Interaction, Kind

EACH = 20
"""Interactions of a person."""
TASTES = 2
"""Parents whose children a person likes."""
FAITHFUL = 0.7
"""Share of a history that is of these; the rest is of what everybody knows."""
SKEW = 3.0
"""How unevenly that is known: the place of an item is a random share to this power."""
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def people_for(size: int) -> int:
    """How many there are for a catalogue: one for 10 items; none for fewer than 1,000."""
    return size // 10 if size >= 1000 else 0


def interactions(growth: Growth, people: int) -> Iterator[Interaction]:
    """What they did, person by person; the same each time."""
    draw = np.random.default_rng([growth.seed, people])
    for person in range(people):
        kin = np.concatenate([growth.children(int(parent)) for parent in draw.integers(0, growth.parents, TASTES)])
        known = (draw.random(EACH) ** SKEW * len(growth)).astype(np.int64)
        faithful = draw.random(EACH) < FAITHFUL if len(kin) else np.zeros(EACH, np.bool_)
        rows = np.where(faithful, kin[draw.integers(0, len(kin), EACH)] if len(kin) else known, known)
        marks = np.where(faithful, 1.0, draw.integers(-2, 3, EACH) / 2)
        hours = np.sort(draw.integers(0, 8760, EACH))
        for row, mark, hour in zip(rows.tolist(), marks.tolist(), hours.tolist(), strict=True):
            at = FIRST + timedelta(hours=hour)
            yield Interaction(f"person-{person}", growth.id(row), Kind.RATED, mark, at)
