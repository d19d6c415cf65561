"""When nothing meets all constraints: which to leave out, and how near an item comes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Constraint, Op, Schema
from palate.retrieval import masks
from palate.retrieval.masks import WordRows

_MUST = 2
"""The hardness of what is left out last."""
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

    Musts ("at most", "no horror") are left out last of all. Of the others the smallest set is; of equally small ones
    the softest, the one that harms least: ranges are softer than words, words softer than names, names of a relation
    late in the schema softer than of an early one. Nothing is left out where no row is free. `free` (n,) leaves dead
    rows out. A range with a must at one end comes back as two.
    Raises UnknownValue.
    """
    constraints = [part for constraint in constraints for part in _ends(constraint)]
    met = [masks.meets(catalogue, constraint, words) for constraint in constraints]
    rows = free.copy()
    for flags in met:
        rows &= flags
    if rows.any() or not free.any():
        return Allowed(rows if rows.any() else free, tuple(constraints), ())
    hardness = [_hardness(catalogue.schema, constraint) for constraint in constraints]

    def harm(out: tuple[int, ...]) -> tuple[int, int, list[tuple[int, int]], tuple[int, ...]]:
        musts = sum(hardness[index][0] >= _MUST for index in out)
        return musts, len(out), sorted((hardness[index] for index in out), reverse=True), out

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


def _ends(constraint: Constraint) -> list[Constraint]:
    """A range of which one end is a must as two: the other end can be given up alone."""
    closed = constraint.low is not None and constraint.high is not None
    if constraint.op is not Op.RANGE or constraint.firm not in {"low", "high"} or not closed:
        return [constraint]
    low, high = replace(constraint, high=None), replace(constraint, low=None)
    return [replace(low, firm=""), high] if constraint.firm == "high" else [low, replace(high, firm="")]


def _hardness(schema: Schema, constraint: Constraint) -> tuple[int, int]:
    """Sorts constraints from those given up first to those given up last."""
    if constraint.firm:
        return (_MUST, 0)
    if constraint.op is Op.RANGE:
        return (0, 0)
    first = schema.relations_of(constraint.attribute)[0]
    early = schema.relations.index(first) if first in schema.relations else len(schema.relations)
    return (_MUST if constraint.op is Op.NONE else 1, -early)
