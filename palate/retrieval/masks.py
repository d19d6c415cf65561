"""Hard constraints as boolean columns, one truth value a row of the catalogue.

An unknown value fails an inclusion or a range; an exclusion it passes, and `unknown` tells which rows those are.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags
from palate.domain import Constraint, ItemId, Op
from palate.errors import UnknownItem


def meets(catalogue: Catalogue, constraint: Constraint) -> Flags:
    """Which rows meet one constraint, shape (n,).

    A constraint without values, or a range without ends, asks for nothing and is met by all. A value that no item
    has is met by none. Raises UnknownValue for an attribute that the schema lacks.
    """
    if constraint.op is Op.RANGE:
        return _in_range(catalogue, constraint)
    if not constraint.values:
        return np.ones(len(catalogue), np.bool_)
    counts = np.zeros(len(catalogue), np.int32)
    for value in dict.fromkeys(constraint.values):
        counts[catalogue.rows_with(constraint.attribute, value)] += 1
    if constraint.op is Op.ALL:
        return np.asarray(counts == len(set(constraint.values)))
    return np.asarray(counts == 0 if constraint.op is Op.NONE else counts > 0)


def mask(catalogue: Catalogue, constraints: Iterable[Constraint]) -> Flags:
    """Which rows meet every constraint, shape (n,). Raises UnknownValue."""
    flags = np.ones(len(catalogue), np.bool_)
    for constraint in constraints:
        flags &= meets(catalogue, constraint)
    return flags


def unknown(catalogue: Catalogue, constraints: Iterable[Constraint]) -> Flags:
    """Rows that pass an exclusion only because its attribute is unknown, shape (n,).

    A group ("person") counts as unknown where all of its relations are: a film whose director is known should not
    fall behind because its writer is not.
    """
    flags = np.zeros(len(catalogue), np.bool_)
    for constraint in constraints:
        if constraint.op is Op.NONE and constraint.values:
            flags |= ~catalogue.known(constraint.attribute)
    return flags


def without(catalogue: Catalogue, item_ids: Iterable[ItemId]) -> Flags:
    """All rows but those of `item_ids`, shape (n,); ids that the catalogue lacks are passed over."""
    flags = np.ones(len(catalogue), np.bool_)
    for item_id in item_ids:
        try:
            flags[catalogue.row(item_id)] = False
        except UnknownItem:
            continue
    return flags


def _in_range(catalogue: Catalogue, constraint: Constraint) -> Flags:
    column = catalogue.column(constraint.attribute)
    flags = np.ones(len(column), np.bool_)
    if constraint.low is not None:
        flags &= column >= constraint.low
    if constraint.high is not None:
        flags &= column <= constraint.high
    return flags
