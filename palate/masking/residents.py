"""Numbers of Chinese residents' identity cards, GB 11643: place, birthday, serial number, check digit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from palate.masking.spans import Personal, Span

_NUMBER = re.compile(
    r"(?<![0-9A-Za-z_])([1-9]\d{5})[ -]?((?:18|19|20)\d{2})(\d{2})(\d{2})[ -]?(\d{3})([0-9Xx])(?![0-9A-Za-z_])"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def residents(folded: str) -> Iterator[Span]:
    """The numbers in a text whose birthday is a day and whose check digit is right, from left to right."""
    for found in _NUMBER.finditer(folded):
        place, year, month, day, serial, check = found.groups()
        try:
            date(int(year), int(month), int(day))
        except ValueError:
            continue
        digits = f"{place}{year}{month}{day}{serial}"
        total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
        if _CHECKS[total % 11] == check.upper():
            yield Span(found.start(), found.end(), Personal.RESIDENT)
