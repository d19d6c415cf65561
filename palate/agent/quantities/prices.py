"""Prices in a message: "under $100", "between 20 and 40 euros", 100块以内, "my budget is 50"."""

from __future__ import annotations

import re
from collections.abc import Callable

from palate.agent.quantities.bounds import CANNOT, Bound, Rules
from palate.agent.quantities.numerals import han

SIGNS = {
    "us$": "USD", "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "美元": "USD", "美金": "USD", "美刀": "USD", "刀": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "欧元": "EUR", "歐元": "EUR", "欧": "EUR",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "英镑": "GBP", "英鎊": "GBP", "镑": "GBP",
    "cny": "CNY", "rmb": "CNY", "yuan": "CNY", "元": "CNY", "圆": "CNY", "人民币": "CNY", "元人民币": "CNY",
    "jpy": "JPY", "yen": "JPY", "円": "JPY", "日元": "JPY", "日圆": "JPY", "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "港元": "HKD",
    "c$": "CAD", "cad": "CAD", "a$": "AUD", "aud": "AUD", "₹": "INR", "inr": "INR", "rupees": "INR", "₩": "KRW", "krw": "KRW",
    "chf": "CHF", "francs": "CHF", "bucks": "", "buck": "", "块钱": "", "块": "", "塊": "", "¥": "", "￥": "",
}  # fmt: skip
"""What a currency is called, and its ISO 4217 code; empty for what is said of any currency (bucks, 块, ¥)."""
_STEPS = {
    "k": 1e3,
    "grand": 1e3,
    "thousand": 1e3,
    "million": 1e6,
    "m": 1e6,
    "千": 1e3,
    "万": 1e4,
    "百": 1e2,
    "百万": 1e6,
}
ABOUT = 0.2
"""How far "around $50" reaches to either side."""
_LEAST_STEP = 0.01
"""What lies between "under 100" and 100."""

_LATIN = [sign for sign in SIGNS if sign.isascii() and sign.isalpha()]
_MARKS = [sign for sign in SIGNS if sign not in _LATIN]
_before = "|".join(
    map(re.escape, sorted((s for s in SIGNS if not s.isalpha() or len(s) == 3), key=len, reverse=True))
)
_after = (
    r"(?:" + "|".join(sorted(_LATIN, key=len, reverse=True)) + r")\b|"
    + "|".join(map(re.escape, sorted(_MARKS, key=len, reverse=True)))
)  # fmt: skip
_NUMBER = r"(\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?|[一二两兩三四五六七八九十百千万零〇]{1,9})"
_STEP = r"(?:\s?(k|grand|thousand|million|m|百万|千|万|百)(?![a-z]))?"
_MONEY = rf"(?:((?<![a-z]){_before})\s?)?(?<![\d.一二两兩三四五六七八九十百千万零〇]){_NUMBER}(?!\d|\.\d){_STEP}\s?({_after})?"
"""Four groups: sign, number, step, name. One of the first and the last must be there unless a cue says price."""
_CUE = r"(?:\b(?:price[sd]?|cost(?:s|ing)?|budget|spend(?:ing)?|pay(?:ing)?|limit|ceiling|cap(?= (?:is|of)))\b|价格|价位|价钱|售价|预算|上限|花)"
_BUDGET = r"(?:\b(?:budget|spend(?:ing)?)\b|预算)"
_HAVE = (
    r"(?:\b(?:i|we)(?:['’]?ve| have|['’]?d)?(?: only| just)* (?:got|have|stretch to|can (?:stretch to|afford|do|manage|spend|pay|go (?:up )?to)|could (?:stretch to|go (?:up )?to|do))(?: only| just| about| around| up to)*"
    r"|\b(?:stretch|go(?: up)?) to|(?:预算|手头|手里|身上)?(?:只|就|才)(?:有|剩|能(?:出|花))?|(?:能|可以)(?:出|花)到?)"
)
"""Says what there is to spend."""
_LESS = (
    r"(?:\b(?:under|less than|below|cheaper than|within|at most|no more than|not more than|up to|not over|lower than"
    rf"|max(?:imum)?(?: of)?|beneath|{CANNOT})|<=?|(?:不要?|别|不能|不会|不可以)超过|不超|低于|少于|小于|不到|最多|至多|顶多|最贵|不高于)"
)
_MORE = (
    r"(?:\b(?:over|more than|above|at least|no less than|from|starting (?:at|from)|upwards of|min(?:imum)?(?: of)?)|>=?"
    r"|超过|高于|多于|大于|至少|不低于|不少于)"
)
_UP_TO = (
    r"(?:,? ?\b(?:or (?:less|under|cheaper|below)|max(?:imum)?|tops|at (?:the )?(?:very |absolute )?most|and under|and below"
    r"|is (?:all|the most|as much as|as high as|about all) (?:that )?(?:i|we)\b[^.,;!?]{0,20}|is (?:my|our|the) (?:absolute )?(?:limit|max(?:imum)?|budget|ceiling|cap|upper limit)"
    r"|limit|budget)\b|(?:及|或)?以内|以下|之内|之下|封顶|到顶|打住|搞得?定|能搞定|够不够|够吗|内|(?:就)?是(?:我的)?(?:极限|上限|最多|底线)(?:了)?)"
)
_UP_FROM = r"(?:\+|\b(?:or (?:more|over|above)|and (?:up|over|above)|upwards|minimum)\b|(?:及|或)?以上|起|往上)"
_NEAR = r"(?:\b(?:around|about|roughly|approximately|approx\.?|circa)|~|大约|大概|约)"
_NOT_MONEY = (
    r"(?!\s*(?:%|percent|stars?\b|minutes?\b|mins?\b|hours?\b|h\b|cm\b|mm\b|m\b|km\b|kg\b|g\b|lbs?\b|oz\b|inch(?:es)?\b|in\b|[\"”″]"
    r"|ml\b|l\b|years?\b|days?\b|weeks?\b|months?\b|pages?\b|people\b|persons?\b|reviews?\b|ratings?\b|left\b|pieces?\b|units?\b|watts?\b|w\b|gb\b|tb\b"
    r"|分钟|小时|分|星|天|年|月|岁|公斤|千克|克|斤|厘米|毫米|米|英寸|寸|升|毫升|页|个|件|人|条|款|只))"
)


