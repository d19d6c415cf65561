"""The words by which items are compared in a number: longer, cheapest, more recent, 更长, 最早."""

from __future__ import annotations

from dataclasses import dataclass

from palate.agent.speaking.wording import Wording
from palate.domain import Item, Measure


@dataclass(frozen=True, slots=True)
class Dimension:
    """One direction of one kind of number."""

    measures: tuple[Measure, ...]
    up: bool
    """Whether more of it is meant."""
    than: str
    """Before "than"."""
    most: str
    zh: str
    """After 最 and 更."""
    number: str = ""
    """The name of the number where what it measures does not tell."""
    unit: str = ""
    """What a difference is told in."""
    when: str = "(?!)"
    """The word that says it of a time: after, before."""


_TIME, _LONG, _COST = (Measure.YEAR, Measure.DATE), (Measure.MINUTES,), (Measure.MONEY,)
_MARK: tuple[Measure, ...] = ()
_YEARS, _MINUTES, _KILOS = "years?|年", "minutes?|mins?|分钟", "kg|kilos?|公斤|千克"
_DIMENSIONS = (
    Dimension(_LONG, True, "longer", "longest", "长(?!度)", unit=_MINUTES),
    Dimension(_LONG, False, "shorter", "shortest", "短", unit=_MINUTES),
    Dimension(
        _TIME,
        True,
        "newer|later|more recent|younger",
        "newest|latest|most recent",
        "新|晚|近|年轻",
        unit=_YEARS,
        when="after",
    ),
    Dimension(_TIME, False, "older|earlier|less recent", "oldest|earliest", "老|旧|早", unit=_YEARS, when="before"),
    Dimension(
        _COST, True, "more expensive|dearer|pricier|costlier|costs more", "most expensive|priciest|dearest", "贵"
    ),
    Dimension(_COST, False, "cheaper|less expensive|costs less", "cheapest|least expensive", "便宜"),
    Dimension(
        _MARK,
        True,
        "better[- ]rated|higher[- ]rated|better[- ]reviewed|rated higher|scored higher",
        "best[- ]rated|highest[- ]rated|top[- ]rated|best[- ]reviewed|highest[- ]scoring",
        "(?:评分|好评率|口碑|得分)高",
        number="quality",
    ),
    Dimension(
        _MARK,
        False,
        "worse[- ]rated|lower[- ]rated|worse[- ]reviewed|rated lower|scored lower",
        "worst[- ]rated|lowest[- ]rated|worst[- ]reviewed",
        "(?:评分|好评率|口碑|得分)低",
        number="quality",
    ),
    Dimension((), True, "heavier|weighs more", "heaviest", "重", number="weight", unit=_KILOS),
    Dimension((), False, "lighter|weighs less", "lightest", "轻", number="weight", unit=_KILOS),
)


def known() -> tuple[Dimension, ...]:
    """Every direction that words are known for."""
    return _DIMENSIONS


def value(item: Item, dimension: Dimension, wording: Wording) -> float | None:
    """The number of an item that a word compares; None where it is not known."""
    schema = wording.schema
    names = schema.measuring(*dimension.measures) if dimension.measures else ()
    if dimension.number == "quality":
        names = (schema.quality,) if schema.quality else ()
    elif dimension.number:
        names = tuple(n for n in schema.numbers if n.casefold() == dimension.number)
    if Measure.MONEY in dimension.measures:
        names = () if wording.phrases.by_kind else names[:1]
    return next((found for n in names if (found := item.number(n)) is not None), None)
