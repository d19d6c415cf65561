"""When nothing meets all constraints: which to leave out, and how near an item comes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Constraint, Op, Schema
from palate.retrieval import masks
from palate.retrieval.masks import WordRows

_BITS = 8
"""Constraints counted at once: 256 patterns of met and not met for each that came up before."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The rows that may be recommended and what had to be given up to have any."""

    rows: Flags
    """Shape (n,)."""
    kept: tuple[Constraint, ...]
    relaxed: tuple[Constraint, ...]


def relax(
    catalogue: Catalogue, constraints: Sequence[Constraint], free: Flags, words: WordRows | None = None
) -> Allowed:
    """The rows of `free` that meet the constraints, or, where none does, as many of the constraints as can be met.

    The smallest set is left out; of equally small ones the softest, the one that harms least. Ranges are softer
    than words, words softer than names, names of a relation late in the schema softer than of an early one, and
    exclusions ("no horror") hardest. Nothing is left out where no row is free. `free` (n,) leaves dead rows out.
    Raises UnknownValue.
    """
    met = [masks.meets(catalogue, constraint, words) for constraint in constraints]
    rows = free.copy()
    for flags in met:
        rows &= flags
    if rows.any() or not free.any():
        return Allowed(rows if rows.any() else free, tuple(constraints), ())
    hardness = [_hardness(catalogue.schema, constraint) for constraint in constraints]

    def harm(out: tuple[int, ...]) -> tuple[int, list[tuple[int, int]], tuple[int, ...]]:
        return len(out), sorted((hardness[index] for index in out), reverse=True), out

    out = min(_failures(met, free), key=harm)
    rows = free.copy()
    for index, flags in enumerate(met):
        if index not in out:
            rows &= flags
    kept = tuple(constraint for index, constraint in enumerate(constraints) if index not in out)
    return Allowed(rows, kept, tuple(constraints[index] for index in out))


def nearness(catalogue: Catalogue, relaxed: Sequence[Constraint]) -> NDArray[np.float64]:
    """How near each row comes to the ranges that were left out, shape (n,), 1 inside and towards 0 outside.

    It is 1/2 a quarter of the column's standard deviation beyond the end, 1/3 at two, and so on; an unknown number is
    far (0). Of a range of money only prices in the currency that was said count; where no price is in it, all rows
    are equally near.
    """
    near = np.ones(len(catalogue), np.float64)
    for constraint in relaxed:
        if constraint.op is not Op.RANGE:
            continue
        column = catalogue.column(constraint.attribute)
        alike = masks.comparable(catalogue, constraint)
        if not (alike & catalogue.known(constraint.attribute)).any() and constraint.unit:
            continue
        beyond = np.zeros(len(column))
        if constraint.low is not None:
            np.maximum(beyond, constraint.low - column, out=beyond)
        if constraint.high is not None:
            np.maximum(beyond, column - constraint.high, out=beyond)
        factors = 1 / (1 + beyond / (catalogue.spread(constraint.attribute) / 4 or 1.0))
        factors[np.isnan(column) | ~alike] = 0.0
        near *= factors
    return near


def _failures(met: Sequence[Flags], free: Flags) -> list[tuple[int, ...]]:
    """The different sets of constraints, by their places, that some free row fails.

    Few patterns come up however many rows there are, so each is weighed once; one pass over the rows a constraint.
    """
    groups = np.zeros(int(np.count_nonzero(free)), np.int64)
    failed: list[tuple[int, ...]] = [()]
    for first in range(0, len(met), _BITS):
        some = met[first : first + _BITS]
        bits = np.zeros(len(free), np.uint8)
        for bit, flags in enumerate(some):
            bits |= (~flags).view(np.uint8) << np.uint8(bit)
        patterns = (groups << len(some)) | bits[free]
        found = np.flatnonzero(np.bincount(patterns, minlength=len(failed) << len(some)))
        places = np.zeros(len(failed) << len(some), np.int64)
        places[found] = np.arange(len(found))
        groups = places[patterns]
        failed = [
            (
                *failed[pattern >> len(some)],
                *(first + bit for bit in range(len(some)) if pattern >> bit & 1),
            )
            for pattern in found.tolist()
        ]
    return failed


def _hardness(schema: Schema, constraint: Constraint) -> tuple[int, int]:
    """Sorts constraints from those given up first to those given up last."""
    if constraint.op is Op.RANGE:
        return (0, 0)
    first = schema.relations_of(constraint.attribute)[0]
    early = schema.relations.index(first) if first in schema.relations else len(schema.relations)
    return (2 if constraint.op is Op.NONE else 1, -early)
