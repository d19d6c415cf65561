"""Comparisons with what was shown: "something older", "shorter than the second", "better rated", 再老一点的."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import median

from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, ItemId, Op

_COMPARISONS: tuple[tuple[str, str, bool], ...] = (
    (
        r"\b(?:older|earlier)\b(?! (?:brother|sister|people|person))|再老|更老|老一点|老一些|早一点|更早|再早|旧一点",
        "year",
        False,
    ),
    (r"\b(?:newer|more recent|later|more modern)\b|更新|新一点|新一些|近一点|再新", "year", True),
    (r"\bshorter\b|短一点|短一些|更短|再短", "runtime", False),
    (r"\blonger\b(?! than \d)|长一点|长一些|更长|再长", "runtime", True),
    (
        r"\b(?:better[- ](?:rated|reviewed)|higher[- ](?:rated|scor\w+)|better reviews)\b|评分更高|评价更好|口碑更好|分更高",
        "score",
        True,
    ),
    (
        r"\b(?:less (?:known|famous|popular|mainstream)|lesser[- ]known|more obscure)\b|更冷门|冷门一点|小众一点",
        "reviews",
        False,
    ),
    (r"\b(?:more (?:famous|popular|mainstream)|better[- ]known)\b|更有名|更热门|更火", "reviews", True),
)
_STANDING: tuple[tuple[str, Constraint], ...] = (
    (r"\b(?:hidden gems?|underrated|overlooked|obscure|little[- ]known)\b|冷门佳片|冷门|小众|被低估", Constraint("reviews", Op.RANGE, high=80)),
    (r"\b(?:hidden gems?|underrated|overlooked)\b|冷门佳片|被低估", Constraint("score", Op.RANGE, low=75)),
    (r"\b(?:blockbusters?|famous|popular|well[- ]known|mainstream|big hit)\b|大片|热门|有名|卖座", Constraint("reviews", Op.RANGE, low=100)),
)  # fmt: skip


def comparisons(text: str, state: DialogueState, pointed: Sequence[ItemId], catalogue: Catalogue) -> list[Constraint]:
    """The bounds that comparisons in `text` set.

    "Older" is older than the item pointed at, else than everything on the slate; where that would leave the bottom of
    the catalogue only, older than the slate's middle. Without an item to compare with, nothing is set.
    """
    found = []
    against = [catalogue.get(i) for i in (pointed or state.slate) if i in catalogue]
    for pattern, number, higher in _COMPARISONS:
        known = [v for item in against if (v := item.number(number)) is not None]
        if known and re.search(pattern, text, re.IGNORECASE):
            found.append(_beyond(known, number, higher, catalogue))
    relative = {constraint.attribute for constraint in found}
    found += [c for p, c in _STANDING if c.attribute not in relative and re.search(p, text, re.IGNORECASE)]
    return found


def _beyond(known: Sequence[float], number: str, higher: bool, catalogue: Catalogue) -> Constraint:
    edge: Callable[[Sequence[float]], float] = max if higher else min
    column = catalogue.column(number)
    for value in (edge(known), median(known)):
        bound = value + 1 if higher else value - 1
        left = (column >= bound) if higher else (column <= bound)
        if left.sum() >= 200:
            break
    return Constraint(number, Op.RANGE, low=bound if higher else None, high=None if higher else bound)
