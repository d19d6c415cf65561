"""Claims made of numbers: years, decades, runtimes, scores, reviews, box office, Oscars."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.audit.catalogue import Film
from tests.audit.vocabulary import DECADE_WORDS, NUMBER_WORDS

Test = Callable[[Film], bool]
Column = Callable[[Film], float | None]


@dataclass(frozen=True)
class NumberClaim:
    """A number at a place of the text and what it says."""

    kind: str
    start: int
    end: int
    true_of: Test


_YEAR = r"(?:19[3-9]\d|20[0-2]\d)"
_NOT_COUNTED = r"(?![\d%]|[,.]\d|(?<=0)['’]?s\b|年代|\s*(?:min|分|reviews|votes|critics|films|movies|部|/100))"
_YEARS = re.compile(
    rf"(?<![\d$€£.,/#-])({_YEAR})\s*年?\s*(?:[–—~-]|to|and|through|到|至)\s*({_YEAR}){_NOT_COUNTED}"
    rf"|(?<![\d$€£.,/#-])({_YEAR}){_NOT_COUNTED}"
)
_DECADE = re.compile(
    rf"(?<![\w$])(?:(19|20)(\d)0['’]?s|['’]?(\d)0['’]?s)\b|(?:(19|20))?(?<![1-9])(\d)0年代"
    rf"|\b({'|'.join(k for k in DECADE_WORDS if k.isascii())})\b"
    rf"|({'|'.join(k for k in DECADE_WORDS if not k.isascii())})",
    re.IGNORECASE,
)
_AGE = re.compile(r"\bin (?:his|her|their|your|my) (?:early |late |mid-?)?['’]?$", re.IGNORECASE)
_MINUTE_RANGE = re.compile(
    r"(?<![\d.])(\d{2,3})\s*(?:[–—~-]|to|and|到|至)\s*(\d{2,3})[\s-]*(?:minutes?|mins?|分钟)", re.IGNORECASE
)
_MINUTES = re.compile(r"(?<![\d.])(\d{2,3})[\s-]*(?:minutes?|mins?)\b|(?<![\d.])(\d{2,3})\s*分钟", re.IGNORECASE)
_HOURS = re.compile(
    r"\b(\d|one|two|three|four)\s*(?:-\s*)?(?:h|hrs?|hours?)\b(?:\s*(?:and\s+)?(\d{1,2})\s*"
    r"(?:m|min|mins|minutes)?\b|(\s+and a half))?"
    r"|(\d|[一两二三四])个?半?小时(?:(\d{1,2})分钟?)?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3})(?:\.\d+)?\s*(?:%|percent\b)")
_SCORED = re.compile(
    r"(?:tomatometer|scor(?:e[sd]?|ing)|rated|ratings?|rates|评分|得分|分数|新鲜度|metacritic|metascore|烂番茄)"
    r"(?:[^\d.,;。，；\n#]|(?<=\w),(?=\w)){0,22}?(?<!PG-)(?<!NC-)(?<![\d.])(\d{1,3}(?:\.\d)?)"
    r"(?![\d%-]|\s*(?:min|分钟|reviews?|critics|年|percent))",
    re.IGNORECASE,
)
_OUT_OF = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d)?)\s*(?:/|out of)\s*(100|10|5)\b")
_POINTS = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d)?)\s*分(?!钟|之|级|\d)")
_REVIEWS = re.compile(
    r"(?<![\d.])(\d[\d,]*)\s*(?:critics?['’]?\s*)?(?:reviews?|critics)\b"
    r"|(\d[\d,]*)\s*(?:条|篇|个|位)?(?:影评|评论|评价)"
)
_MONEY = re.compile(r"\$\s?(\d[\d,]*(?:\.\d+)?)\s*(million|billion|m\b|bn\b|k\b)?", re.IGNORECASE)
_COUNT = r"(\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_OSCAR_COUNT = re.compile(
    rf"(nominat\w*\s+for\s+)?(?<![\w]){_COUNT}\s+(?:(?:academy\s+award|oscar)s?)(?:\s+(nomination\w*))?",
    re.IGNORECASE,
)
_OSCAR_ZH = re.compile(r"(\d{1,2}|十[一二]|[一两二三四五六七八九十])\s*[项座个次]奥斯卡[^，。；]{0,4}?(提名)?")
_OSCAR = re.compile(
    r"(?:oscar|academy\s+award)s?[\s-]win\w*|(?:oscar|academy\s+award)[\s-]nominat\w*"
    r"|奥斯卡(?:获奖|得主|最佳|提名)",
    re.IGNORECASE,
)

_COMPARISONS: tuple[tuple[str, str], ...] = (
    (
        "lt",
        r"(?:\bunder|\bless than|\bbelow|\bbefore|\bfewer than|\bshorter than|\bearlier than|\bolder than|\bpre-"
        r"|不到|少于|低于|早于|短于)\s*\$?$",
    ),
    (
        "le",
        r"(?:\bat most|\bno (?:more|longer|later) than|\bup to|\bwithin|\buntil|\bor under|\bmaximum of"
        r"|不超过|最多|至多|≤)\s*\$?$",
    ),
    (
        "gt",
        r"(?:\bover|\bmore than|\babove|\bafter|\blonger than|\bnewer than|\blater than|\bpost-|\bhigher than"
        r"|超过|高于|多于|晚于|长于)\s*\$?$",
    ),
    ("ge", r"(?:\bat least|\bno (?:less|fewer|earlier) than|\bsince|\bminimum of|至少|不低于|不少于|≥)\s*\$?$"),
    (
        "about",
        r"(?:\babout|\baround|\broughly|\bnearly|\balmost|\bapproximately|\bjust (?:over|under)|\bclose to"
        r"|~|大约|约|将近|差不多|接近)\s*\$?$",
    ),
)
_AFTER: tuple[tuple[str, str], ...] = (
    (
        "ge",
        r"^\s*(?:\+|年?(?:以后|之后|以来|起|以上|及以上|后)|\+|(?:or|and) "
        r"(?:higher|later|more|above|better|longer|newer|up|after|over)\b|onwards?\b|on(?=\s*(?:[,.;)]|$)))",
    ),
    (
        "le",
        r"^\s*(?:年?(?:以前|之前|以内|以下|之内|及以下|前)|(?:or|and) "
        r"(?:lower|earlier|less|below|under|shorter|older|before)\b)",
    ),
)


def number_claims(text: str) -> Iterator[NumberClaim]:
    """Every number of `text` that says something about a film."""
    yield from _years(text)
    yield from _runtimes(text)
    yield from _scores(text)
    for match in _REVIEWS.finditer(text):
        value = float((match.group(1) or match.group(2)).replace(",", ""))
        yield _compared("reviews", text, match, lambda film: film.reviews, value)
    for match in _MONEY.finditer(text):
        unit = {"m": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "k": 1e3}
        value = float(match.group(1).replace(",", "")) * unit.get((match.group(2) or "").lower(), 1)
        yield _compared("box_office", text, match, lambda film: film.box_office, value, slack=0.03 * value)
    yield from _oscars(text)


def _years(text: str) -> Iterator[NumberClaim]:
    for match in _YEARS.finditer(text):
        if match.group(1):
            yield _between("year", match, int(match.group(1)), int(match.group(2)))
        else:
            yield _compared("year", text, match, lambda film: film.year, float(match.group(3)))
    for match in _DECADE.finditer(text):
        if _AGE.search(text[: match.start()]):
            continue
        word = match.group(6) or match.group(7)
        tens = match.group(2) or match.group(3) or match.group(5)
        century = match.group(1) or match.group(4)
        if word:
            first = DECADE_WORDS[word.lower()]
        else:
            first = int(century or ("20" if int(tens) < 3 else "19")) * 100 + int(tens) * 10
        op = _comparison(text, match.start(), match.end())
        low = first if op in ("eq", "about", "ge", "gt") else 0
        high = first + 9 if op in ("eq", "about", "le", "lt") else 9999
        yield _between("decade", match, low, high)


def _runtimes(text: str) -> Iterator[NumberClaim]:
    hours = list(_HOURS.finditer(text))
    ranges = list(_MINUTE_RANGE.finditer(text))
    for match in ranges:
        low, high = int(match.group(1)), int(match.group(2))
        yield NumberClaim("runtime", *match.span(), _within(low, high))
    for match in _MINUTES.finditer(text):
        if not any(other.start() <= match.start() < other.end() for other in (*hours, *ranges)):
            yield _compared("runtime", text, match, lambda film: film.runtime, _number(match), slack=5)
    for match in hours:
        minutes = NUMBER_WORDS.get((match.group(1) or match.group(4)).lower())
        whole = int(match.group(1) or match.group(4)) if minutes is None else minutes
        half = 30 if match.group(3) or "半" in match.group() else 0
        extra = int(match.group(2) or match.group(5) or 0)
        op = _comparison(text, match.start(), match.end())
        exact = "eq" if match.group(2) or match.group(5) else "about"
        yield NumberClaim(
            "runtime",
            match.start(),
            match.end(),
            _test(lambda film: film.runtime, exact if op == "eq" else op, whole * 60 + half + extra, slack=15),
        )


def _scores(text: str) -> Iterator[NumberClaim]:
    taken: list[tuple[int, int]] = []
    for pattern in (_OUT_OF, _PERCENT, _POINTS, _SCORED):
        for match in pattern.finditer(text):
            start = match.start(1)
            if any(left <= start < right for left, right in taken):
                continue
            taken.append((start, match.end()))
            scale = 100 / float(match.group(2)) if pattern is _OUT_OF else 1
            near = text[max(0, start - 25) : start].lower()
            column: Column = (lambda film: film.metacritic) if "meta" in near else (lambda film: film.score)
            op = _comparison(text, start, match.end())
            if scale != 1:
                # The catalogue has no marks out of ten.
                yield NumberClaim("score", match.start(), match.end(), lambda film: False)
            else:
                yield NumberClaim("score", start, match.end(), _test(column, op, float(match.group(1)), slack=2))


def _oscars(text: str) -> Iterator[NumberClaim]:
    for match in _OSCAR_COUNT.finditer(text):
        value = NUMBER_WORDS.get(match.group(2).lower())
        count = int(match.group(2)) if value is None else value
        nominated = bool(match.group(1) or match.group(3))
        article = match.group(2).lower() in ("a", "an")
        yield NumberClaim("oscars", *match.span(), _oscar_test(count, nominated, article))
    for match in _OSCAR_ZH.finditer(text):
        count = int(match.group(1)) if match.group(1).isdigit() else NUMBER_WORDS[match.group(1)]
        yield NumberClaim("oscars", *match.span(), _oscar_test(count, bool(match.group(2)), False))
    for match in _OSCAR.finditer(text):
        nominated = "nominat" in match.group().lower() or "提名" in match.group()
        yield NumberClaim("oscars", *match.span(), _oscar_test(1, nominated, True))


def _oscar_test(count: int, nominated: bool, at_least: bool) -> Test:
    if nominated:
        return lambda film: bool(film.awards) if at_least else f"Nominated for {count} Oscar" in film.awards
    return lambda film: film.oscars >= count if at_least else film.oscars == count


def _number(match: re.Match[str]) -> float:
    return float(next(group for group in match.groups() if group))


def _between(kind: str, match: re.Match[str], low: int, high: int) -> NumberClaim:
    return NumberClaim(kind, match.start(), match.end(), lambda film: low <= film.year <= high)


def _within(low: int, high: int) -> Test:
    return lambda film: film.runtime is not None and low <= film.runtime <= high


def _compared(
    kind: str, text: str, match: re.Match[str], column: Column, value: float, slack: float = 0
) -> NumberClaim:
    op = _comparison(text, match.start(), match.end())
    exact = "about" if op == "eq" and kind == "box_office" else op
    return NumberClaim(kind, match.start(), match.end(), _test(column, exact, value, slack))


def _comparison(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - 24) : start], text[end : end + 16]
    for table, context in ((_AFTER, after), (_COMPARISONS, before)):
        for op, pattern in table:
            if re.search(pattern, context, re.IGNORECASE):
                return op
    return "eq"


def _test(column: Column, op: str, value: float, slack: float = 0) -> Test:
    low, high = {
        "eq": (value - 0.5, value + 0.5),
        "about": (value - max(slack, 1), value + max(slack, 1)),
        "lt": (-math.inf, value - 0.001),
        "le": (-math.inf, value + 0.001),
        "gt": (value + 0.001, math.inf),
        "ge": (value - 0.001, math.inf),
    }[op]

    def holds(film: Film) -> bool:
        number = column(film)
        return number is not None and low <= number <= high

    return holds
