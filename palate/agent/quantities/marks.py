"""How good something is to be, in a message: "at least 4 stars", "rated above 80", 评分8分以上."""

from __future__ import annotations

import re

from palate.agent.quantities.bounds import Bound, Rules

GOOD = 0.8
"""Share of the scale from which something is highly rated."""
_AT_LEAST = r"(?:at least|min(?:imum)?(?: of)?|no less than|>=)"
_OVER = r"(?:over|above|higher than|more than|better than|>)"
_UP = r"(?:\s*(?:\+|plus\b|,? ?or (?:more|higher|above|better|up|over|greater)|,? ?and (?:up|above|over|higher|better)|,? ?min(?:imum)?\b|,? ?at (?:the )?(?:very )?least|,? ?upwards?))"
_TENS = {"五": 50, "六": 60, "七": 70, "八": 80, "九": 90}
_STARS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_PRAISED = (
    r"\b(?:(?:decent|good|solid|strong|high|great) (?:scores?|ratings?|reviews?)|highly[ -]rated|well[ -]reviewed|critically acclaimed|acclaimed|great reviews|good reviews|top[ -]rated|well[ -]rated"
    r"|best[ -](?:rated|reviewed)|critics (?:really )?(?:loved|liked|adored|raved about|praised|love|like)|well[ -](?:received|liked|regarded)|highly regarded|(?:rave|top|excellent|glowing|strong) reviews|critical (?:darling|hit|success|acclaim)s?)\b|(?<!最)高分(?!的是)|口碑(?:不错|佳|好)|评价(?:不错|挺好)|评分(?:不错|高(?!的是|低))|口碑好|口碑(?:炸|爆|极|超|很|特别|相当)|评价高|好评|神作"
)


def marks(scale: float, names: str = "") -> Rules:
    """The rules for marks out of `scale`; `names` is a pattern of what else the marks are called."""
    also = f"|{names}" if names else ""
    good: Rules = ((_PRAISED, lambda _: Bound(GOOD * scale, None)),)
    return (_of_hundred(also) if scale == 100 else _of_stars(scale, also)) + good


def _of_hundred(also: str) -> Rules:
    """Marks from 0 to 100, which people also say out of ten."""
    value = r"(\d{2,3}|\d(?:\.\d)?)"
    unit = rf"(?:%|percent|/ ?10|/ ?100|points?|out of (?:10|100)|score|rating{also})"
    called = rf"(?:scor\w+|rat(?:ed|ing)\w*{also})(?: score| rating)?"
    return (
        (rf"{_AT_LEAST}\s*{value}\s*(?:/ ?|out of )10\b", lambda m: Bound(_percent(m.group(1), out_of_ten=True), None)),
        (rf"(?:{called}(?: is| of| at)? )?{value}\s*(?:/ ?|out of )10\b{_UP}", lambda m: Bound(_percent(m.group(1), out_of_ten=True), None)),
        (rf"{value}\s*(?:%|percent|points?|out of 100|/ ?100){_UP}", lambda m: Bound(_percent(m.group(1)), None)),
        (rf"{called}(?: is| of| at| it)?\s*{value}\s*(?:%|percent)?{_UP}", lambda m: Bound(_percent(m.group(1), out_of_ten=True), None)),
        (rf"\b{value} or (?:more|higher|better|above|over) (?:/ ?|out of )10\b", lambda m: Bound(_percent(m.group(1), out_of_ten=True), None)),
        (rf"(?:not|nothing|never|none)(?: \w+)? (?:under|below|less than|lower than)\s*{value}\s*{unit}", lambda m: Bound(_percent(m.group(1), out_of_ten=True), None)),
        (rf"{_AT_LEAST}\s*{value}\s*{unit}", lambda m: Bound(_percent(m.group(1)), None)),
        (rf"(?:reviews?|critics|{called})(?: is| of| at)? (?:of )?{_AT_LEAST}\s*{value}", lambda m: Bound(_percent(m.group(1)), None)),
        (rf"{called}(?: is| of)? {_OVER}\s*{value}", lambda m: Bound(_percent(m.group(1)) + 1, None)),
        (rf"(?:over|above|more than|higher than|better than)\s*(\d{{2}}|\d(?:\.\d)?)\s*{unit}", lambda m: Bound(_percent(m.group(1)) + 1, None)),
        (rf"(?:评分|評分|分数|新鲜度{also})\s*(?:要|得|在|至少|不低于|大于等于|能|都)*\s*(?:有|到)?\s*{value}\s*(?:分|%)?\s*(?:以上|起|往上|\+)?", lambda m: Bound(_percent(m.group(1), out_of_ten=True), None)),
        (rf"{value}\s*(?:分|%)\s*(?:及?以上|起|往上|打底)", lambda m: Bound(_percent(m.group(1), out_of_ten=True), None)),
        (rf"{value}\s*(?:分|%)\s*(?:都|还)?(?:不到|不够|没到|以下)", lambda m: Bound(None, _percent(m.group(1), out_of_ten=True))),
        (r"([五六七八九])十(?:分|%)\s*(?:以上|起|往上)", lambda m: Bound(float(_TENS[m.group(1)]), None)),
    )  # fmt: skip


def _of_stars(scale: float, also: str) -> Rules:
    """Marks out of a few stars; said out of ten or as a share, they are brought to the scale."""
    value = r"(\d{1,2}(?:\.\d{1,2})?|one|two|three|four|five|[一两二三四五])"
    called = rf"(?:scor\w+|rat(?:ed|ing)\w*{also})(?: score| rating)?"

    def least(m: re.Match[str]) -> Bound:
        return Bound(_stars(m, scale), None)

    def more(m: re.Match[str]) -> Bound:
        return Bound(min(round(_stars(m, scale) + 0.01, 2), scale), None)

    return (
        (rf"{_OVER}\s*{value}\s*-?stars?\b", more),
        (rf"{called}(?: is| of)? {_OVER}\s*{value}(?!\s*%)", more),
        (rf"(?:{_AT_LEAST}\s*)?{value}\s*\+?\s*-?stars?\b{_UP}?", least),
        (rf"{called}(?: is| of| at)?\s*(?:{_AT_LEAST}\s*)?{value}(?:\s*/ ?\d+|{_UP})", least),
        (rf"{called}(?: is| of| at)?\s*{_AT_LEAST}\s*{value}", least),
        (rf"{_AT_LEAST}\s*{value}\s*(?:/ ?\d+|out of \d+)", least),
        (rf"{value}\s*(?:/ ?\d+|out of \d+){_UP}", least),
        (rf"(?:评分|評分|评价|分数)\s*(?:要|得|在|至少|不低于|大于等于|能|都)*\s*(?:有|到)?\s*{value}\s*[分星]?\s*(?:及?以上|起|往上|\+)?", least),
        (rf"{value}\s*[分星]\s*(?:及?以上|起|往上|打底)", least),
    )  # fmt: skip


def _percent(said: str, *, out_of_ten: bool = False) -> float:
    value = float(said)
    return value * 10 if value <= 10 and (out_of_ten or value < 10 or "." in said) else value


def _stars(m: re.Match[str], scale: float) -> float:
    said = m.group(1).lower()
    value = float(_STARS.get(said) or said)
    top = next((float(of) for of in re.findall(r"(?:/ ?|out of )(\d+)", m.group())), 0.0)
    top = top or (scale if value <= scale else 10.0 if value <= 10 else 100.0)
    return round(min(value / top, 1.0) * scale, 2)
