"""Stock and any other number by its name, in a message: "in stock", "at least 5 left", "weight under 2 kg", 有货的."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from palate.agent.quantities.bounds import ONES, Bound, Rules

_COUNT = r"(\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten|[一两二三四五六七八九十])"
STOCK: Rules = (
    (rf"\b(?:at least|min(?:imum)?(?: of)?)\s*{_COUNT}(?: (?:of them|units?|pieces?|pcs))?\s*(?:left|in stock|available)\b", lambda m: Bound(_count(m), None)),
    (rf"\b(?:need|want|order|buy|for|get)(?:ing)?\s+{_COUNT}\s+(?:of (?:them|these|it|those|each)|pieces|units|pcs)\b", lambda m: Bound(_count(m), None)),
    (rf"\b(?:more than|over)\s*{_COUNT}(?: (?:units?|pieces?|pcs))?\s*(?:left|in stock|available)\b", lambda m: Bound(_count(m) + 1, None)),
    (rf"{_COUNT}\s*(?:or more|\+)\s*(?:left|in stock|available)\b", lambda m: Bound(_count(m), None)),
    (rf"(?:库存|存货|还剩|至少剩|剩)\s*(?:至少|不少于|有)?\s*{_COUNT}\s*[件个只双台本条把]?(?:以上)?", lambda m: Bound(_count(m), None)),
    (r"\b(?:not|n['’]?t) (?:sold out|out of stock)\b|\b(?:is|are)? ?in[ -]stock\b(?: only)?|\b(?:currently |still |readily )?available(?: now| right now| today)?\b(?! in)|\bready to ship\b|\bthat you have\b", lambda _: Bound(1, None)),
    (r"(?:缺货|断货|没货|售罄|卖完)的?(?:都|就|也|请|全)?(?:不要|别|跳过|排除|不用|免|不看|筛掉)|有货的?|现货|有现货|有库存|没有?卖完|不缺货|能买到的?", lambda _: Bound(1, None)),
)  # fmt: skip
"""What is to be there. "Out of stock" alone is no wish."""


def named(name: str, unit: str) -> Rules:
    """The rules for a number that is said by its name (a pattern) or by its unit: "weight under 2 kg", "over 500 g".

    What is said in another unit of the same kind is brought to `unit`.
    """
    units = _of_a_kind(unit)
    steps = "|".join(sorted((*map(re.escape, units), "k", "thousand", "million", "billion"), key=len, reverse=True))
    value = rf"(?<![\d.,])(\d{{1,9}}(?:,\d{{3}}){{0,3}}(?:\.\d{{1,4}})?)(?!\d)\s*((?:{steps})(?![a-z])|亿|千万|百万|万|千)?"
    least = r"(?:at least|no less than|from|min(?:imum)?(?: of)?|>=|至少|不少于|不低于)"
    most = r"(?:at most|no more than|no heavier than|no bigger than|up to|max(?:imum)?(?: of)?|<=|(?:不要?|别|不能)超过|最多)"
    over = r"(?:over|above|more than|greater than|higher than|bigger than|heavier than|larger than|longer than|>|超过|大于|高于)"
    under = r"(?:under|below|less than|fewer than|lower than|smaller than|lighter than|shorter than|<|低于|小于|少于)"
    link = r"\s*(?:is|are|of|was|should be|must be|:|为|是|在|要)?\s*"

    def read(build: Callable[[list[float]], Bound], *, by_name: bool) -> Callable[[re.Match[str]], Bound | None]:
        def bound(m: re.Match[str]) -> Bound | None:
            said = [group.lower() for group in m.groups()[1::2] if group]
            return build(_values(m, units)) if by_name or set(said) & set(units) else None

        return bound

    rules: list[tuple[str, Callable[[re.Match[str]], Bound | None]]] = []
    for before, after, by_name in (
        (rf"(?:{name}){link}", "", True),
        ("", rf"\s*(?:of )?(?:{name})", True),
        ("", "", False),
    ):
        if by_name or units:
            for pattern, build in (
                (rf"(?:between\s*)?{value}\s*(?:and|to|-|–|到|至)\s*{value}", lambda v: Bound(min(v), max(v))),
                (rf"{least}\s*{value}", lambda v: Bound(v[0], None)),
                (rf"{most}\s*{value}", lambda v: Bound(None, v[0])),
                (rf"{over}\s*{value}", lambda v: Bound(_past(v[0], 1), None)),
                (rf"{under}\s*{value}", lambda v: Bound(None, _past(v[0], -1))),
                (rf"{value}\s*(?:\+|or more|or above|or heavier|以上|往上)", lambda v: Bound(v[0], None)),
                (rf"{value}\s*(?:or less|or below|or under|or lighter|max|tops|at most|以下|以内|之内)", lambda v: Bound(None, v[0])),
                (value, lambda v: Bound(v[0], v[0])),
            ):  # fmt: skip
                rules.append((before + pattern + after, read(build, by_name=by_name)))
    return tuple(rules)


_KINDS: tuple[dict[str, float], ...] = (
    {"kg": 1000, "kilo": 1000, "kilos": 1000, "kilograms": 1000, "g": 1, "gram": 1, "grams": 1, "lb": 453.592, "lbs": 453.592,
     "pounds": 453.592, "oz": 28.3495, "ounces": 28.3495, "公斤": 1000, "千克": 1000, "克": 1, "斤": 500},
    {"m": 1000, "meters": 1000, "metres": 1000, "cm": 10, "mm": 1, "in": 25.4, "inch": 25.4, "inches": 25.4, "ft": 304.8, "feet": 304.8,
     "km": 1_000_000, "米": 1000, "厘米": 10, "毫米": 1, "英寸": 25.4, "寸": 25.4},
    {"l": 1000, "litres": 1000, "liters": 1000, "litre": 1000, "liter": 1000, "ml": 1, "cl": 10, "gal": 3785.41, "升": 1000, "毫升": 1},
)  # fmt: skip
"""Units of mass, length and volume, each by the smallest of its kind."""


def is_unit(word: str) -> bool:
    """Whether this is a unit of mass, length or volume."""
    return any(word in kind for kind in _KINDS)


def _of_a_kind(unit: str) -> dict[str, float]:
    """The units that measure what `unit` does, and how much of it each is; a unit of no known kind alone."""
    if not unit:
        return {}
    kind = next((kind for kind in _KINDS if unit.lower() in kind), {unit.lower(): 1.0})
    return {other: size / kind[unit.lower()] for other, size in kind.items()}


def _count(m: re.Match[str]) -> float:
    said = next(group for group in m.groups() if group).lower()
    return float(ONES.get(said) or said)


def _values(m: re.Match[str], units: Mapping[str, float]) -> list[float]:
    """The amounts of a match, in the column's unit; a unit after the last of them is that of all."""
    steps = {
        "k": 1e3,
        "thousand": 1e3,
        "million": 1e6,
        "billion": 1e9,
        "千": 1e3,
        "万": 1e4,
        "百万": 1e6,
        "千万": 1e7,
        "亿": 1e8,
    }
    groups = m.groups()
    said = [(group or "").lower() for group in groups[1::2]]
    last = said[-1] if said[-1] in units else ""
    return [
        round(float(number.replace(",", "")) * (units.get(unit or last) or steps.get(unit, 1.0)), 6)
        for number, unit in zip(groups[0::2], said, strict=True)
    ]


def _past(value: float, sign: int) -> float:
    """The next value beyond a bound that is left out: a whole one for whole bounds above ten, else a hundredth."""
    step = 1.0 if value == int(value) and value > 10 else 0.01
    return round(value + sign * step, 2)
