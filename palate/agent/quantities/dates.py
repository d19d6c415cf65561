"""Dates in a message, for catalogues that know days: "since March 2020", "after 2021-05-01", 2020年3月以后.

Days are counted as `datetime.date.toordinal` does, both ends inclusive.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

from palate.agent.quantities.bounds import Bound, Rules
from palate.agent.quantities.years import YEARS

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?:((?:19|20)\d\d)[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)"
_SPOKEN = rf"(?:{_MONTH}\s*(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s*)?((?:19|20)\d\d))"
_DAY_ZH = r"(?:((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?)"
_WHEN = rf"(?:{_DAY}|{_SPOKEN}|{_DAY_ZH})"


def _days(m: re.Match[str]) -> tuple[int, int]:
    """The first and the last day of what was said: a day, or a whole month."""
    groups = m.groups()
    year, month, day = groups[0], groups[1], groups[2]
    if groups[3]:
        month, day, year = str(_month(groups[3])), groups[4], groups[5]
    elif groups[6]:
        year, month, day = groups[6:9]
    last = monthrange(int(year), min(max(int(month), 1), 12))[1]
    first_day, last_day = (int(day), int(day)) if day else (1, last)
    first, final = (
        date(int(year), min(max(int(month), 1), 12), min(max(d, 1), last)).toordinal() for d in (first_day, last_day)
    )
    return first, final


def _month(said: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(said[:3].lower()))


def _of_years(bound: Bound | None) -> Bound | None:
    if bound is None:
        return None
    low = None if bound.low is None else date(int(bound.low), 1, 1).toordinal()
    high = None if bound.high is None else date(int(bound.high), 12, 31).toordinal()
    return Bound(low, high)


def _by_years(build: Callable[[re.Match[str]], Bound | None]) -> Callable[[re.Match[str]], Bound | None]:
    return lambda m: _of_years(build(m))


DATES: Rules = (
    (rf"\b(?:after|later than|newer than)\s*{_WHEN}", lambda m: Bound(_days(m)[1] + 1, None)),
    (rf"\b(?:since|from|starting)\s*{_WHEN}", lambda m: Bound(_days(m)[0], None)),
    (rf"\b(?:before|earlier than|older than)\s*{_WHEN}", lambda m: Bound(None, _days(m)[0] - 1)),
    (rf"\b(?:until|till|by|up to)\s*{_WHEN}", lambda m: Bound(None, _days(m)[1])),
    (rf"{_WHEN} (?:or (?:later|newer|after)|and (?:later|after)|onwards?)", lambda m: Bound(_days(m)[0], None)),
    (rf"{_WHEN} (?:or|and) (?:earlier|older|before)", lambda m: Bound(None, _days(m)[1])),
    (rf"{_WHEN}\s*(?:以后|之后|后)", lambda m: Bound(_days(m)[1] + 1, None)),
    (rf"{_WHEN}\s*(?:起|以来|开始)", lambda m: Bound(_days(m)[0], None)),
    (rf"{_WHEN}\s*(?:以前|之前|前)", lambda m: Bound(None, _days(m)[0] - 1)),
    (_WHEN, lambda m: Bound(*_days(m))),
    *((pattern, _by_years(build)) for pattern, build in YEARS),
)