def prices(currency: str, *, bare: bool) -> Rules:
    """The rules for prices of a catalogue in `currency` (ISO 4217, "" unknown).

    `bare`: numbers without a currency are prices, too, after "under", "between" and the like.
    """
    between = rf"(?:\bbetween\s*|\bfrom\s*)?{_MONEY}\s*(?:\band\b|\bto\b|-|–|—|~|到|至)\s*{_MONEY}(?:之间|间)?"
    rules = [
        (rf"{_CUE}[^\d.;!?。！？]{{0,20}}?{between}", _both),
        (between, _said(_both)),
        (rf"(?:{CANNOT}|(?:不要?|不能|别)(?:花|付))\s*(?:over|above|more than|超过|多于)?\s*{_MONEY}{_NOT_MONEY}", _most),
        (rf"{_CUE}[^\d.;!?。！？]{{0,20}}?{_MORE}\s*{_MONEY}", _least),
        (rf"{_BUDGET}[^\d.;!?。！？]{{0,12}}?(?:{_NEAR}\s*{_MONEY}|{_MONEY}\s*(?:左右|上下|or so\b))", _up_to_about),
        (rf"{_CUE}[^\d.;!?。！？]{{0,12}}?(?:{_NEAR}\s*{_MONEY}|{_MONEY}\s*(?:左右|上下|or so\b))", _near),
        (rf"(?:\bnot|\bnothing|\bno)\s*{_MORE}\s*{_MONEY}", _said(_most)),
        (rf"(?:\bnot|\bnothing|\bno|\bnone)(?: \w+)? {_LESS}\s*{_MONEY}", _said(_least)),
        (rf"{_LESS}\s*(?:about )?{_MONEY}", _said(_most)),
        (rf"{_MONEY}\s*{_UP_TO}", _said(_most)),
        (rf"{_MORE}\s*{_MONEY}", _said(_least)),
        (rf"{_MONEY}\s*{_UP_FROM}", _said(_least)),
        (rf"{_NEAR}\s*{_MONEY}|{_MONEY}\s*(?:左右|上下|or so\b|-?ish\b)", _said(_near)),
        (rf"{_HAVE}\s*{_MONEY}", _said(_most)),
        (rf"{_MONEY}\s*(?:budget|to spend|预算|的预算)|\b(?:i(?: only)? have|i['’]?ve got|for)\s*(?:only |about )?{_MONEY}", _said(_most)),
        (rf"{_CUE}(?:\s*(?:['’]s|is|of|was|on (?:it|this|that)|up to|about|为|是|在|有|只有|就|大概|大约|控制在|不多|[,，:：]))*\s*{_MONEY}{_NOT_MONEY}", _most),
        (_MONEY, _said(_near)),
    ]  # fmt: skip
    if bare:
        rules += [
            (rf"\bbetween\s*{_MONEY}\s*(?:and|to|-|–)\s*{_MONEY}{_NOT_MONEY}", _both),
            (
                rf"(?:\bnot|\bnothing|\bnone)(?: \w+)? (?:under|below|less than|cheaper than)\s*{_MONEY}{_NOT_MONEY}",
                _least,
            ),
            (rf"{_LESS}\s*(?:about )?{_MONEY}{_NOT_MONEY}", _most),
            (rf"{_HAVE}\s*{_MONEY}{_NOT_MONEY}(?=\s*(?:$|[.,;!?，。！？]|for\b|on\b|at\b|max|tops|吧|了|的))", _most),
            (
                rf"(?<![\d.$€£]){_MONEY}\s*(?:到|至|-|~|—|–|to)\s*{_MONEY}{_NOT_MONEY}(?:之间|以内|左右)?(?=\s*(?:$|[,.;!?，。！？的吧]|for\b|please\b|range))",
                _both,
            ),
            (rf"{_MONEY}{_NOT_MONEY}\s*(?:以上|往上|起步)", _least),
            (rf"\bfrom\s*{_MONEY}{_NOT_MONEY}\s*(?:and )?(?:up(?:wards)?|on(?:wards)?)\b", _least),
            (rf"{_MONEY}\s*{_UP_TO}", _most),
            (rf"{_NEAR}\s*{_MONEY}{_NOT_MONEY}(?=\s*(?:$|[.,;!?，。！？]))", _near),
            (rf"(?:\bover|\babove|\bmore than|超过|高于)\s*{_MONEY}{_NOT_MONEY}", _least),
        ]
    return tuple((pattern, _in(currency, build)) for pattern, build in rules)


