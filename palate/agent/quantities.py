"""Years, running times, scores and certificates in a message, in English and Chinese, read by patterns.

Bounds are whole numbers and inclusive: "after 2010" is from 2011, "2010 or later" from 2010.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from palate.agent.text import plain
from palate.domain import Constraint, Op

_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "a": 1, "an": 1, "一": 1, "两": 2, "兩": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "十": 10,
}  # fmt: skip
_TENS = {
    "twenties": 20, "thirties": 30, "forties": 40, "fourties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
    "eighties": 80, "nineties": 90, "二十": 20, "三十": 30, "四十": 40, "五十": 50, "六十": 60, "七十": 70, "八十": 80,
    "九十": 90, "四": 40, "五": 50, "六": 60, "七": 70, "八": 80, "九": 90,
}  # fmt: skip
_Y = r"((?:19|20)\d\d)"
_DECADE_WORD = "|".join(sorted((w for w in _TENS if w.isascii()), key=len, reverse=True))
_DECADE = rf"(?:the )?(?:(early|mid|late)[ -](?:to[ -](?:mid|late)[ -])?(?:the )?)?(?:((?:19|20)\d0)(?:['’]?s)|['’]?(\d0)['’]?s|({_DECADE_WORD}))"
_DECADE_ZH = r"(?:上个?世纪|20世纪|二十世纪)?((?:19|20)?\d0|[四五六七八九]十|[四五六七八九](?=[、和到]?[四五六七八九]十))\s*年代(初|中|末|前期|中期|后期)?"
_LESS = r"(?:under|less than|below|shorter than|within|at most|no (?:longer|more) than|not (?:longer|more) than|max(?:imum)?(?: of)?|up to|not over|<=?)"
_MORE = r"(?:over|more than|longer than|above|at least|no less than|min(?:imum)?(?: of)?|>=?)"
_HOURS = r"(\d(?:\.\d)?|one|two|three|four|an|a)\s*-?(?:h|hrs?|hours?)\b(?:\s*(?:and\s*)?(a half|\d{1,2})\s*(?:m(?:in(?:ute)?s?)?\b)?)?"
_LENGTH = rf"(?:{_HOURS}|(\d{{2,3}})\s*-?(?:m|mins?|minutes?)\b)"
_LENGTH_ZH = r"(?:([一两兩二三四\d](?:\.\d)?)个?(半)?(?:小时|小時|钟头)(半)?|(\d{2,3})\s*分钟)"
_OPTIONAL = re.compile(
    r"(?<![A-Za-z])(?:rated )?(?:G|PG-?13|PG|R|NC-?17)(?:[ -]rated|级)?\s*(?:也\s*(?:ok|行|可以|没关系)|(?:is|are)?\s*(?:fine|ok|okay)\b)",
    re.IGNORECASE,
)
"""What is allowed and not asked for."""
CERTIFICATES = (("G",), ("PG", "GP", "M", "M/PG"), ("PG-13",), ("R",), ("NC-17", "X"))
"""Certificates from the mildest to the strictest."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A bound that a message sets, and where it stands."""

    start: int
    end: int
    constraint: Constraint


def _range(attribute: str, low: float | None, high: float | None) -> Constraint:
    return Constraint(attribute, Op.RANGE, low=low, high=high)


def _decade(first: int, part: str | None) -> Constraint:
    cut = {"early": (0, 3), "初": (0, 3), "前期": (0, 4), "mid": (3, 6), "中": (3, 6), "中期": (3, 6)}
    cut |= {"late": (6, 9), "末": (6, 9), "后期": (5, 9)}
    low, high = cut.get(part or "", (0, 9))
    return _range("year", first + low, first + high)


def _century(decade: int) -> int:
    """30 -> 1930, 90 -> 1990, 0/10/20 -> 2000/2010/2020."""
    return decade if decade > 1000 else (2000 + decade if decade < 30 else 1900 + decade)


def _english_decade(m: re.Match[str], offset: int = 0) -> Constraint:
    part, full, short, word = (m.group(offset + i) for i in (1, 2, 3, 4))
    return _decade(_century(int(full or short or _TENS[word.lower()])), (part or "").lower())


def _chinese_decade(m: re.Match[str]) -> Constraint:
    said = m.group(1)
    return _decade(_century(int(said) if said.isdigit() else _TENS[said]), m.group(2))


