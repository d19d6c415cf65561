"""Comparisons with what was shown, and words for much and little: "something older", "cheaper than the second", 便宜的.

What a word compares follows from the measures of the schema. "Cheap" is the lowest third of the column, among the
things of the kind that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.agent.state import DialogueState
from palate.agent.text import Span, apart
from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import Constraint, ItemId, Measure, Op, Schema

_FEWEST, _SHARE = 200, 20
"""A bound leaves at least this many items, or one in so many of a small catalogue, else a milder one is set."""
_CENT = 0.01
_NOT_TOO = r"(?:\bnot (?:too|so|very|that|overly)|\bnothing (?:too|so|very)|\bisn['’]?t (?:too|so|very)|(?:不要|别|不)(?:太|那么|很))\s*"
_DEAR = r"(?:expensive|pricey|costly|dear|overpriced)"


_COMPARISONS: tuple[tuple[str, str, bool], ...] = (
    (r"\b(?:older|earlier)\b(?! (?:brother|sister|people|person))|再老|更老|老一点|老一些|早一点|更早|再早|旧一点", "time", False),
    (r"\b(?:newer|more recent|later|more modern)\b|(?<!not )(?<!nothing )\btoo old\b|\bnot (?:quite |as |so |too |that |very |all that )*(?:as |so |too |that )old\b|\bless (?:old|dated)\b|(?:没|不(?:要|用)?|别)(?:那么|这么)老|(?<![不别])太老了?|更新|新一点|新一些|近一点|再新", "time", True),
    (r"\bshorter\b|\bnot (?:quite |nearly |as |so )*(?:as|so) long\b|\bless long\b|(?<!not )(?<!nothing )\btoo long\b|(?<![不别])太长了?|(?:没|不)(?:那么|这么)长|短一点|短一些|更短|再短", "length", False),
    (r"\blonger\b(?! than \d)|长一点|长一些|更长|再长", "length", True),
    (r"\b(?:better[- ](?:rated|reviewed)|higher[- ](?:rated|scor\w+)|(?:a )?better (?:reviews|rating|score)|(?:a )?higher (?:rating|score))\b|评分更高|(?:评分|分数|口碑|评价)再?(?:高|好)(?:一?点|一些)|评价更好|口碑更好|分更高", "quality", True),
    (r"\b(?:(?:less|not (?:so|as|that|quite so)) (?:well[- ]?)?(?:known|famous|popular|mainstream|obvious)|lesser[- ]known|more obscure)\b|(?:没|不)(?:那么|这么)(?:有名|热门|出名|火)|更冷门|冷门一点|小众一点", "fame", False),
    (r"\b(?:more (?:famous|popular|mainstream|well[- ]?known)|better[- ]known|bigger names?|less obscure|not (?:so|as|that|too) obscure)\b|更有名|有名一点|出名一点|更热门|更火", "fame", True),
    (rf"\b(?:cheaper|less {_DEAR}|more affordable|lower[- ]priced|lower price|less money|costs? less)\b|(?<!not )(?<!nothing )(?<!isn[\'’]t )\b(?:too|a (?:bit|little|tad)|rather|kinda|pretty) {_DEAR}|\bnot (?:quite |nearly |as )*as {_DEAR}|(?<!不)(?<!别)(?<!不要)(?<!别太)(?<!不太)(?:太|有点|有点儿|偏)贵了?|(?:没|不)(?:那么|这么)贵|便宜(?:一?点|些|一些)|更便宜|再便宜|低一点的价|价格低(?:一?点|些)", "price", False),
    (rf"\b(?:dearer|pricier|more {_DEAR}|costlier|higher[- ]priced|more (?:upscale|luxurious|premium)|fancier)\b|更贵|贵一?点|贵一些|再贵|更高档|高档一点", "price", True),
    (r"\blighter\b(?! colou?r)|(?<!not )\btoo heavy\b|\bnot as heavy\b|(?<!不)太重了?|更轻|轻一点|轻一些", "weight", False),
    (r"\bheavier\b|更重|重一点", "weight", True),
    (r"\b(?:bigger|larger|roomier)\b|更大|大一点|大一些|再大", "size", True),
    (r"\b(?:smaller|more compact)\b|(?<!not )\btoo (?:big|large)\b|(?<!不)太大了?|更小|小一点|小一些|再小", "size", False),
)  # fmt: skip
"""What is compared, and whether more of it is wanted."""

_SHARES: tuple[tuple[str, str, float | None, float | None], ...] = (
    (rf"{_NOT_TOO}(?:{_DEAR}|贵)|别太贵|不太贵|不贵", "price", None, 0.5),
    (r"(?:\bno|\bnot|\bnothing) (?:too |so |very )?cheap\b|不要太便宜|别太便宜", "price", 0.33, None),
    (r"\bcheapest\b|\blowest[- ]priced?\b|最便宜|价格最低", "price", None, 0.1),
    (r"\b(?:most expensive|priciest|top of the (?:line|range))\b|最贵", "price", 0.9, None),
    (r"\b(?:mid[- ]?(?:range|priced|price)|moderately priced|reasonably priced)\b|中等价位|中档|价格适中", "price", 0.25, 0.75),
    (rf"\b(?:cheap(?:ish)?|affordable|inexpensive|budget(?:[- ]friendly)?(?! (?:of|is|around|under|about|:|\d|[$€£]))|low[- ](?:cost|priced?)|bargains?|economical|good value|not {_DEAR}|no {_DEAR})\b|便宜|实惠|平价|低价|划算|性价比", "price", None, 0.33),
    (rf"\b(?:{_DEAR}|high[- ]end|premium|upscale|luxury|luxurious|top[- ]end)\b|高端|高档|奢侈|奢华|昂贵|贵的|豪华", "price", 0.67, None),
    (r"\b(?:recent|newest|latest|new(?:ly)? (?:in|released|arrivals?|releases?))\b|最新|新款|新品|新出", "time", 0.67, None),
    (r"\b(?:popular|best[- ]?sell(?:ing|ers?)|well[- ]known|famous|trending)\b|热门|热销|畅销|爆款|受欢迎|有名", "fame", 0.67, None),
    (r"\b(?:hidden gems?|obscure|little[- ]known|niche|overlooked|underrated)\b|小众|冷门", "fame", None, 0.33),
    (r"\b(?:very light|ultra[- ]?light|light[- ]?weight)\b|超轻|轻便|轻量|(?:要|很|够)轻的?(?!松)", "weight", None, 0.33),
)  # fmt: skip
"""What is spoken of, and the quantiles of its column that are meant."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparisons a message makes."""

    constraints: tuple[Constraint, ...]
    spans: tuple[Span, ...]
    """Where they stand."""


