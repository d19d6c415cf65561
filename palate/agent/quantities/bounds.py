"""What the readers of numbers share: bounds, the words that set them, and numbers written as words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Bound:
    """The ends of a range, both inclusive; None: open."""

    low: float | None
    high: float | None
    unit: str = ""
    """Of money: the currency that was said (ISO 4217)."""


Rules: TypeAlias = tuple[tuple[str, Callable[[re.Match[str]], "Bound | None"]], ...]
"""A pattern, and the bound that a match of it sets; None: it sets none after all."""

ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "a": 1, "an": 1, "一": 1, "两": 2, "兩": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
    "九": 9, "十": 10,
}  # fmt: skip
LESS = (
    r"(?:under|less than|below|shorter than|within|at most|no (?:longer|more) than|not (?:longer|more) than"
    r"|max(?:imum)?(?: of)?|up to|not over|<=?)"
)
MORE = r"(?:over|more than|longer than|above|at least|no less than|min(?:imum)?(?: of)?|>=?)"


def strict(m: re.Match[str]) -> int:
    """1 where the comparison leaves the bound itself out."""
    said = m.group().lower()
    return int(said.startswith(("less than", "under", "below", "shorter", "more than", "over", "longer", "above")))