def amount(said: str) -> float:
    """A number as people write it: "1,299.50", "2.5", 一百五."""
    if said[0].isdigit():
        return float(said.replace(",", ""))
    return han(said)


def _amounts(m: re.Match[str]) -> list[tuple[float, str | None]]:
    """Every amount of a match with the currency that was said for it, None where none was."""
    found = []
    groups = m.groups()
    for first in range(0, len(groups), 4):
        sign, number, step, name = groups[first : first + 4]
        if number:
            currency = (sign or name or "").lower()
            found.append((amount(number) * _STEPS.get((step or "").lower(), 1.0), currency or None))
    return found


def _unit(m: re.Match[str]) -> str:
    return next((SIGNS[sign] for _, sign in _amounts(m) if sign), "")


def _both(m: re.Match[str]) -> Bound:
    values = sorted(value for value, _ in _amounts(m))
    return Bound(values[0], values[-1], _unit(m))


def _most(m: re.Match[str]) -> Bound:
    value = _amounts(m)[0][0]
    out = re.match(r"under|less|below|cheaper|lower|beneath|<(?!=)|低于|少于|小于|不到", m.group().strip(), re.I)
    return Bound(None, round(value - _LEAST_STEP, 2) if out else value, _unit(m))


def _least(m: re.Match[str]) -> Bound:
    value = _amounts(m)[0][0]
    out = re.match(r"over|more than|above|>(?!=)|超过|高于|多于|大于", m.group().strip(), re.I)
    return Bound(round(value + _LEAST_STEP, 2) if out else value, None, _unit(m))


def _near(m: re.Match[str]) -> Bound:
    value = _amounts(m)[0][0]
    return Bound(round(value * (1 - ABOUT), 2), round(value * (1 + ABOUT), 2), _unit(m))


def _up_to_about(m: re.Match[str]) -> Bound:
    return Bound(None, _near(m).high, _unit(m))


Build = Callable[["re.Match[str]"], "Bound | None"]


def _said(build: Callable[[re.Match[str]], Bound]) -> Build:
    """`build` for matches in which a currency was said."""
    return lambda m: build(m) if any(sign is not None for _, sign in _amounts(m)) else None


def _in(currency: str, build: Build) -> Build:
    """`build` with ¥ read as yen only where the catalogue is in yen."""

    def read(m: re.Match[str]) -> Bound | None:
        bound = build(m)
        if bound and not bound.unit and re.search("[¥￥]", m.group()):
            return Bound(bound.low, bound.high, "JPY" if currency == "JPY" else "CNY")
        return bound

    return read