def _bounded_decade(m: re.Match[str]) -> Constraint:
    inner = _english_decade(m, offset=1)
    if m.group(1).lower() in {"after", "post", "later than"}:
        return _range("year", (inner.high or 0) + 1, None)
    if m.group(1).lower() in {"since", "from", "starting in"}:
        return _range("year", inner.low, None)
    return _range("year", None, (inner.low or 0) - 1)


def _minutes(hours: str | None, rest: str | None, minutes: str | None) -> float:
    if minutes:
        return float(minutes)
    whole = _ONES.get((hours or "").lower()) or float(hours or 0)
    return whole * 60 + (30 if rest and not rest.isdigit() else float(rest or 0))


def _length(m: re.Match[str], first: int = 1) -> float:
    return _minutes(m.group(first), m.group(first + 1), m.group(first + 2))


def _chinese_length(m: re.Match[str]) -> float:
    half = m.group(2) or m.group(3)
    return _minutes(m.group(1), "半" if half else None, m.group(4))


def _score(said: str, out_of_ten: bool = False) -> float:
    value = float(said)
    return value * 10 if value <= 10 and (out_of_ten or value < 10 or "." in said) else value


def _certificates(name: str, how: str) -> Constraint:
    level = next(i for i, names in enumerate(CERTIFICATES) if name.upper() in names)
    if how == "most":
        return Constraint("rating", Op.ANY, tuple(n for names in CERTIFICATES[: level + 1] for n in names))
    if how == "none":
        return Constraint("rating", Op.NONE, CERTIFICATES[level])
    return Constraint("rating", Op.ANY, (name.upper(),))


def _int(m: re.Match[str]) -> int:
    return int(next(group for group in m.groups() if group))


def _short_year(m: re.Match[str]) -> int:
    """05 -> 2005, 95 -> 1995."""
    year = int(m.group(1))
    return year + (1900 if year > 30 else 2000)


def _span(first: str, last: str) -> Constraint:
    low, high = sorted((int(first), int(last)))
    return _range("year", low, high)


def _join(first: Constraint, last: Constraint) -> Constraint:
    bounds = [b for c in (first, last) for b in (c.low, c.high) if b is not None]
    return _range("year", min(bounds), max(bounds))


def _chinese_pair(m: re.Match[str]) -> Constraint:
    ends = [g for g in (m.group(1), m.group(3)) if g]
    firsts = [_century(int(said) if said.isdigit() else _TENS[said]) for said in ends]
    return _range("year", min(firsts), max(firsts) + 9)


def _chinese_bound(m: re.Match[str]) -> Constraint:
    inner = _chinese_decade(m)
    if m.group(3) in {"以前", "之前", "前"}:
        return _range("year", None, (inner.low or 0) - 1)
    return _range("year", (inner.high or 0) + 1, None)


def _either(m: re.Match[str]) -> float:
    """The length in whichever half of an alternative matched: four groups each."""
    half = 0 if any(m.group(i) for i in range(1, 5)) else 4
    fraction = m.group(half + 2) or m.group(half + 3)
    return _minutes(m.group(half + 1), "半" if fraction else None, m.group(half + 4))


def _strict(m: re.Match[str]) -> int:
    """1 where the comparison leaves the bound itself out."""
    said = m.group().lower()
    return int(said.startswith(("less than", "under", "below", "shorter", "more than", "over", "longer", "above")))


def _cert(said: str) -> str:
    return {"PG13": "PG-13", "NC17": "NC-17"}.get(said.upper(), said.upper())


