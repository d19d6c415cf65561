"""A question about the catalogue and its answer, as plain data that needs nothing but the domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from palate.domain import Constraint, Item, ItemId


class Aim(StrEnum):
    """What is asked of the items that meet the constraints."""

    COUNT = "count"
    """How many there are."""
    MOST = "most"
    """Those with the largest number of a column."""
    LEAST = "least"
    """Those with the smallest."""
    MEAN = "mean"
    """The mean of a column."""
    VALUES = "values"
    """Which values a relation has among them, and how often."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a catalogue."""

    aim: Aim
    column: str = ""
    """Of `MOST`, `LEAST` and `MEAN` a number of the schema, of `VALUES` a relation or a group; empty for `COUNT`."""
    constraints: tuple[Constraint, ...] = ()
    among: tuple[ItemId, ...] = ()
    """Only these items; empty: the whole catalogue."""
    size: int = 3
    """The most items or values in the answer, at least 1."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a relation and how many items have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; computed from the columns, never by a model."""

    question: Question
    count: int
    """Items that meet the constraints."""
    items: Sequence[Item] = ()
    """Of `MOST` and `LEAST` the first in order, of `COUNT` a few of the best known."""
    number: float | None = None
    """The extreme or the mean; None where no item has the number."""
    tied: int = 0
    """Items that share the extreme."""
    values: tuple[Counted, ...] = ()
    different: int = 0
    """How many different values there are in all."""
    known: int = 0
    """Of the items that meet the constraints those whose column is known, of money those in `unit`."""
    unit: str = ""
    """Of money: the currency (ISO 4217) of `number` and of the items that were compared; empty: none is known."""
