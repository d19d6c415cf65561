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
_ON = r"(?:(?:and )?onwards?|and (?:later|after|up|newer|on|beyond)|or (?:later|newer|after|above|more recent|onwards?)|on\b(?! (?:the|rotten|imdb|netflix|tv|dvd|my|average|the whole|\w+day))|to (?:now|today|the present|date)|till (?:now|today)|forward)"
_BACK = r"(?:(?:and|or) (?:earlier|older|before|below|prior)|and back|at the latest)"
_DECADE_WORD = "|".join(sorted((w for w in _TENS if w.isascii()), key=len, reverse=True))
_DECADE = rf"(?:the )?(?:((?:early|mid|late)(?:[ -]to[ -](?:mid|late))?)[ -](?:the )?)?(?:((?:19|20)\d0)(?:['’]?s)|['’]?(\d0)['’]?s|({_DECADE_WORD}))"
_DECADE_ZH = r"(?:上个?世纪|20世纪|二十世纪)?((?:19|20)?\d0|[四五六七八九]十|[四五六七八九](?=[、和到]?[四五六七八九]十))\s*年代(初|中|末|前期|中期|后期)?"


def _decade(first: int, part: str | None) -> Bound:
    cut = {"early": (0, 3), "初": (0, 3), "前期": (0, 4), "mid": (3, 6), "中": (3, 6), "中期": (3, 6)}
    cut |= {"late": (6, 9), "末": (6, 9), "后期": (5, 9)}
    first_part, _, last_part = re.sub(r"[ -]to[ -]", "|", part or "").partition("|")
    low, high = cut.get(first_part, (0, 9))[0], cut.get(last_part or first_part, (0, 9))[1]
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
    if m.group(1).lower() in {"after", "post", "later than", "newer than", "past", "beyond"}:
        return Bound((inner.high or 0) + 1, None)
    if m.group(1).lower() in {"since", "from", "starting in"}:
        return Bound(inner.low, None)
    if m.group(1).lower() in {"up to", "until"}:
        return Bound(None, inner.high)
    return Bound(None, (inner.low or 0) - 1)


def _half_of_decade(m: re.Match[str]) -> Bound:
    low = _english_decade(m, offset=1).low or 0
    return Bound(low, low + 4) if m.group(1).lower() == "first" else Bound(low + 5, low + 9)


def _decade_onwards(m: re.Match[str]) -> Bound:
    return Bound(_english_decade(m).low, None)


def _decade_back(m: re.Match[str]) -> Bound:
    return Bound(None, _english_decade(m).high)


def _two_digits(said: str) -> int:
    """94 -> 1994, 05 -> 2005."""
    return int(said) + (1900 if int(said) > 29 else 2000)


def _either(m: re.Match[str]) -> int:
    """The year of a match, written with two digits or with four."""
    said = next(group for group in m.groups() if group)
    return int(said) if len(said) == 4 else _two_digits(said)


def _int(m: re.Match[str]) -> int:
    return int(next(group for group in m.groups() if group))


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
    if m.group(3) in {"以前", "之前", "往前", "前"}:
        return Bound(None, (inner.low or 0) - 1)
    return Bound((inner.high or 0) + 1, None)


