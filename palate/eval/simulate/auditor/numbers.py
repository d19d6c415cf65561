"""Claims made of numbers: years, decades, lengths, shares, prices, counts, stars."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from palate.eval.simulate.auditor.claims import Claim, Test
from palate.eval.simulate.shelf import Good, Shelf, fold

_YEAR = r"(?:1[89]\d\d|20[0-3]\d)"
_LEFT = r"(?<![A-Za-z0-9$€£¥.,/+-])"
_RANGE = re.compile(rf"{_LEFT}({_YEAR})\s*年?\s*(?:[–—~-]|to|and|through|到|至)\s*({_YEAR})(?!\d)")
_YEARS = re.compile(
    rf"{_LEFT}({_YEAR})(?![\d%]|[,.]\d|'?s\b|年代|\s*(?:min|分钟|篇|reviews|critics|films|movies|部|件|%|元|美元))"
)
_DECADE = re.compile(
    r"(?<![\w$])(?:(1[89]|20)(\d)0'?s|'?(\d)0'?s)\b|(?:(1[89]|20))?(?<!\d)(\d)0年代|"
    r"\b(forties|fifties|sixties|seventies|eighties|nineties)\b|([四五六七八九])十年代"
)
_DECADES = {"forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990}
_DECADES |= {"四": 1940, "五": 1950, "六": 1960, "七": 1970, "八": 1980, "九": 1990}
_MINUTES = re.compile(r"(?<![\d.])(\d{1,3})[\s-]*(?:minutes?|mins?\b|分钟)", re.IGNORECASE)
_HOURS = re.compile(
    r"(?<![\d.])(\d)\s*(?:h|hrs?|hours?)\b(?:\s*(?:and\s+)?(\d{1,2})\s*(?:m|min|mins|minutes)\b)?|(\d)\s*个?小时(?:(\d{1,2})分钟?)?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s*(?:%|percent\b)|百分之(\d{1,3})")
_SCORED = re.compile(r"(?:metacritic|metascore|tomatometer)[^\d.,;。\n#]{0,18}(\d{1,3})(?![\d%])", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:US)?[$€£¥]\s?(\d[\d,]*(?:\.\d+)?)\s*(million|billion|m\b|bn\b|k\b)?|(\d[\d,]*(?:\.\d+)?)\s*(?:dollars|USD|美元|元)",
    re.IGNORECASE,
)
_STARS = re.compile(r"(?<![\d.])(\d(?:\.\d+)?)\s*(?:stars?\b|/\s*5\b|out of 5\b|星)", re.IGNORECASE)
_UNITS = {"million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3}
_BEFORE: tuple[tuple[str, str], ...] = (
    (
        "lt",
        r"(?:\bunder|\bless than|\bbelow|\bbefore|\bfewer than|\bshorter than|\bearlier than|不到|少于|低于|早于)\s*[$]?$",
    ),
    ("le", r"(?:\bat most|\bno (?:more|longer|later) than|\bup to|\bwithin|不超过|最多|至多)\s*[$]?$"),
    ("gt", r"(?:\bover|\bmore than|\babove|\bafter|\blonger than|\blater than|超过|高于|多于|晚于)\s*[$]?$"),
    ("ge", r"(?:\bat least|\bno (?:less|fewer|earlier) than|\bsince|至少|不低于|不少于)\s*[$]?$"),
    ("about", r"(?:\babout|\baround|\broughly|\bnearly|\balmost|\bapproximately|~|大约|约|将近)\s*[$]?$"),
)
_AFTER: tuple[tuple[str, str], ...] = (
    ("ge", r"^\s*(?:年?(?:以后|之后|以来|起|以上)|(?:or|and) (?:later|more|above|longer|newer)\b|onwards?\b|\+)"),
    ("le", r"^\s*(?:年?(?:以前|之前|以内|以下|之内)|(?:or|and) (?:lower|earlier|less|below|under|shorter|older)\b)"),
)
_ORDINARY = r"(?<![\d.,$€£¥])(\d[\d,]*)(?![\d.]*\d|\s*%)"


def number_claims(text: str, shelf: Shelf, counts: Mapping[str, str]) -> Iterator[Claim]:
    """Every number of `text` (titles and names blanked) that says something about an item."""
    yield from _years(text, shelf.measuring("year"))
    yield from _lengths(text, shelf.measuring("minutes"))
    yield from _shares(text, shelf)
    money = shelf.measuring("money")
    for match in _MONEY.finditer(text):
        unit = _UNITS.get((match.group(2) or "").lower(), 1.0)
        value = float((match.group(1) or match.group(3)).replace(",", "")) * unit
        slack = 0.05 * value if unit > 1 else 0.005
        yield _claim("money", text, match.span(), money, value, slack=slack)
    for match in _STARS.finditer(text):
        yield _claim("stars", text, match.span(), shelf.measuring("stars"), float(match.group(1)), slack=0.051)
    yield from _counts(text, shelf, counts)


def _years(text: str, columns: Sequence[str]) -> Iterator[Claim]:
    ranges = list(_RANGE.finditer(text))
    for match in ranges:
        yield Claim("year", *match.span(), _between(columns, float(match.group(1)), float(match.group(2))))
    for match in _YEARS.finditer(text):
        if not any(each.start() <= match.start() < each.end() for each in ranges):
            yield _claim("year", text, match.span(), columns, float(match.group(1)))
    for match in _DECADE.finditer(text):
        word, tens = match.group(6) or match.group(7), match.group(2) or match.group(3) or match.group(5)
        if word:
            first = _DECADES[word]
        else:
            century = match.group(1) or match.group(4) or ("20" if int(tens) < 3 else "19")
            first = int(century) * 100 + int(tens) * 10
        op = _comparison(text, *match.span())
        low = -math.inf if op in {"lt", "le"} else first
        high = first - 1 if op == "lt" else math.inf if op in {"ge", "gt"} else first + 9
        yield Claim("year", *match.span(), _between(columns, low, high))


def _lengths(text: str, columns: Sequence[str]) -> Iterator[Claim]:
    hours = list(_HOURS.finditer(text))
    for match in hours:
        whole, rest = match.group(1) or match.group(3), match.group(2) or match.group(4)
        value = int(whole) * 60 + int(rest or 0)
        yield _claim("minutes", text, match.span(), columns, value, slack=0.5 if rest else 10)
    for match in _MINUTES.finditer(text):
        compared = re.match(r"\s*(?:longer|shorter|长|短)", text[match.end() :]) or re.search(
            r"(?<![片时])[长短]\s*$", text[: match.start()]
        )
        if not compared and not any(each.start() <= match.start() < each.end() for each in hours):
            yield _claim("minutes", text, match.span(), columns, float(match.group(1)), slack=0.5)


def _shares(text: str, shelf: Shelf) -> Iterator[Claim]:
    columns = shelf.measuring("percent")
    for pattern in (_PERCENT, _SCORED):
        for match in pattern.finditer(text):
            value = float(next(group for group in match.groups() if group))
            near = fold(text[max(0, match.start() - 24) : match.end()])
            named = tuple(name for name in columns if fold(name) in near) or columns[:1]
            if pattern is _SCORED and "tomatometer" in near:
                named = columns[:1]
            yield _claim("percent", text, match.span(), named, value, slack=0.5)


def _counts(text: str, shelf: Shelf, counts: Mapping[str, str]) -> Iterator[Claim]:
    columns = shelf.measuring("count", "stock", "number")
    for column in columns:
        words = "|".join([pattern for key, pattern in counts.items() if key in fold(column)] or [re.escape(column)])
        after = rf"{_ORDINARY}\s*(?:critics?'?\s+|of them\s+|件|篇|条|个|座|项)?\s*(?:{words})"
        before = rf"(?:{words})\s*(?::|is|of|有|为)?\s*{_ORDINARY}(?:\s*件)?"
        seen: set[int] = set()
        for pattern in (after, before):
            for match in re.finditer(pattern, text, re.IGNORECASE):
                if match.start(1) not in seen:
                    seen.add(match.start(1))
                    value = float(match.group(1).replace(",", ""))
                    yield _claim("count", text, match.span(1), (column,), value, slack=0.5)


def _claim(
    kind: str, text: str, span: tuple[int, int], columns: Sequence[str], value: float, slack: float = 0.5
) -> Claim:
    return Claim(kind, *span, _test(columns, _comparison(text, *span), value, slack))


def _comparison(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - 24) : start], text[end : end + 16]
    for table, context in ((_AFTER, after), (_BEFORE, before)):
        for op, pattern in table:
            if re.search(pattern, context, re.IGNORECASE):
                return op
    return "eq"


def _test(columns: Sequence[str], op: str, value: float, slack: float) -> Test:
    low, high = {
        "eq": (value - slack, value + slack),
        "about": (value - max(slack, 0.06 * value), value + max(slack, 0.06 * value)),
        "lt": (-math.inf, value - 1e-6),
        "le": (-math.inf, value + 1e-6),
        "gt": (value + 1e-6, math.inf),
        "ge": (value - 1e-6, math.inf),
    }[op]
    return _between(columns, low, high)


def _between(columns: Sequence[str], low: float, high: float) -> Callable[[Good], bool | None]:
    def test(good: Good) -> bool | None:
        known = [good.numbers[name] for name in columns if name in good.numbers]
        return any(low <= value <= high for value in known) if known else None

    return test
