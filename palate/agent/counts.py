"""Stock and any other number by its name, in a message: "in stock", "at least 5 left", "weight under 2 kg", 有货的."""

from __future__ import annotations

import re
from collections.abc import Callable

from palate.agent.bounds import ONES, Bound, Rules

_COUNT = r"(\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten|[一两二三四五六七八九十])"
STOCK: Rules = (
    (rf"\b(?:at least|min(?:imum)?(?: of)?)\s*{_COUNT}(?: (?:of them|units?|pieces?|pcs))?\s*(?:left|in stock|available)\b", lambda m: Bound(_count(m), None)),
    (rf"\b(?:need|want|order|buy|for|get)(?:ing)?\s+{_COUNT}\s+(?:of (?:them|these|it|those|each)|pieces|units|pcs)\b", lambda m: Bound(_count(m), None)),
    (rf"\b(?:more than|over)\s*{_COUNT}(?: (?:units?|pieces?|pcs))?\s*(?:left|in stock|available)\b", lambda m: Bound(_count(m) + 1, None)),
    (rf"{_COUNT}\s*(?:or more|\+)\s*(?:left|in stock|available)\b", lambda m: Bound(_count(m), None)),
    (rf"(?:库存|存货|还剩|至少剩|剩)\s*(?:至少|不少于|有)?\s*{_COUNT}\s*[件个只双台本条把]?(?:以上)?", lambda m: Bound(_count(m), None)),
    (r"\b(?:not|n['’]?t) (?:sold out|out of stock)\b|\b(?:is|are)? ?in[ -]stock\b(?: only)?|\b(?:currently |still |readily )?available(?: now| right now| today)?\b(?! in)|\bready to ship\b|\bthat you have\b", lambda _: Bound(1, None)),
    (r"有货的?|现货|有现货|有库存|没有?卖完|不缺货|能买到的?", lambda _: Bound(1, None)),
)  # fmt: skip
"""What is to be there. "Out of stock" alone is no wish."""


def named(name: str, unit: str) -> Rules:
    """The rules for a number that is said by its name (a pattern) or by its unit: "weight under 2 kg", "over 2 kg"."""
    value = r"(\d[\d,]*(?:\.\d+)?)\s*(k(?![a-z])|thousand|million|万|千)?"
    measured = rf"{value}\s*(?:{re.escape(unit)}\b)?" if unit else value
    least, most = (
        r"(?:at least|no less than|from|min(?:imum)?(?: of)?|>=|至少|不少于|不低于)",
        r"(?:at most|no more than|up to|max(?:imum)?(?: of)?|<=|不超过|最多)",
    )
    over, under = (
        r"(?:over|above|more than|greater than|higher than|bigger than|heavier than|larger than|longer than|>|超过|大于|高于)",
        r"(?:under|below|less than|lower than|smaller than|lighter than|shorter than|<|低于|小于|少于)",
    )
    link = r"\s*(?:is|are|of|was|should be|must be|:|为|是|在|要)?\s*"
    rules: list[tuple[str, Callable[[re.Match[str]], Bound | None]]] = []
    forms = [(rf"(?:{name}){link}", measured, "")]
    tail = f"{name}|{re.escape(unit)}" if unit else name
    forms.append(("", value, rf"\s*(?:of )?(?:{tail})(?![a-z])"))
    for before, number, after in forms:
        gap = r"\s*"
        rules += [
            (rf"{before}(?:between{gap})?{number}\s*(?:and|to|-|–|到|至)\s*{number}{after}", lambda m: Bound(*sorted((_value(m), _value(m, 2))))),
            (rf"{before}{least}{gap}{number}{after}", lambda m: Bound(_value(m), None)),
            (rf"{before}{most}{gap}{number}{after}", lambda m: Bound(None, _value(m))),
            (rf"{before}{over}{gap}{number}{after}", lambda m: Bound(_past(_value(m), 1), None)),
            (rf"{before}{under}{gap}{number}{after}", lambda m: Bound(None, _past(_value(m), -1))),
            (rf"{before}{number}\s*(?:\+|or more|or above|以上){after}", lambda m: Bound(_value(m), None)),
            (rf"{before}{number}\s*(?:or less|or below|以下|以内){after}", lambda m: Bound(None, _value(m))),
            (rf"{before}{number}{after}", lambda m: Bound(_value(m), _value(m))),
        ]  # fmt: skip
    return tuple(rules)


def _count(m: re.Match[str]) -> float:
    said = next(group for group in m.groups() if group).lower()
    return float(ONES.get(said) or said)


def _value(m: re.Match[str], place: int = 1) -> float:
    steps = {"k": 1e3, "thousand": 1e3, "千": 1e3, "万": 1e4, "million": 1e6, "m": 1e6}
    return float(m.group(2 * place - 1).replace(",", "")) * steps.get((m.group(2 * place) or "").lower(), 1.0)


def _past(value: float, sign: int) -> float:
    """The next value beyond a bound that is left out: a whole one for whole bounds above ten, else a hundredth."""
    step = 1.0 if value == int(value) and value > 10 else 0.01  # noqa: PLR2004
    return round(value + sign * step, 2)