YEARS: Rules = (
    # the more particular first
    (rf"(?:between|from)?\s*\b{_Y}\s*(?:and|to|through|till|until|-|–|—)\s*{_Y}\b", lambda m: _span(m.group(1), m.group(2))),
    (rf"{_Y}\s*年?\s*(?:到|至|-|–|~)\s*{_Y}\s*年?(?:之间|间)?", lambda m: _span(m.group(1), m.group(2))),
    (rf"(?:\b(?:older than|before) (?:me|i was|my time)\b|比我(?:还|更)?(?:老|大|早))[^.!?。！？]{{0,40}}?(?:{_Y}|['’]?(\d\d))(?!\d)年?(?:出?生的?)?", lambda m: Bound(None, _either(m) - 1)),
    (rf"\b{_Y}s?,? {_ON}|\b{_Y}\+", lambda m: Bound(_int(m), None)),
    (rf"\b{_Y}s?,? {_BACK}", lambda m: Bound(None, _int(m))),
    (rf"\b(?:not|nothing|none|no films?|no movies?|no|never)(?: \w+)? (?:past|after|beyond|newer than|later than|more recent than|from after) {_DECADE}", _decade_back),
    (rf"\b(?:not|nothing|none|no films?|no movies?|no|never)(?: \w+)? (?:before|older than|earlier than|from before) {_DECADE}", _decade_onwards),
    (rf"\b(first|second|latter) half of {_DECADE}", _half_of_decade),
    (rf"{_DECADE},? {_ON}", _decade_onwards),
    (rf"{_DECADE},? {_BACK}", _decade_back),
    (rf"(?:不晚于|不迟于|最晚|最迟)\s*{_Y}\s*年?", lambda m: Bound(None, _int(m))),
    (rf"(?:不早于|最早)\s*{_Y}\s*年?", lambda m: Bound(_int(m), None)),
    (rf"(?:比|早于)\s*{_Y}\s*年?\s*(?:更|还|要)?(?:早|老|旧)|早于\s*{_Y}\s*年?", lambda m: Bound(None, _int(m) - 1)),
    (rf"(?:比|晚于)\s*{_Y}\s*年?\s*(?:更|还|要)?(?:新|晚)|晚于\s*{_Y}\s*年?", lambda m: Bound(_int(m) + 1, None)),
    (rf"\b(?:since|as of|starting(?: in| from| with)?|no earlier than|not before|from at least|at least from) {_Y}\b(?!['’]?s)|\bfrom {_Y} (?:on\b|onwards?)", lambda m: Bound(_int(m), None)),
    (rf"\b(?:not|nothing|none|isn['’]?t|no films?|no movies?|no|don['’]?t want anything)(?: (?:made|released|filmed|shot|from|out|that|which|came|comes?|is|are|was|films?|movies?|anything|stuff|ones?)){{0,4}}? (?:made before|older than|from before|before|earlier than|made earlier than)\s*{_Y}", lambda m: Bound(_int(m), None)),
    (rf"\b(?:not|nothing|none|no films?|no movies?|no|don['’]?t want anything|isn['’]?t)(?: (?:made|released|filmed|shot|from|out|that|which|came|comes?|is|are|was|films?|movies?|anything|stuff|ones?)){{0,4}}? (?:newer than|from after|after|later than|more recent than|past)\s*{_Y}", lambda m: Bound(None, _int(m))),
    (rf"\b(?:after|later than|newer than|more recent than|post|past)[ -]{_Y}\b(?!['’]?s)", lambda m: Bound(_int(m) + 1, None)),
    (rf"\b(?:before|earlier than|older than|prior to|pre)[ -]{_Y}\b(?!['’]?s)", lambda m: Bound(None, _int(m) - 1)),
    (rf"\b(?:until|till|up to|no later than|by|through|at the latest) {_Y}\b", lambda m: Bound(None, _int(m))),
    (rf"{_Y}\s*年?\s*(?:及|或)?\s*(?:以后|以後|之后|之後|过后|往后|后|後)", lambda m: Bound(_int(m) + 1, None)),
    (rf"{_Y}\s*年?\s*(?:起|以来|以來|开始|至今|到现在)", lambda m: Bound(_int(m), None)),
    (rf"{_Y}\s*年?\s*(?:以前|之前|往前|前)", lambda m: Bound(None, _int(m) - 1)),
    (rf"{_DECADE_ZH}\s*(?:及以后|以后|往后|起|以来|开始|至今|到现在)", lambda m: Bound(_chinese_decade(m).low, None)),
    (rf"\b(after|before|since|from before|pre|post|past|beyond|later than|newer than|earlier than|older than|prior to|up to|until)[ -](?:the (?:very )?end of )?{_DECADE}", _bounded_decade),
    (rf"{_DECADE}\s*(?:,|and|or|to|through|-|–|/|&)\s*{_DECADE}", lambda m: _join(_english_decade(m), _english_decade(m, 4))),
    (r"([四五六七八九])(?:、|到|和|至)?([四五六七八九])十年代", lambda m: Bound(1900 + _TENS[m.group(1)], 1909 + _TENS[m.group(2)])),
    (rf"{_DECADE_ZH}\s*(?:到|至|和|或|或者|、|-)\s*{_DECADE_ZH}", _chinese_pair),
    (rf"{_DECADE_ZH}(以前|之前|之后|往前|前|后)", _chinese_bound),
    (_DECADE_ZH, _chinese_decade),
    (_DECADE + r"(?![0-9a-z])", _english_decade),
    (r"\b(?:20th|twentieth)[ -]century|20世纪(?!\d)|二十世纪(?![二三四五六七八九])", lambda m: Bound(1901, 2000)),
    (r"\b(?:the )?last century|上个?世纪(?![\d二三四五六七八九])", lambda m: Bound(None, 1999)),
    (r"\b(?:21st|twenty-first)[ -]century|\b(?:this|new) century|(?:21|二十一)世纪|新世纪|千禧年(?:以)?后", lambda m: Bound(2001, None)),
    (r"\b(?:after|since|past|post) the (?:millennium|turn of the (?:century|millennium))\b", lambda m: Bound(2000, None)),
    (r"\bbefore the (?:millennium|turn of the (?:century|millennium))\b", lambda m: Bound(None, 1999)),
    (r"\b(?:the )?(?:noughties|naughties|aughts|two[ -]thousands|two thousand's)\b|零零年代|[〇0零]{2}年代", lambda m: Bound(2000, 2009)),
    (rf"\b(?:in|of|from|made in|released in|the|year|a) {_Y}\b(?!['’]?s)|{_Y}\s*年(?!代)", lambda m: _span(m.group(1) or m.group(2), m.group(1) or m.group(2))),
    (r"(?<![\d.])(\d\d)年\s*(?:以后|之后|往后|后)", lambda m: Bound(_two_digits(m.group(1)) + 1, None)),
    (r"(?<![\d.])(\d\d)年\s*(?:起|以来|开始|至今)", lambda m: Bound(_two_digits(m.group(1)), None)),
    (r"(?<![\d.])(\d\d)年\s*(?:以前|之前|往前|前)", lambda m: Bound(None, _two_digits(m.group(1)) - 1)),
    (r"(?<![\d.])(\d\d)(?:年)?(?:到|至|-)(\d\d)年(?!代)", lambda m: _span(str(_two_digits(m[1])), str(_two_digits(m[2])))),
    (r"(?<![\d.近去这])([03-9]\d|1\d)年(?![代内来前后级])", lambda m: _span(str(_two_digits(m[1])), str(_two_digits(m[1])))),
    (r"零几年|[〇零]零?年代", lambda m: Bound(2000, 2009)),
    (r"一几年", lambda m: Bound(2010, 2019)),
    (r"(?<![\d-])((?:19[4-9]|20[01])\d)(?![\d-])(?!\s*(?:年代|['’]?s\b))", lambda m: _span(m.group(1), m.group(1))),
)  # fmt: skip

