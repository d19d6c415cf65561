"""When nothing meets all constraints: which to leave out, and how near an item comes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Constraint, Op, Schema
from palate.retrieval import masks

_MOST_SETS = 4096
"""Sets tried before all constraints are given up; 12 constraints have that many."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The rows that may be recommended and what had to be given up to have any."""

    rows: Flags
    """Shape (n,)."""
    kept: tuple[Constraint, ...]
    relaxed: tuple[Constraint, ...]


def relax(catalogue: Catalogue, constraints: Sequence[Constraint], free: Flags) -> Allowed:
    """The rows of `free` that meet the constraints, or, where none does, as many of the constraints as can be met.

    The smallest set is left out; of equally small ones the softest, the one that harms least. Ranges are softer
    than names, names of a relation late in the schema softer than of an early one, and exclusions ("no horror")
    hardest. Nothing is left out where no row is free. Raises UnknownValue.
    """
    met = [masks.meets(catalogue, constraint) for constraint in constraints]
    if not free.any():
        return Allowed(free, tuple(constraints), ())
    tried = 0
    for size in range(len(constraints) + 1):
        sets = list(combinations(range(len(constraints)), size))
        if tried + len(sets) > _MOST_SETS:
            break
        tried += len(sets)
        sets.sort(key=lambda out: sorted((_hardness(catalogue.schema, constraints[i]) for i in out), reverse=True))
        for out in sets:
            rows = free.copy()
            for index, flags in enumerate(met):
                if index not in out:
                    rows &= flags
            if rows.any():
                kept = tuple(c for i, c in enumerate(constraints) if i not in out)
                return Allowed(rows, kept, tuple(constraints[i] for i in out))
    return Allowed(free, (), tuple(constraints))


def nearness(catalogue: Catalogue, relaxed: Sequence[Constraint]) -> NDArray[np.float64]:
    """How near each row comes to the ranges that were left out, shape (n,), 1 inside and towards 0 outside.

    It is 1/2 a quarter of the column's standard deviation beyond the end, 1/3 at two, and so on; an unknown number is
    far (0).
    """
    near = np.ones(len(catalogue), np.float64)
    for constraint in relaxed:
        if constraint.op is not Op.RANGE:
            continue
        column = catalogue.column(constraint.attribute)
        low = -np.inf if constraint.low is None else constraint.low
        high = np.inf if constraint.high is None else constraint.high
        known = ~np.isnan(column)
        beyond = np.maximum(np.maximum(low - column[known], column[known] - high), 0.0)
        spread = float(column[known].std()) if known.any() else 0.0
        factors = np.zeros(len(column), np.float64)
        factors[known] = 1 / (1 + beyond / (spread / 4 or 1.0))
        near *= factors
    return near


def _hardness(schema: Schema, constraint: Constraint) -> tuple[int, int]:
    """Sorts constraints from those given up first to those given up last."""
    if constraint.op is Op.RANGE:
        return (0, 0)
    first = schema.relations_of(constraint.attribute)[0]
    return (2 if constraint.op is Op.NONE else 1, -schema.relations.index(first))