_RULES: tuple[tuple[str, Callable[[re.Match[str]], Constraint]], ...] = (
    # years, the more particular first
    (rf"(?:between|from)?\s*\b{_Y}\s*(?:and|to|through|till|until|-|–|—)\s*{_Y}\b", lambda m: _span(m.group(1), m.group(2))),
    (rf"{_Y}\s*年?\s*(?:到|至|-|–|~)\s*{_Y}\s*年?(?:之间|间)?", lambda m: _span(m.group(1), m.group(2))),
    (rf"\b{_Y}s? (?:or|and) (?:later|newer|after|above|onwards?)|\b{_Y}\+", lambda m: _range("year", _int(m), None)),
    (rf"\b{_Y}s? (?:or|and) (?:earlier|older|before)", lambda m: _range("year", None, _int(m))),
    (rf"\b(?:since|starting(?: in| from)?) {_Y}\b(?!['’]?s)|\bfrom {_Y} (?:on\b|onwards?)", lambda m: _range("year", _int(m), None)),
    (rf"\b(?:not|nothing|none|isn['’]?t|no films?|no movies?|no) (?:made before|older than|from before|before|earlier than)\s*{_Y}", lambda m: _range("year", _int(m), None)),
    (rf"\b(?:not|nothing|none|no films?|no movies?) (?:newer than|from after|after|later than)\s*{_Y}", lambda m: _range("year", None, _int(m))),
    (rf"\b(?:after|later than|newer than|post|past)[ -]{_Y}\b(?!['’]?s)", lambda m: _range("year", _int(m) + 1, None)),
    (rf"\b(?:before|earlier than|older than|prior to|pre)[ -]{_Y}\b(?!['’]?s)", lambda m: _range("year", None, _int(m) - 1)),
    (rf"\b(?:until|till|up to|no later than|by) {_Y}\b", lambda m: _range("year", None, _int(m))),
    (rf"{_Y}\s*年?\s*(?:及|或)?\s*(?:以后|以後|之后|之後|过后|往后|后|後)", lambda m: _range("year", _int(m) + 1, None)),
    (rf"{_Y}\s*年?\s*(?:起|以来|以來|开始|至今|到现在)", lambda m: _range("year", _int(m), None)),
    (rf"{_Y}\s*年?\s*(?:以前|之前|往前|前)", lambda m: _range("year", None, _int(m) - 1)),
    (rf"\b(after|before|since|from before|pre|post|later than|earlier than|prior to)[ -]{_DECADE}", _bounded_decade),
    (rf"{_DECADE}\s*(?:,|and|or|to|through|-|–|/|&)\s*{_DECADE}", lambda m: _join(_english_decade(m), _english_decade(m, 4))),
    (r"([四五六七八九])(?:、|到|和|至)?([四五六七八九])十年代", lambda m: _range("year", 1900 + _TENS[m.group(1)], 1909 + _TENS[m.group(2)])),
    (rf"{_DECADE_ZH}\s*(?:到|至|和|或|或者|、|-)\s*{_DECADE_ZH}", _chinese_pair),
    (rf"{_DECADE_ZH}(以前|之前|以后|之后|前|后)", _chinese_bound),
    (_DECADE_ZH, _chinese_decade),
    (_DECADE + r"(?![0-9a-z])", _english_decade),
    (r"\b(?:20th|twentieth)[ -]century|20世纪(?!\d)|二十世纪(?![二三四五六七八九])", lambda m: _range("year", 1901, 2000)),
    (r"\b(?:the )?last century|上个?世纪(?![\d二三四五六七八九])", lambda m: _range("year", None, 1999)),
    (r"\b(?:21st|twenty-first)[ -]century|\b(?:this|new) century|21世纪|新世纪|千禧年(?:以)?后", lambda m: _range("year", 2001, None)),
    (r"\b(?:the )?(?:noughties|aughts)\b|零零年代|00年代", lambda m: _range("year", 2000, 2009)),
    (r"\b(?<!more )(?:very )?(?:recent|newish|newer films?|new films?|new movies?|new releases?|latest|from (?:the )?(?:last|past) (?:few|couple of) years)\b|最近几年|近几年|近年|新片|新电影|新一点的电影", lambda m: _range("year", 2010, None)),
    (r"\b(?:(?:an?|some|really|good|great) old(?:er)? (?:film|movie|one)s?|old(?:er)? (?:films|movies)|old[ -]school|golden age|oldies?)\b|老片|老电影|老電影|怀旧片", lambda m: _range("year", None, 1979)),
    (rf"\b(?:in|of|from|made in|released in|the|year|a) {_Y}\b(?!['’]?s)|{_Y}\s*年(?!代)", lambda m: _span(m.group(1) or m.group(2), m.group(1) or m.group(2))),
    (r"(?<!\d)(\d\d)年\s*(?:以后|之后|往后|后)", lambda m: _range("year", _short_year(m) + 1, None)),
    (r"(?<!\d)(\d\d)年\s*(?:以前|之前|往前|前)", lambda m: _range("year", None, _short_year(m) - 1)),
    (r"零几年|[〇零]零?年代", lambda m: _range("year", 2000, 2009)),
    (r"一几年", lambda m: _range("year", 2010, 2019)),
    (r"(?<![\d-])((?:19[4-9]|20[01])\d)(?![\d-])(?!\s*(?:年代|['’]?s\b))", lambda m: _span(m.group(1), m.group(1))),
    # running time
    (r"\b(?:between )?(\d{2,3})\s*(?:and|to|-|–)\s*(\d{2,3})\s*-?(?:m|mins?|minutes?)\b", lambda m: _range("runtime", float(m.group(1)), float(m.group(2)))),
    (r"(\d{2,3})\s*(?:分钟)?\s*(?:到|至|-|–|~)\s*(\d{2,3})\s*分钟(?:之间)?", lambda m: _range("runtime", float(m.group(1)), float(m.group(2)))),
    (rf"\bbetween {_LENGTH} and {_LENGTH}", lambda m: _range("runtime", _length(m), _length(m, 4))),
    (rf"{_LESS}\s*(?:about )?{_LENGTH}", lambda m: _range("runtime", None, _length(m) - _strict(m))),
    (rf"\b(?:not|nothing|no) {_MORE}\s*{_LENGTH}", lambda m: _range("runtime", None, _length(m))),
    (rf"\b(?:not|nothing|no) {_LESS}\s*{_LENGTH}", lambda m: _range("runtime", _length(m), None)),
    (rf"{_MORE}\s*(?:about )?{_LENGTH}", lambda m: _range("runtime", _length(m) + _strict(m), None)),
    (rf"\b(?:only have|have only|just have|got only|only got|i have|we have|i['’]?ve got|fits? (?:in|into))\s*(?:about )?{_LENGTH}", lambda m: _range("runtime", None, _length(m))),
    (rf"(?:只有|就|只剩)\s*{_LENGTH_ZH}", lambda m: _range("runtime", None, _chinese_length(m))),
    (r"一个?(?:小时|钟头)出头", lambda m: _range("runtime", None, 80)),
    (r"(?<![更再])短(?:的|点|些)", lambda m: _range("runtime", None, 95)),
    (rf"{_LENGTH} (?:or (?:less|shorter|under)|max(?:imum)?|tops|at most)", lambda m: _range("runtime", None, _length(m))),
    (rf"{_LENGTH} (?:or (?:more|longer|over)|at least|minimum)", lambda m: _range("runtime", _length(m), None)),
    (rf"(?:about|around|roughly|approx\.?|approximately|~)\s*{_LENGTH}", lambda m: _range("runtime", _length(m) - 15, _length(m) + 15)),
    (rf"(?:不超过|不超過|不要超过|别超过|少于|小于|低于|最多|不到|短于)\s*{_LENGTH_ZH}|{_LENGTH_ZH}\s*(?:以内|以內|以下|之内|之內|内)", lambda m: _range("runtime", None, _either(m))),
    (rf"(?:超过|超過|多于|大于|至少|不少于|长于)\s*{_LENGTH_ZH}|{_LENGTH_ZH}\s*以上", lambda m: _range("runtime", _either(m), None)),
    (rf"{_LENGTH_ZH}\s*(?:左右|上下)", lambda m: _range("runtime", _chinese_length(m) - 15, _chinese_length(m) + 15)),
    (r"\b(?:not (?:too|very|so|that) long|nothing (?:too |very )?long|not a long (?:one|film|movie))\b|不要太长|别太长|不太长|不要太長", lambda m: _range("runtime", None, 110)),
    (r"\b(?:(?:fairly|really|very|quite|pretty) )?short(?!\s*(?:er|er than|circuit|cuts))\b|\bquick watch\b|短片|短一些的电影|时长短|片长短", lambda m: _range("runtime", None, 95)),
    (r"\b(?:a (?:really |very )?long (?:film|movie|one|epic)|long (?:films|movies))\b|长片", lambda m: _range("runtime", 150, None)),
    # score
    (r"(?:at least|min(?:imum)?(?: of)?|no less than|>=)\s*(\d{2,3}|\d(?:\.\d)?)\s*(?:%|percent|/ ?10|/ ?100|points?|out of (?:10|100)|on rotten|on the tomatometer|score|rating|tomatometer)", lambda m: _range("score", _score(m.group(1)), None)),
    (r"(?:scor\w+|rat(?:ed|ing)\w*|tomatometer|rotten tomatoes|reviews?|critics)(?: score| rating)?(?: is| of| at)? (?:at least|of at least|no less than|>=)\s*(\d{2,3}|\d(?:\.\d)?)", lambda m: _range("score", _score(m.group(1)), None)),
    (r"(?:scor\w+|rat(?:ed|ing)\w*|tomatometer|rotten tomatoes)(?: score| rating)?(?: is| of)? (?:over|above|higher than|more than|better than|>)\s*(\d{2,3}|\d(?:\.\d)?)", lambda m: _range("score", _score(m.group(1)) + 1, None)),
    (r"(?:over|above|more than|higher than|better than)\s*(\d{2}|\d(?:\.\d)?)\s*(?:%|percent|/ ?10|/ ?100|points?|out of (?:10|100)|on rotten|on the tomatometer|score|rating|tomatometer)", lambda m: _range("score", _score(m.group(1)) + 1, None)),
    (r"(\d{2})\s*%?\s*(?:\+|or (?:more|higher|above|better)|and (?:up|above))(?:\s*(?:on|score|rating|tomatometer|rotten))?", lambda m: _range("score", _score(m.group(1)), None)),
    (r"(?:烂番茄|爛番茄|评分|評分|分数|新鲜度|番茄)\s*(?:要|得|在|至少|不低于|大于等于|能|都)*\s*(?:有|到)?\s*(\d{2,3}|\d(?:\.\d)?)\s*(?:分|%)?\s*(?:以上|起|往上|\+)?", lambda m: _range("score", _score(m.group(1), out_of_ten=True), None)),
    (r"(\d{2,3}|\d(?:\.\d)?)\s*(?:分|%)\s*(?:以上|起|往上)", lambda m: _range("score", _score(m.group(1), out_of_ten=True), None)),
    (r"\b(?:highly[ -]rated|well[ -]reviewed|critically acclaimed|acclaimed|great reviews|good reviews|top[ -]rated|well[ -]rated)\b|高分|口碑好|评价高|好评", lambda m: _range("score", 80, None)),
    (r"\bat least ([5-9]\d)\b(?!\s*-?(?:m\b|mins?|minutes|h\b|hours|films|movies|years))", lambda m: _range("score", _score(m.group(1)), None)),
    (r"([五六七八九])十(?:分|%)\s*(?:以上|起|往上)", lambda m: _range("score", float(_TENS[m.group(1) + "十"]), None)),
    # certificates
    (r"\b(G|PG-?13|PG|R) (?:tops|max|at (?:the )?most)\b", lambda m: _certificates(_cert(m.group(1)), "most")),
    (r"(?<![A-Za-z])(G|PG-?13|PG|R)\s*级?\s*(?:及|或|或者|和)?\s*(?:以下|以内|之内|更低)|不超过\s*(G|PG-?13|PG|R)\s*级", lambda m: _certificates(_cert(m.group(1) or m.group(2)), "most")),
    (r"\b(G|PG-?13|PG|R|NC-?17)(?:[ -]rated)? (?:or|and) (?:lower|below|under|milder|less|younger)|\b(?:at most|max(?:imum)?|up to|no (?:higher|stricter|more) than|nothing (?:above|over|stricter than|beyond)|not above) (?:an? )?(G|PG-?13|PG|R)\b", lambda m: _certificates(_cert(m.group(1) or m.group(2)), "most")),
    (r"\b(?:no|not|nothing|without|avoid|isn['’]?t|never|don['’]?t want)(?: an?| any)?(?: rated)? (G|PG-?13|PG|R|NC-?17)\b(?:[ -]rated| rating)?", lambda m: _certificates(_cert(m.group(1)), "none")),
    (r"不要(?:看)?\s*(R|NC-?17)\s*级?|非\s*(R)\s*级", lambda m: _certificates(_cert(m.group(1) or m.group(2)), "none")),
    (r"\brated (G|PG-?13|PG|R|NC-?17)\b|\b(G|PG-?13|PG|R|NC-?17)[ -](?:rated|rating)\b|(?<![A-Za-z])(G|PG-?13|PG|R|NC-?17)\s*级|(?<![\w-])(PG-?13|PG|NC-?17)(?![\w-])", lambda m: _certificates(_cert(next(g for g in m.groups() if g)), "only")),
)  # fmt: skip


class QuantityReader:
    """The patterns, compiled once."""

    def __init__(self) -> None:
        self._rules = [(re.compile(pattern, re.IGNORECASE), build) for pattern, build in _RULES]

    def find(self, text: str) -> list[Quantity]:
        """The bounds in `text`, in order; an earlier rule's match hides a later one's on the same characters."""
        found: list[Quantity] = []
        flat = _OPTIONAL.sub(lambda m: " " * len(m.group()), plain(text))
        for pattern, build in self._rules:
            for match in pattern.finditer(flat):
                if all(match.end() <= q.start or match.start() >= q.end for q in found):
                    found.append(Quantity(match.start(), match.end(), build(match)))
        return sorted(found, key=lambda quantity: quantity.start)
