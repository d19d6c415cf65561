"""Bounds that are turned down: "don't show me anything before 1990", "nothing from the eighties", 1990年之前的不要."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from palate.agent.quantities.quantities import Quantity
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Measure, Op, Schema, Sort

_BEFORE = re.compile(
    r"(?<!why )(?:\b(?:no|not|nothing|none|never|without|avoid|skip|except|excluding|hate|dislike|refuse|tired of|sick of|rather not|(?:anything|everything) but"
    r"|(?:do|would|does|did|can)(?:n['’]?t| not) (?:\w+ ){0,2}?(?:want|like|show|give|recommend|suggest|need|watch|see|do|include|bring|offer|weigh|cost|run|last|take|exceed|come|go|be))\b"
    r"(?: (?:me|us|to|watch|see|be|in|interested|into|a fan of|any|anything|stuff|something|ones?|things?|films?|movies?|pictures?|products?|items?|that|which|is|are|was|were|['’]s|made|shot|released|set|from|of|the|a|an|with|shown|priced|costing|running))*\s+"
    r"|(?<![是有])(?:不要|不想要|不想看|不看|不喜欢|不爱看|讨厌|不是|除了|排除|别(?:给我|推荐|来|放|选|拿|看|要|是)?)(?:我|给|推荐|看|来|些|点|任何|什么|那种|那些|超过)*\s*)$",
    re.I,
)
"""Ends where a bound begins, with nothing between but words that say nothing."""
_AFTER = re.compile(
    r"^(?:美元|美金|人民币|块钱?|元|刀)?(?:的|那些|片子?|电影|老片|东西|商品|[款件部])*(?:我|就|都|也|一律|全都?|请|可)*(?:不要|不看|不想看|不想要|不考虑|不行|不喜欢|除外|免了|免谈|算了|排除|跳过|(?:别|甭|莫)(?:推荐|给|来|要|放|看|拿|摆|出现|选|提)|就?不用)"
    r"|^(?: (?:films?|movies?|ones?|stuff))?,? (?:(?:is|are) (?:out\b|a no\b|no good|off the table|excluded)|excluded|excepted|no thanks)",
    re.I,
)


def without_denied(text: str, quantities: Sequence[Quantity], catalogue: Catalogue) -> list[Quantity]:
    """The quantities, those turned round that `text` turns down.

    What has no complement (a closed range of a price) is left out: it must not be asked for.
    """
    found: list[Quantity] = []
    for place, each in enumerate(quantities):
        if each.constraint.op is not Op.RANGE:
            found.append(each)
            continue
        listed = bool(found) and found[-1] is not quantities[place - 1] and _listed(text, quantities[place - 1], each)
        if listed or _BEFORE.search(text[: each.start]) or _AFTER.search(text[each.end :]):
            wish = denied(each.constraint, catalogue)
            found += [replace(each, constraint=wish)] if wish else []
        else:
            found.append(each)
    return found


def _listed(text: str, before: Quantity, after: Quantity) -> bool:
    """Whether a bound is turned down with the one before it: "no seventies or eighties"."""
    return bool(
        re.fullmatch(r"\s*(?:or|nor|and|/|、|和|或者?|跟)\s*(?:the |from )*", text[before.end : after.start], re.I)
    )


def denied(wish: Constraint, catalogue: Catalogue) -> Constraint | None:
    """What turning a range down asks for; None where it cannot be said."""
    if (wish.low is None) != (wish.high is None):
        return turned(wish, catalogue.schema)
    if wish.low is None or wish.high is None or catalogue.schema.measure(wish.attribute) is not Measure.YEAR:
        return None
    low, high = int(wish.low), int(wish.high)
    if low % 10 == 0 and high % 10 == 9:
        names = tuple(f"{year}s" for year in range(low, high, 10))
        for relation in catalogue.schema.sorted_as(Sort.PERIOD):
            if any(len(catalogue.rows_with(relation, name)) for name in names):
                return Constraint(relation, Op.NONE, names)
    return Constraint(wish.attribute, Op.NONE, tuple(str(year) for year in range(low, high + 1)))


def turned(wish: Constraint, schema: Schema) -> Constraint:
    """A range with one end, turned round: "never longer than two hours" allows up to two hours.

    The reader gives "longer than two hours" as 121 minutes and more, 超过两小时 as 120 and more; of the two bounds
    next to each other the round one was said.
    """
    ends = [end for end in (wish.low, wish.high) if end is not None]
    fine = schema.measure(wish.attribute) in (Measure.MONEY, Measure.STARS) or any(end % 1 for end in ends)
    step = 0.01 if fine else 1.0
    if wish.low is not None:
        return replace(wish, low=None, high=_rounder(wish.low - step, wish.low))
    if wish.high is not None:
        return replace(wish, low=_rounder(wish.high + step, wish.high), high=None)
    return wish


def _rounder(strict: float, loose: float) -> float:
    """The one of two bounds that is a round number; the strict one where neither is, or both."""
    strict, loose = round(strict, 4), round(loose, 4)
    for unit in (10.0, 5.0, 1.0):
        if (strict % unit == 0) != (loose % unit == 0):
            return strict if strict % unit == 0 else loose
    return strict
