"""Years and decades in a message, in English and Chinese: "after 2010", "the late 80s", 九十年代.

Bounds are whole years and inclusive: "after 2010" is from 2011, "2010 or later" from 2010.
"""

from __future__ import annotations

import re

from palate.agent.quantities.bounds import Bound, Rules

_TENS = {
    "twenties": 20, "thirties": 30, "forties": 40, "fourties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
    "eighties": 80, "nineties": 90, "二十": 20, "三十": 30, "四十": 40, "五十": 50, "六十": 60, "七十": 70, "八十": 80,
    "九十": 90, "四": 40, "五": 50, "六": 60, "七": 70, "八": 80, "九": 90,
}  # fmt: skip
_Y = r"((?:19|20)\d\d)"
_DECADE_WORD = "|".join(sorted((w for w in _TENS if w.isascii()), key=len, reverse=True))
_DECADE = rf"(?:the )?(?:(early|mid|late)[ -](?:to[ -](?:mid|late)[ -])?(?:the )?)?(?:((?:19|20)\d0)(?:['’]?s)|['’]?(\d0)['’]?s|({_DECADE_WORD}))"
_DECADE_ZH = r"(?:上个?世纪|20世纪|二十世纪)?((?:19|20)?\d0|[四五六七八九]十|[四五六七八九](?=[、和到]?[四五六七八九]十))\s*年代(初|中|末|前期|中期|后期)?"


def _decade(first: int, part: str | None) -> Bound:
    cut = {"early": (0, 3), "初": (0, 3), "前期": (0, 4), "mid": (3, 6), "中": (3, 6), "中期": (3, 6)}
    cut |= {"late": (6, 9), "末": (6, 9), "后期": (5, 9)}
    low, high = cut.get(part or "", (0, 9))
    return Bound(first + low, first + high)


def _century(decade: int) -> int:
    """30 -> 1930, 90 -> 1990, 0/10/20 -> 2000/2010/2020."""
    return decade if decade > 1000 else (2000 + decade if decade < 30 else 1900 + decade)


def _english_decade(m: re.Match[str], offset: int = 0) -> Bound:
    part, full, short, word = (m.group(offset + i) for i in (1, 2, 3, 4))
    return _decade(_century(int(full or short or _TENS[word.lower()])), (part or "").lower())


def _chinese_decade(m: re.Match[str]) -> Bound:
    said = m.group(1)
    return _decade(_century(int(said) if said.isdigit() else _TENS[said]), m.group(2))


def _bounded_decade(m: re.Match[str]) -> Bound:
    inner = _english_decade(m, offset=1)
    if m.group(1).lower() in {"after", "post", "later than"}:
        return Bound((inner.high or 0) + 1, None)
    if m.group(1).lower() in {"since", "from", "starting in"}:
        return Bound(inner.low, None)
    return Bound(None, (inner.low or 0) - 1)


def _int(m: re.Match[str]) -> int:
    return int(next(group for group in m.groups() if group))


def _short_year(m: re.Match[str]) -> int:
    """05 -> 2005, 95 -> 1995."""
    year = int(m.group(1))
    return year + (1900 if year > 30 else 2000)


def _span(first: str, last: str) -> Bound:
    low, high = sorted((int(first), int(last)))
    return Bound(low, high)


def _join(first: Bound, last: Bound) -> Bound:
    bounds = [b for c in (first, last) for b in (c.low, c.high) if b is not None]
    return Bound(min(bounds), max(bounds))


def _chinese_pair(m: re.Match[str]) -> Bound:
    ends = [g for g in (m.group(1), m.group(3)) if g]
    firsts = [_century(int(said) if said.isdigit() else _TENS[said]) for said in ends]
    return Bound(min(firsts), max(firsts) + 9)


def _chinese_bound(m: re.Match[str]) -> Bound:
    inner = _chinese_decade(m)
    if m.group(3) in {"以前", "之前", "前"}:
        return Bound(None, (inner.low or 0) - 1)
    return Bound((inner.high or 0) + 1, None)