_SHORT = r"['’]?(\d\d)\b(?!['’]?s\b|[.,:/]\d|\s?(?:%|percent|per cent|min|hour|hr|h\b|m\b|star|point|out of|and \d|to \d|-|or (?:more|higher|better|less|above|below|under|over|up)|dollar|buck|euro|pound|film|movie|more|other|year))"
SHORT_YEARS: Rules = (
    (r"\b(?:between|from) ['’]?(\d\d) (?:and|to|till|until|-) ['’]?(\d\d)\b(?! ?(?:%|percent|min|hour|star|point|years?\b|dollars|people))", lambda m: _span(str(_two_digits(m[1])), str(_two_digits(m[2])))),
    (rf"\b(?:(?:from|since|starting(?: in| from)?|in|after) ['’]?(\d\d),? {_ON}|['’]?(\d\d)\b,? (?:onwards?|or (?:later|newer)|and (?:later|after)))(?!\w)", lambda m: Bound(_two_digits(m[1] or m[2]), None)),
    (rf"\b(?:since|starting(?: in| from)?) {_SHORT}", lambda m: Bound(_two_digits(m[1]), None)),
    (rf"\b(?:after|post|later than|newer than)[ -]{_SHORT}", lambda m: Bound(_two_digits(m[1]) + 1, None)),
    (rf"\b(?:before|pre|earlier than|older than)[ -]{_SHORT}", lambda m: Bound(None, _two_digits(m[1]) - 1)),
    (rf"\b(?:from|in|made in|(?<!out )of|circa|released in|year) {_SHORT}", lambda m: _span(str(_two_digits(m[1])), str(_two_digits(m[1])))),
    (r"(?<![\w'’])['’](\d\d)\b(?!['’]?s\b)", lambda m: _span(str(_two_digits(m[1])), str(_two_digits(m[1])))),
)  # fmt: skip
"""Years of two digits, for catalogues in which they can be nothing else: in a shop "from 20" is a price."""


def ago(last: int) -> Rules:
    """The rules for "the last ten years", counted back from `last`, which is one of them."""
    years = r"(?:last|past|previous|recent) (\d{1,2}) years"

    def since(m: re.Match[str]) -> Bound:
        said = next((group for group in m.groups() if group), None)
        return Bound(last + 1 - int(said or 10), None)

    return (
        (rf"\b(?:(?:from|in|of|over|within|during) )?(?:the |these )?{years}\b|(?:最近|近|过去|这)\s?(\d{{1,2}})年(?:以?来|内|里|间)?", since),
        (r"\b(?:from |in |of |over |within )?(?:the |this )?(?:last|past) decade\b", since),
    )  # fmt: skip