class Relative:
    """Reads comparisons about one catalogue."""

    def __init__(self, catalogue: Catalogue, vocabulary: Mapping[str, Any]) -> None:
        self._catalogue = catalogue
        by_name = set(vocabulary.get("said", {}).get("by_name", ()))
        self._numbers = spoken_of(catalogue.schema, by_name)
        standing = [row for row in vocabulary.get("standing", ()) if row["number"] in catalogue.schema.numbers]
        self._standing = [(re.compile(row["pattern"], re.I), _range(row)) for row in standing]
        self._shares = () if vocabulary else _SHARES

    def find(
        self,
        text: str,
        state: DialogueState,
        pointed: Sequence[ItemId],
        wishes: Iterable[Constraint] = (),
        taken: Sequence[Span] = (),
        things: Rows | None = None,
    ) -> Compared:
        """The bounds that comparisons in `text` set.

        "Older" is older than the item pointed at, else than everything on the slate; where that would leave the bottom
        of the catalogue only, older than the slate's middle. Without an item to compare with, "cheaper" is cheap, and
        nothing else is set. `wishes` are those of this message and of the state: cheap is cheap among what meets them,
        and among `things`, the rows that speak of what is asked for, where there are any.
        """
        found: list[Constraint] = []
        spans: list[Span] = []
        wishes = [*wishes]
        among = self._pool(wishes)
        if things is not None and len(things):
            speaking = np.zeros(len(among), bool)
            speaking[things] = True
            among = among & speaking if (among & speaking).any() else among
        against = [self._catalogue.get(i) for i in (pointed or state.slate) if i in self._catalogue]
        for pattern, spoken_of, higher in _COMPARISONS:
            number = self._numbers.get(spoken_of, "")
            match = re.search(pattern, text, re.IGNORECASE) if number else None
            if match is None:
                continue
            spans.append(Span(match.group(), match.start(), match.end()))
            known = [v for item in against if (v := item.number(number)) is not None]
            if known:
                ranges = () if number in state.compared else state.constraints
                said = next((c for c in (*state.limits, *ranges) if c.attribute == number and c.op is Op.RANGE), None)
                found.append(self._beyond(known, number, higher=higher, pool=among, said=said))
            elif spoken_of == "price" and not against:
                found += self._share(number, among, 0.67 if higher else None, None if higher else 0.33)
        relative = {constraint.attribute for constraint in found}
        for pattern, spoken_of, low, high in self._shares:
            number = self._numbers.get(spoken_of, "")
            for match in re.finditer(pattern, text, re.IGNORECASE) if number else ():
                if not apart(match.start(), match.end(), [*spans, *taken]):
                    continue
                spans.append(Span(match.group(), match.start(), match.end()))
                if number not in relative:
                    relative.add(number)
                    found += self._share(number, among, low, high)
        found += [c for p, c in self._standing if c.attribute not in {f.attribute for f in found} and p.search(text)]
        return Compared(tuple(found), tuple(spans))

    def _pool(self, wishes: Sequence[Constraint]) -> NDArray[np.bool_]:
        """The items among which something is cheap or dear: of the kinds that are asked for."""
        pool = self._catalogue.alive.copy()
        for wish in wishes:
            if wish.op in {Op.ANY, Op.ALL} and wish.attribute in self._catalogue.schema.relations:
                of_kind = np.zeros(len(self._catalogue), bool)
                for value in wish.values:
                    of_kind[self._catalogue.rows_with(wish.attribute, value)] = True
                if (pool & of_kind).any():
                    pool &= of_kind
        return pool

    def _share(self, number: str, pool: NDArray[np.bool_], low: float | None, high: float | None) -> list[Constraint]:
        values = self._catalogue.column(number)[pool]
        values = values[~np.isnan(values)]
        if not len(values):
            return []
        whole = self._catalogue.schema.measure(number) in {Measure.YEAR, Measure.DATE, Measure.COUNT, Measure.MINUTES}
        places = 0 if whole else 2
        ends = [None if share is None else round(float(np.quantile(values, share)), places) for share in (low, high)]
        return [Constraint(number, Op.RANGE, low=ends[0], high=ends[1])]

    def _beyond(
        self,
        known: Sequence[float],
        number: str,
        *,
        higher: bool,
        pool: NDArray[np.bool_],
        said: Constraint | None = None,
    ) -> Constraint:
        """The bound beyond `known`. A bound `said` before at the other end stands: "pricier" stays in the budget."""
        edge: Callable[[Sequence[float]], float] = max if higher else min
        column = self._catalogue.column(number)
        measure = self._catalogue.schema.measure(number)
        whole = measure is Measure.NUMBER and all(value == int(value) for value in known)
        step = _CENT if measure in {Measure.MONEY, Measure.STARS, Measure.NUMBER} and not whole else 1.0
        one_end = said is not None and (said.low is None) is not (said.high is None)
        # A decade is left by "older"; a limit, said at one end only, is not.
        limit = (said.high if higher else said.low) if said is not None and one_end else None
        if limit is not None:
            within = pool & ((column <= limit) if higher else (column >= limit))
            pool = within if within.any() else pool
        fewest = min(_FEWEST, max(1, int(pool.sum()) // _SHARE))
        for value in (edge(known), median(known)):
            bound = round(value + step if higher else value - step, 2)
            left = ((column >= bound) if higher else (column <= bound)) & pool
            if left.sum() >= fewest:
                break
        if limit is not None and (bound > limit if higher else bound < limit):
            # Nothing is left between what was shown and the limit: the upper or the lower third within it.
            bound = round(float(np.quantile(column[pool & ~np.isnan(column)], 0.67 if higher else 0.33)), 2)
            bound = min(bound, limit) if higher else max(bound, limit)
        return Constraint(number, Op.RANGE, low=bound if higher else None, high=None if higher else bound)


def spoken_of(schema: Schema, by_name: set[str]) -> dict[str, str]:
    """The number that each word of comparison is about, where the catalogue has one."""

    def first(*measures: Measure) -> str:
        return next((n for measure in measures for n in schema.measuring(measure) if n not in by_name), "")

    def called(*names: str) -> str:
        return next((n for n in schema.numbers if any(name in n.lower() for name in names)), "")

    numbers = {
        "time": first(Measure.YEAR, Measure.DATE),
        "length": first(Measure.MINUTES) or called("length", "pages", "duration"),
        "quality": schema.quality or first(Measure.STARS),
        "fame": schema.fame or first(Measure.COUNT),
        "price": first(Measure.MONEY),
        "weight": called("weight"),
        "size": called("size", "capacity", "volume", "height", "width", "diameter", "screen"),
    }
    return {spoken_of: number for spoken_of, number in numbers.items() if number}


def _range(row: Mapping[str, Any]) -> Constraint:
    return Constraint(row["number"], Op.RANGE, low=row.get("low"), high=row.get("high"))