YEARS: Rules = (
    # the more particular first
    (rf"(?:between|from)?\s*\b{_Y}\s*(?:and|to|through|till|until|-|–|—)\s*{_Y}\b", lambda m: _span(m.group(1), m.group(2))),
    (rf"{_Y}\s*年?\s*(?:到|至|-|–|~)\s*{_Y}\s*年?(?:之间|间)?", lambda m: _span(m.group(1), m.group(2))),
    (rf"\b{_Y}s? (?:or|and) (?:later|newer|after|above|onwards?)|\b{_Y}\+", lambda m: Bound(_int(m), None)),
    (rf"\b{_Y}s? (?:or|and) (?:earlier|older|before)", lambda m: Bound(None, _int(m))),
    (rf"\b(?:since|starting(?: in| from)?) {_Y}\b(?!['’]?s)|\bfrom {_Y} (?:on\b|onwards?)", lambda m: Bound(_int(m), None)),
    (rf"\b(?:not|nothing|none|isn['’]?t|no films?|no movies?|no) (?:made before|older than|from before|before|earlier than)\s*{_Y}", lambda m: Bound(_int(m), None)),
    (rf"\b(?:not|nothing|none|no films?|no movies?) (?:newer than|from after|after|later than)\s*{_Y}", lambda m: Bound(None, _int(m))),
    (rf"\b(?:after|later than|newer than|post|past)[ -]{_Y}\b(?!['’]?s)", lambda m: Bound(_int(m) + 1, None)),
    (rf"\b(?:before|earlier than|older than|prior to|pre)[ -]{_Y}\b(?!['’]?s)", lambda m: Bound(None, _int(m) - 1)),
    (rf"\b(?:until|till|up to|no later than|by) {_Y}\b", lambda m: Bound(None, _int(m))),
    (rf"{_Y}\s*年?\s*(?:及|或)?\s*(?:以后|以後|之后|之後|过后|往后|后|後)", lambda m: Bound(_int(m) + 1, None)),
    (rf"{_Y}\s*年?\s*(?:起|以来|以來|开始|至今|到现在)", lambda m: Bound(_int(m), None)),
    (rf"{_Y}\s*年?\s*(?:以前|之前|往前|前)", lambda m: Bound(None, _int(m) - 1)),
    (rf"\b(after|before|since|from before|pre|post|later than|earlier than|prior to)[ -]{_DECADE}", _bounded_decade),
    (rf"{_DECADE}\s*(?:,|and|or|to|through|-|–|/|&)\s*{_DECADE}", lambda m: _join(_english_decade(m), _english_decade(m, 4))),
    (r"([四五六七八九])(?:、|到|和|至)?([四五六七八九])十年代", lambda m: Bound(1900 + _TENS[m.group(1)], 1909 + _TENS[m.group(2)])),
    (rf"{_DECADE_ZH}\s*(?:到|至|和|或|或者|、|-)\s*{_DECADE_ZH}", _chinese_pair),
    (rf"{_DECADE_ZH}(以前|之前|以后|之后|前|后)", _chinese_bound),
    (_DECADE_ZH, _chinese_decade),
    (_DECADE + r"(?![0-9a-z])", _english_decade),
    (r"\b(?:20th|twentieth)[ -]century|20世纪(?!\d)|二十世纪(?![二三四五六七八九])", lambda m: Bound(1901, 2000)),
    (r"\b(?:the )?last century|上个?世纪(?![\d二三四五六七八九])", lambda m: Bound(None, 1999)),
    (r"\b(?:21st|twenty-first)[ -]century|\b(?:this|new) century|21世纪|新世纪|千禧年(?:以)?后", lambda m: Bound(2001, None)),
    (r"\b(?:the )?(?:noughties|aughts)\b|零零年代|00年代", lambda m: Bound(2000, 2009)),
    (rf"\b(?:in|of|from|made in|released in|the|year|a) {_Y}\b(?!['’]?s)|{_Y}\s*年(?!代)", lambda m: _span(m.group(1) or m.group(2), m.group(1) or m.group(2))),
    (r"(?<!\d)(\d\d)年\s*(?:以后|之后|往后|后)", lambda m: Bound(_short_year(m) + 1, None)),
    (r"(?<!\d)(\d\d)年\s*(?:以前|之前|往前|前)", lambda m: Bound(None, _short_year(m) - 1)),
    (r"零几年|[〇零]零?年代", lambda m: Bound(2000, 2009)),
    (r"一几年", lambda m: Bound(2010, 2019)),
    (r"(?<![\d-])((?:19[4-9]|20[01])\d)(?![\d-])(?!\s*(?:年代|['’]?s\b))", lambda m: _span(m.group(1), m.group(1))),
)  # fmt: skip
