"""One thing that a sentence claims, and whether it may be said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from palate.domain import ItemId


class ClaimKind(StrEnum):
    """What is claimed."""

    NUMBER = "number"
    PERSON = "person"
    """A person or a brand, in a role or in any."""
    ATTRIBUTE = "attribute"
    NEGATION = "negation"
    """That an item does not have something."""
    SHARING = "sharing"
    """What two items have in common."""
    LIKENESS = "likeness"
    """That an item is like another."""
    COMPARISON = "comparison"
    """Longer, older, cheaper than another."""
    SUPERLATIVE = "superlative"
    """The longest, the oldest, the cheapest of several."""
    EXCLUSIVE = "exclusive"
    """That one item alone has something."""
    QUANTITY = "quantity"
    """Both, all three, two of these."""
    ORDER = "order"
    """The place of an item in a row."""
    AWARD = "award"
    WORTH = "worth"
    """Praise."""
    STORY = "story"
    REQUEST = "request"
    """What the person is said to have asked for or liked."""
    REASON = "reason"
    """Why an item is there, in words of its own: "few people know it yet"."""
    WORD = "word"
    """Any other word."""


class Standing(StrEnum):
    """What the Facts say to a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"
    """They neither bear it out nor speak against it: what is not known bears nothing, no negation either."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim at its place in a text."""

    kind: ClaimKind
    start: int
    end: int
    text: str
    """The words that make it."""
    standing: Standing
    reason: str = ""
    """Why it may not be said; empty where it is supported."""
    items: tuple[ItemId, ...] = ()
    """The items of which it is claimed."""

    @property
    def ok(self) -> bool:
        """Whether it may be said."""
        return self.standing is Standing.SUPPORTED


def together(claims: Iterable[Claim]) -> Standing:
    """The standing of several claims made at once: contradicted if one is, unsupported if one is not borne out."""
    standings = {claim.standing for claim in claims}
    for standing in (Standing.CONTRADICTED, Standing.UNSUPPORTED):
        if standing in standings:
            return standing
    return Standing.SUPPORTED


def truth(holds: bool | None) -> Standing:
    """The standing of what holds, does not, or (None) is not known."""
    if holds is None:
        return Standing.UNSUPPORTED
    return Standing.SUPPORTED if holds else Standing.CONTRADICTED
