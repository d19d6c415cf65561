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
CANNOT = (
    r"(?:can(?:not|['’]?t)|won['’]?t|shouldn['’]?t|mustn['’]?t|don['’]?t|doesn['’]?t|must not|should not|do not|couldn['’]?t|not) (?:want to |wanna |wish to )?(?:go|spend|pay|be|run|last|exceed|take|cost|stretch)"
    r"(?: (?:over|above|past|beyond|more than|longer than|any (?:longer|more|higher) than))?|not exceeding|not past|not beyond"
)
"""Says that something is not to be exceeded."""
LESS = (
    r"(?:under|less than|below|shorter than|within|inside|at (?:the )?(?:very )?most|no (?:longer|more) than|not (?:longer|more) than|not any longer than"
    rf"|max(?:imum)?(?: of)?|up to|not over|no longer|{CANNOT}|<=?)"
)
MORE = r"(?:over|more than|longer than|above|at (?:the )?(?:very )?least|no less than|no shorter than|not (?:less|shorter) than|min(?:imum)?(?: of)?|upwards of|past|beyond|in excess of|exceeding|north of|>=?)"
UP_TO = r"(?: or (?:so|thereabouts))?[, ]*(?:or (?:less|shorter|under|below|so tops)|and under|and below|max(?:imum)?\b|tops|at (?:the )?(?:very |absolute )?most|is (?:all|the most|as long as) (?:that )?(?:i|we)\b|is (?:my|our|the) (?:limit|max))"
"""After an amount: it is the most."""
UP_FROM = r"[, ]*(?:or (?:more|longer|over|above|up|so at least)|at (?:the )?(?:very )?least|min(?:imum)?\b|and (?:up|over|above|longer)|plus\b|\+)"
"""After an amount: it is the least."""


def strict(m: re.Match[str]) -> int:
    """1 where the comparison leaves the bound itself out."""
    said = m.group().lower()
    return int(
        said.startswith(
            (
                "less than",
                "under",
                "below",
                "shorter",
                "more than",
                "over",
                "longer",
                "above",
                "past",
                "beyond",
                "exceeding",
                "in excess",
                "north",
            )
        )
    )
