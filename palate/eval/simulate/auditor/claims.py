"""One checkable statement at a place of a reply, and the test that an item must pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from palate.eval.simulate.shelf import Good

Test: TypeAlias = Callable[[Good], "bool | None"]
"""Whether a statement is true of an item; None: the catalogue does not say."""


class Verdict(StrEnum):
    """What the catalogue says of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"
    """It says nothing about it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement by its place."""

    kind: str
    """year, minutes, percent, money, count, stars, value, word, person, comparison, extreme, shared, only, shown."""
    start: int
    end: int
    true_of: Test


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim as the catalogue sees it."""

    kind: str
    text: str
    sentence: str
    verdict: Verdict


def verdict(truths: list[bool | None], *, every: bool = False) -> Verdict:
    """Of what a test says of the items that a claim may be about: one must pass, or with `every` all."""
    if not truths or all(truth is None for truth in truths):
        return Verdict.UNSUPPORTED
    held = all(truth is True for truth in truths) if every else any(truth is True for truth in truths)
    return Verdict.SUPPORTED if held else Verdict.CONTRADICTED
