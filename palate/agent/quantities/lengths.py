"""How long something takes, in a message: "under two hours", 一个半小时以内. In minutes, whole and inclusive."""

from __future__ import annotations

import re

from palate.agent.quantities.bounds import LESS, MORE, ONES, UP_FROM, UP_TO, Bound, Rules, strict

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


def _second(m: re.Match[str]) -> float:
    fraction = m.group(6) or m.group(7)
    return _minutes(m.group(5), "半" if fraction else None, m.group(8))


def _hour(said: str) -> float:
    return 60 * float(ONES.get(said) or said)


def _hours(m: re.Match[str]) -> Bound:
    low, high = sorted(60 * float(group) for group in m.groups() if group)
    return Bound(low, high)


LENGTHS: Rules = (
    (r"\b(?:between )?(\d{2,3})\s*(?:and|to|-|–)\s*(\d{2,3})\s*-?(?:m|mins?|minutes?)\b", lambda m: Bound(float(m.group(1)), float(m.group(2)))),
    (r"\bbetween (\d(?:\.\d)?) and (\d(?:\.\d)?) ?(?:h|hrs?|hours)\b|(\d(?:\.\d)?)(?: to |-|–)(\d(?:\.\d)?) ?(?:h|hrs?|hours)\b", _hours),
    (rf"{_LENGTH_ZH}\s*(?:到|至|-|–|~)\s*{_LENGTH_ZH}(?:之间)?", lambda m: Bound(_chinese_length(m), _second(m))),
    (r"([一二两三四\d])\s*(?:到|至|-|–|~)\s*([一二两三四\d])\s*个?(?:小时|钟头)(?:之间)?", lambda m: Bound(_hour(m[1]), _hour(m[2]))),
    (r"(\d{2,3})\s*(?:分钟)?\s*(?:到|至|-|–|~)\s*(\d{2,3})\s*分钟(?:之间)?", lambda m: Bound(float(m.group(1)), float(m.group(2)))),
    (rf"\bbetween {_LENGTH} and {_LENGTH}", lambda m: Bound(_length(m), _length(m, 4))),
    (rf"{LESS}\s*(?:about )?{_LENGTH}", lambda m: Bound(None, _length(m) - strict(m))),
    (rf"\b(?:not|nothing|no|isn['’]?t|aren['’]?t|doesn['’]?t run|don['’]?t run|never)(?: \w+)? {MORE}\s*{_LENGTH}", lambda m: Bound(None, _length(m))),
    (rf"\b(?:not|nothing|no) {LESS}\s*{_LENGTH}", lambda m: Bound(_length(m), None)),
    (rf"{MORE}\s*(?:about )?{_LENGTH}", lambda m: Bound(_length(m) + strict(m), None)),
    (rf"\b(?:only have|have only|just have|got only|only got|just got|i have|we have|(?:i|we)['’]?ve got|i got|(?:got )?to fit (?:in|into)|fits? (?:in|into))(?: only| just)?\s*(?:about )?{_LENGTH}", lambda m: Bound(None, _length(m))),
    (rf"(?:只有|就|只剩)\s*{_LENGTH_ZH}", lambda m: Bound(None, _chinese_length(m))),
    (r"[一1]个?(?:小时|钟头)出头", lambda m: Bound(None, 80)),
    (rf"{_LENGTH}{UP_TO}", lambda m: Bound(None, _length(m))),
    (rf"{_LENGTH}{UP_FROM}", lambda m: Bound(_length(m), None)),
    (rf"{_LENGTH} (?:to (?:kill|spare|fill)|free|spare|of free time)\b", lambda m: Bound(None, _length(m))),
    (rf"(?:about|around|roughly|approx\.?|approximately|~)\s*{_LENGTH}", lambda m: Bound(_length(m) - 15, _length(m) + 15)),
    (rf"(?:(?:不要?|不能|别|不会|不可以)超[过過]|不超|少于|小于|低于|最多|至多|顶多|最长|不到|短于)\s*{_LENGTH_ZH}|{_LENGTH_ZH}\s*(?:以内|以內|以下|之内|之內|内|封顶|到顶|我?(?:也|都|还)?(?:坐得住|扛得住|能接受|可以接受|没问题|能忍)|(?:就)?是(?:我的)?(?:极限|上限|最多))", lambda m: Bound(None, _either(m))),
    (rf"(?:超过|超過|多于|大于|至少|最少|不少于|不低于|长于)\s*{_LENGTH_ZH}|{_LENGTH_ZH}\s*(?:以上|往上|起步)", lambda m: Bound(_either(m), None)),
    (rf"{_LENGTH_ZH}\s*(?:左右|上下)", lambda m: Bound(_chinese_length(m) - 15, _chinese_length(m) + 15)),
)  # fmt: skip
