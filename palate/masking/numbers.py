"""Runs of digits in a text, and the sums that tell a number that was given out from one by chance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_RUN = re.compile(r"(?<![0-9A-Za-z_])[+(]{0,2}\d(?:[ .()/-]{0,3}\d)*")
_GROUP = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Group:
    """Digits with nothing between them."""

    digits: str
    start: int

    @property
    def end(self) -> int:
        """The character after its last."""
        return self.start + len(self.digits)


@dataclass(frozen=True, slots=True)
class Run:
    """Digits with nothing but spaces, dashes, dots, slashes and brackets between them."""

    start: int
    """Of the plus sign or the bracket before them, where there is one."""
    groups: Sequence[Group]

    @property
    def end(self) -> int:
        """The character after its last digit."""
        return self.groups[-1].end


def runs(folded: str, fewest: int) -> Iterator[Run]:
    """The runs of at least `fewest` digits, from left to right; a group that a Latin letter touches is in none."""
    for found in _RUN.finditer(folded):
        groups = [Group(group.group(), group.start()) for group in _GROUP.finditer(folded, *found.span())]
        end = found.end()
        if end < len(folded) and folded[end].isascii() and (folded[end].isalnum() or folded[end] == "_"):
            groups.pop()
        if sum(len(group.digits) for group in groups) >= fewest:
            yield Run(found.start(), groups)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1."""
    values = [int(digit) for digit in reversed(digits)]
    doubled = (value * 2 - 9 * (value > 4) for value in values[1::2])
    return (sum(values[::2]) + sum(doubled)) % 10 == 0


def article(digits: str) -> bool:
    """Whether it has the length and the check digit of an article number: EAN-8, UPC, EAN-13 (ISBN), GTIN-14."""
    if len(digits) not in {8, 12, 13, 14}:
        return False
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + 3 * sum(values[1::2])) % 10 == 0


def round_or_years(groups: Sequence[str]) -> bool:
    """Whether every group, of three or more every one after the first, is a year or a round number: 199 2000 3000."""
    return len(groups) > 1 and all(
        group.endswith("00") or (len(group) == 4 and "1900" <= group <= "2099") for group in groups[len(groups) > 2 :]
    )
