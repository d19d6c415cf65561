"""How long something takes, in a message: "under two hours", 一个半小时以内. In minutes, whole and inclusive."""

from __future__ import annotations

import re

from palate.agent.quantities.bounds import LESS, MORE, ONES, Bound, Rules, strict

_HOURS = r"(\d(?:\.\d)?|one|two|three|four|an|a)\s*-?(?:h|hrs?|hours?)\b(?:\s*(?:and\s*)?(a half|\d{1,2})\s*(?:m(?:in(?:ute)?s?)?\b)?)?"
_LENGTH = rf"(?:{_HOURS}|(\d{{2,3}})\s*-?(?:m|mins?|minutes?)\b)"
_LENGTH_ZH = r"(?:([一两兩二三四\d](?:\.\d)?)个?(半)?(?:小时|小時|钟头)(半)?|(\d{2,3})\s*分钟)"


def _minutes(hours: str | None, rest: str | None, minutes: str | None) -> float:
    if minutes:
        return float(minutes)
    whole = ONES.get((hours or "").lower()) or float(hours or 0)
    return whole * 60 + (30 if rest and not rest.isdigit() else float(rest or 0))


def _length(m: re.Match[str], first: int = 1) -> float:
    return _minutes(m.group(first), m.group(first + 1), m.group(first + 2))


def _chinese_length(m: re.Match[str]) -> float:
    half = m.group(2) or m.group(3)
    return _minutes(m.group(1), "半" if half else None, m.group(4))


def _either(m: re.Match[str]) -> float:
    """The length in whichever half of an alternative matched: four groups each."""
    half = 0 if any(m.group(i) for i in range(1, 5)) else 4
    fraction = m.group(half + 2) or m.group(half + 3)
    return _minutes(m.group(half + 1), "半" if fraction else None, m.group(half + 4))


LENGTHS: Rules = (
    (r"\b(?:between )?(\d{2,3})\s*(?:and|to|-|–)\s*(\d{2,3})\s*-?(?:m|mins?|minutes?)\b", lambda m: Bound(float(m.group(1)), float(m.group(2)))),
    (r"(\d{2,3})\s*(?:分钟)?\s*(?:到|至|-|–|~)\s*(\d{2,3})\s*分钟(?:之间)?", lambda m: Bound(float(m.group(1)), float(m.group(2)))),
    (rf"\bbetween {_LENGTH} and {_LENGTH}", lambda m: Bound(_length(m), _length(m, 4))),
    (rf"{LESS}\s*(?:about )?{_LENGTH}", lambda m: Bound(None, _length(m) - strict(m))),
    (rf"\b(?:not|nothing|no) {MORE}\s*{_LENGTH}", lambda m: Bound(None, _length(m))),
    (rf"\b(?:not|nothing|no) {LESS}\s*{_LENGTH}", lambda m: Bound(_length(m), None)),
    (rf"{MORE}\s*(?:about )?{_LENGTH}", lambda m: Bound(_length(m) + strict(m), None)),
    (rf"\b(?:only have|have only|just have|got only|only got|i have|we have|i['’]?ve got|fits? (?:in|into))\s*(?:about )?{_LENGTH}", lambda m: Bound(None, _length(m))),
    (rf"(?:只有|就|只剩)\s*{_LENGTH_ZH}", lambda m: Bound(None, _chinese_length(m))),
    (r"一个?(?:小时|钟头)出头", lambda m: Bound(None, 80)),
    (rf"{_LENGTH} (?:or (?:less|shorter|under)|max(?:imum)?|tops|at most)", lambda m: Bound(None, _length(m))),
    (rf"{_LENGTH} (?:or (?:more|longer|over)|at least|minimum)", lambda m: Bound(_length(m), None)),
    (rf"(?:about|around|roughly|approx\.?|approximately|~)\s*{_LENGTH}", lambda m: Bound(_length(m) - 15, _length(m) + 15)),
    (rf"(?:不超过|不超過|不要超过|别超过|少于|小于|低于|最多|不到|短于)\s*{_LENGTH_ZH}|{_LENGTH_ZH}\s*(?:以内|以內|以下|之内|之內|内)", lambda m: Bound(None, _either(m))),
    (rf"(?:超过|超過|多于|大于|至少|不少于|长于)\s*{_LENGTH_ZH}|{_LENGTH_ZH}\s*以上", lambda m: Bound(_either(m), None)),
    (rf"{_LENGTH_ZH}\s*(?:左右|上下)", lambda m: Bound(_chinese_length(m) - 15, _chinese_length(m) + 15)),
)  # fmt: skip
