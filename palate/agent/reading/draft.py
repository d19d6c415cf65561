"""A reading while it is put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from palate.agent.state import Guess
from palate.domain import Constraint, Entity, ItemId, Op

_T = TypeVar("_T")


@dataclass(slots=True)
class Draft:
    """A reading while it is put together."""

    liked: list[ItemId] = field(default_factory=list)
    disliked: list[ItemId] = field(default_factory=list)
    seen: list[ItemId] = field(default_factory=list)
    named: list[ItemId] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Titles of items that are themselves asked for."""
    wanted: list[Entity] = field(default_factory=list)
    unwanted: list[Entity] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def settled(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """People asked for in one role become one constraint; what is both asked for and excluded is excluded."""
    merged: dict[tuple[str, Op], Constraint] = {}
    for c in constraints:
        key = (c.attribute, c.op)
        if c.op is Op.RANGE and key in merged:
            old = merged[key]
            lows = [b for b in (old.low, c.low) if b is not None]
            highs = [b for b in (old.high, c.high) if b is not None]
            low, high = max(lows, default=None), min(highs, default=None)
            if low is not None and high is not None and low > high:
                # "Older ones are fine, I am from the 90s": nothing meets both, so either will do.
                low, high = min(lows), max(highs)
            merged[key] = replace(c, low=low, high=high)
        elif key in merged:
            merged[key] = replace(c, values=once(merged[key].values + c.values))
        else:
            merged[key] = c
    excluded = {(c.attribute, v) for c in merged.values() if c.op is Op.NONE for v in c.values}
    result = []
    for c in merged.values():
        kept = (
            c.values
            if c.op in {Op.NONE, Op.RANGE}
            else tuple(v for v in c.values if (c.attribute, v) not in excluded)
        )
        if kept or c.op is Op.RANGE:
            result.append(replace(c, values=kept))
    return tuple(result)


def once(values: Iterable[_T]) -> tuple[_T, ...]:
    """The values in order, each once."""
    return tuple(dict.fromkeys(values))
