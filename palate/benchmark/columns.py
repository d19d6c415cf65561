"""Constraints read off plain numpy columns: what an exact scan needs, and the truth that every system is held to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.domain import Constraint, Item, Op


class Columns:
    """Some numbers and one relation of many items, by row."""

    def __init__(self, items: Iterable[Item], size: int, numbers: Sequence[str], relation: str) -> None:
        """Read `size` items."""
        self.relation = relation
        self.numbers = {number: np.full(size, np.nan, np.float32) for number in numbers}
        columns = list(self.numbers.items())
        rows: dict[str, list[int]] = {}
        for row, item in enumerate(items):
            for number, column in columns:
                value = item.numbers.get(number)
                if value is not None:
                    column[row] = value
            for name in item.names(relation):
                rows.setdefault(name, []).append(row)
        self.flags = {name: np.zeros(size, np.bool_) for name in rows}
        """Which rows have each value of the relation, (size,) each."""
        for name, found in rows.items():
            self.flags[name][found] = True
        self._size = size

    def mask(self, constraints: Sequence[Constraint]) -> NDArray[np.bool_]:
        """Which rows meet all constraints (ranges of the numbers, any of the relation's values), (size,)."""
        allowed = np.ones(self._size, np.bool_)
        for constraint in constraints:
            if constraint.op is Op.RANGE:
                column = self.numbers[constraint.attribute]
                low = -np.inf if constraint.low is None else constraint.low
                high = np.inf if constraint.high is None else constraint.high
                allowed &= (column >= low) & (column <= high)
            elif constraint.op is Op.ANY and constraint.attribute == self.relation:
                allowed &= np.logical_or.reduce([self.flags[name] for name in constraint.values])
            else:
                raise ValueError(f"no column can tell {constraint}")
        return allowed


def meets(found: Mapping[str, Any], constraint: Constraint) -> bool:
    """Whether one item, given as number or list of values by name, meets a constraint."""
    value = found.get(constraint.attribute)
    if value is None:
        return False
    if constraint.op is Op.RANGE:
        low = -np.inf if constraint.low is None else constraint.low
        high = np.inf if constraint.high is None else constraint.high
        return bool(low <= value <= high)
    return any(name in value for name in constraint.values)
