"""Numbers: as they are, with what they measure, and as a bound ("under two hours")."""

from __future__ import annotations

import re
from collections.abc import Callable

from palate.agent.speaking import figures
from palate.agent.speaking.claims import allowed
from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing, truth
from palate.agent.speaking.claims.scene import Scene
from palate.domain import Measure, Recommendation

_WORDS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
}
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_BOUNDS: tuple[tuple[str, Callable[[float, float], bool]], ...] = (
    (
        r"\b(?:under|below|less than|fewer than|shorter than|cheaper than|just under|just below)|不到|少于|低于"
        r"|不足|短于", lambda a, b: a < b),
    (r"\b(?:no more than|not more than|at most|up to|within)|不超过|最多", lambda a, b: a <= b),
    (r"\b(?:over|above|more than|longer than|just over)|超过|多于|高于|长于", lambda a, b: a > b),
    (r"\b(?:no less than|no fewer than|not less than|at least)|不少于|至少|不低于", lambda a, b: a >= b),
    (r"\b(?:nearly|almost)|将近|接近", lambda a, b: 0.9 * b <= a < b),
    (r"\b(?:about|around|roughly|some)|大约|大概|约", lambda a, b: abs(a - b) <= 0.05 * b),
)  # fmt: skip
_BOUND = re.compile("|".join(f"(?P<b{i}>{words})" for i, (words, _) in enumerate(_BOUNDS)), re.I)
_AMOUNT = re.compile(
    rf"\s*(?P<money>[$€£¥]\s?{_NUMBER}|{_NUMBER}\s?(?:元|美元|dollars?|euros?|pounds?))"
    rf"|\s*(?P<hours>{_NUMBER}|an?|one|two|three|four|一|两|二|三|四)(?:个)?[\s-]?(?:hours?\b|小时)"
    rf"|\s*(?P<minutes>{_NUMBER})[\s-]?(?:minutes?\b|mins?\b|分钟)"
    rf"|\s*(?P<percent>{_NUMBER})\s?(?:%|percent\b)"
    rf"|\s*(?P<stars>{_NUMBER})[\s-]?(?:stars?\b|星)"
    rf"|\s*(?P<count>{_NUMBER})\s?(?:(?:critics['’]? )?reviews?\b|ratings?\b|people\b|篇影评|篇评论|个评分|人评分)",
    re.I,
)
_AFTER_ZH = re.compile(r"\s*(以内|以下|以上)")
_YEARS = re.compile(
    r"\b(?P<en>before|after|since|until)\s(?P<y1>(?:18|19|20)\d\d)\b|(?P<y2>(?:18|19|20)\d\d)\s?年?(?P<zh>以前|之前|前|以后|之后|后)"
)
_MEASURES = {
    "money": (Measure.MONEY,), "hours": (Measure.MINUTES,), "minutes": (Measure.MINUTES,),
    "percent": (Measure.PERCENT,), "stars": (Measure.STARS,), "count": (Measure.COUNT,),
}  # fmt: skip


def claims(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """Every number in `text`, judged by the numbers of an item."""
    said = _bounded(text, place, scene) + _years(text, place, scene)
    text = _without(text, said)
    said += _hours(text, place, scene)
    text = _without(text, said)
    item = place.item
    wrong = allowed.wrong_amounts(text, item, scene.wording)
    right = allowed.numbers(place, scene.wording)
    for match in allowed.NUMBER.finditer(text):
        amount = next((a for a in wrong if a.start <= match.start() < a.end), None)
        if amount is None and match.group() in right:
            standing, reason = Standing.SUPPORTED, ""
        else:
            told = amount.text if amount and match.group() in right else f"the number {match.group()}"
            known = amount.known if amount else scene.wording.year(item) is not None and len(match.group()) == 4
            standing = Standing.CONTRADICTED if known else Standing.UNSUPPORTED
            reason = f"{told} is not a fact of {item.title}"
        said.append(Claim(ClaimKind.NUMBER, match.start(), match.end(), match.group(), standing, reason, (item.id,)))
    return said


def _without(text: str, said: list[Claim]) -> str:
    for claim in said:
        text = text[: claim.start] + " " * (claim.end - claim.start) + text[claim.end :]
    return text


def _bounded(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """Such as “Under two hours”, "more than 200 reviews", 不超过 100 元."""
    said = []
    for bound in _BOUND.finditer(text):
        amount = _AMOUNT.match(text, bound.end())
        if amount:
            within = _BOUNDS[next(i for i in range(len(_BOUNDS)) if bound[f"b{i}"])][1]
            said.append(_claim(text, bound.start(), amount, within, place, scene))
    for amount in _AMOUNT.finditer(text):
        after = _AFTER_ZH.match(text, amount.end())
        if after:
            up = after[1] == "以上"
            claim = _claim(
                text, amount.start(), amount, (lambda a, b: a >= b) if up else (lambda a, b: a <= b), place, scene
            )
            said.append(
                Claim(claim.kind, claim.start, after.end(), claim.text, claim.standing, claim.reason, claim.items)
            )
    return said


def _hours(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """Such as “Two hours long” is no bound, and no other number."""
    return [
        _claim(text, amount.start(), amount, lambda a, b: a == b, place, scene)
        for amount in _AMOUNT.finditer(text)
        if amount["hours"]
    ]


def _claim(
    text: str,
    start: int,
    amount: re.Match[str],
    within: Callable[[float, float], bool],
    place: Recommendation,
    scene: Scene,
) -> Claim:
    name = next(name for name in _MEASURES if amount[name])
    digits = re.search(_NUMBER, amount[name])
    bound = float(digits.group().replace(",", "")) if digits else float(_WORDS[amount[name].strip().lower()])
    bound *= 60 if name == "hours" else 1
    numbers = [n for n in scene.wording.schema.measuring(*_MEASURES[name]) if place.item.number(n) is not None]
    if name == "money":
        meant = figures.currencies((re.search(r"[^\d\s.,]+", amount[name]) or amount)[0])
        numbers = [n for n in numbers if (scene.wording.unit(n, place.item) or "") in {*meant, ""}]
    if name == "count":
        numbers = [n for n in numbers if n == scene.wording.schema.fame]
    holds = any(within(place.item.numbers[n], bound) for n in numbers) if numbers else None
    standing = truth(holds)
    said = text[start : amount.end()].strip()
    reason = "" if holds else f"“{said}” is not a fact of {place.item.title}"
    return Claim(ClaimKind.NUMBER, start, amount.end(), said, standing, reason, (place.item.id,))


def _years(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """Such as “After 2010”, 1970 年以前."""
    said = []
    for match in _YEARS.finditer(text):
        year, bound = scene.wording.year(place.item), int(match["y1"] or match["y2"])
        word = (match["en"] or match["zh"]).lower()
        later = word in {"after", "since", "以后", "之后", "后"}
        equal = word in {"since", "until"}
        holds = None if year is None else (year > bound if later else year < bound) or (equal and year == bound)
        reason = "" if holds else f"“{match.group()}” is not a fact of {place.item.title}"
        said.append(
            Claim(ClaimKind.NUMBER, match.start(), match.end(), match.group(), truth(holds), reason, (place.item.id,))
        )
    return said
