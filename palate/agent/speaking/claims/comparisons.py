"""Comparisons in numbers: "longer than Heat", "the cheapest of these", 比《Heat》更长, 这几部里最早的.

Both numbers must be known. Equal ones make neither item longer, and no item the longest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing, truth
from palate.agent.speaking.claims.dimensions import Dimension, known, value
from palate.agent.speaking.claims.masked import SIGN, Masked
from palate.agent.speaking.claims.scene import Scene
from palate.domain import Item, Recommendation

Judge = Callable[[str, Recommendation, Masked, Scene], Standing]
_NUMBER = r"(?P<amount>\d+(?:[.,]\d+)*|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_WORDS = {
    w: i
    for i, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
} | {
    "a": 1,
    "an": 1,
}
_OTHERS = (
    r"(?P<others>(?:all )?(?:of )?(?:the )?(?:other (?:two|three|four|ones?|films?|products?)|others|other|rest))"
)
_OTHERS_ZH = r"(?P<others_zh>其他|其它|其余|另外?)(?:的|那|这)?(?:[几两三四]?[部件个款本])?(?:都|均|全)?"
_CAME = r"(?:(?:(?:is|was|were|are) )?(?:came out|come out|comes out|released|made|appeared|from) )?"
_NOT = re.compile(r"(?:\bnot|n['’]t|\bno|\bnever)\s*(?:\w+\s)?$", re.I)
SCOPE = (
    r"(?:here|of (?:these|them|those|all|the (?:two|three|four|five|lot|bunch|group))"
    r"(?: (?:films?|movies?|products?|picks?|ones?))?(?: here)?"
    r"|among (?:these|them)|(?:on|in) (?:this|the|my) (?:list|selection|slate)|in the group)"
)
SCOPE_ZH = (
    r"(?:(?:在)?这(?:几|些|两|三|四|五|\d)\s?(?:[部件个款本])?(?:影片|片子|电影|商品)?(?:里面?|之?中|当中)?"
    r"|(?:其|当)中|它们(?:中|里)?|这里)"
)
_WHOLE = re.compile(
    r"\b(?:in the (?:catalogue|shop|store|world)|ever|of all time|anywhere|in history)\b|史上|有史以来|(?:片库"
    r"|目录|店|全库)(?:里|中)|全目录",
    re.I,
)
"""A claim over more than the slate."""


def claims(masked: Masked, scene: Scene, judge: Judge) -> list[Claim]:
    """The comparisons of a sentence; what they are made of is blanked in it."""
    said: list[Claim] = []
    for find in (_equal, _than, _superlatives):
        said += find(masked, scene, judge)
    return said


def whole(text: str) -> bool:
    """Whether a text speaks of more than the slate."""
    return bool(_WHOLE.search(text))


@cache
def _than_patterns(dimension: Dimension) -> Sequence[re.Pattern[str]]:
    """The ways to say that something has more, or less, than another."""
    unit = dimension.unit or r"(?!)"
    much = rf"(?:{_NUMBER} (?:{unit})(?: \w+ly)? |(?P<money>[$€£¥]\s?\d+(?:[.,]\d+)*) )?"
    words = (
        rf"(?P<word>{dimension.than})(?: in \w+)? than"
        rf"|{_CAME}{much.replace('amount', 'amount2').replace('money', 'money2')}{dimension.when}"
    )
    english = (
        rf"(?:\b(?P<not>not|no|never) |(?<=n['’]t) )?(?<![\w.]){much}(?:{words}) (?:{_OTHERS}"
        rf"|(?P<sign>{SIGN}))(?:[’']s)?"
    )
    marked, bare = _marked(dimension)
    amount = rf"(?:多?\s?(?P<amount_zh>\d+)\s?(?:{unit}))?"
    chinese = (
        rf"(?P<no>不|并不)?[比较](?:{_OTHERS_ZH}|(?P<sign_zh>{SIGN}))的?{marked}(?:都|还|也)*(?:更|还要|要"
        rf"|还)?的?(?:{bare}){amount}(?:一些|一点|些)?"
    )
    # "Not as long as", said with 没有.
    short_of = rf"(?P<short>没有?)(?P<sign_zh>{SIGN})(?:那么|这么)?(?:{bare})"
    return [re.compile(pattern, re.I) for pattern in (english, chinese, short_of)]


def _than(masked: Masked, scene: Scene, _: Judge) -> list[Claim]:
    said = []
    for dimension in known():
        for pattern in _than_patterns(dimension):
            for match in list(pattern.finditer(masked.text)):
                subjects = _before(masked, match)
                said.append(_compared(match, dimension, subjects, masked, scene))
                masked.blank(match.start(), match.end())
    return said


def _marked(dimension: Dimension) -> tuple[str, str]:
    """评分高 is said 评分比…高, and also 比…评分高."""
    if not dimension.zh.startswith("(?:评分"):
        return "", dimension.zh
    return r"(?:评分|好评率|口碑|得分)?", dimension.zh[-1]


def _before(masked: Masked, match: re.Match[str]) -> tuple[Recommendation, ...]:
    """Whom a comparison speaks of: the group before it, never the one it is compared with."""
    groups = match.groupdict()
    name = "sign" if groups.get("sign") else "sign_zh"
    target = match.start(name) if groups.get(name) else -1
    earlier = [group for group in masked.groups() if group[0] < match.start()]
    later = [group for group in masked.groups() if group[0] >= match.end() and group[0] != target]
    if earlier:
        return earlier[-1][2]
    return later[0][2] if later else masked.before


def _compared(
    match: re.Match[str], dimension: Dimension, subjects: Sequence[Recommendation], masked: Masked, scene: Scene
) -> Claim:
    groups = match.groupdict()
    sign = groups.get("sign") or groups.get("sign_zh")
    if sign:
        item = masked.mention(sign).item
        others: list[Item | None] = [item]
    else:
        others = [place.item for place in scene.slate if place not in subjects]
    denied = bool(groups.get("no") or groups.get("not")) or bool(_NOT.search(masked.text[: match.start()]))
    amount = _amount(groups)
    answers: list[bool | None] = []
    for subject in subjects:
        for other in others:
            a = value(subject.item, dimension, scene.wording)
            b = None if other is None else value(other, dimension, scene.wording)
            if a is None or b is None:
                answers.append(None)
                continue
            holds = (a > b) if dimension.up is not bool(groups.get("short")) else (a < b)
            if amount is not None:
                holds = holds and abs(abs(a - b) - amount) < 0.006
            answers.append(holds != denied)
    return _claim(ClaimKind.COMPARISON, match, answers, subjects, masked)


def _amount(groups: dict[str, str | None]) -> float | None:
    said = next(
        (groups[name] for name in ("amount", "amount2", "amount_zh", "money", "money2") if groups.get(name)), ""
    )
    if not said:
        return None
    digits = re.search(r"\d+(?:[.,]\d+)*", said)
    return float(digits.group().replace(",", "")) if digits else float(_WORDS[said.lower()])


def _claim(
    kind: ClaimKind,
    match: re.Match[str],
    answers: Sequence[bool | None],
    subjects: Sequence[Recommendation],
    masked: Masked,
) -> Claim:
    holds = None if not answers or None in answers else all(answers)
    holds = False if False in answers else holds
    said = re.sub(SIGN, lambda sign: masked.mention(sign.group()).title, match.group()).strip()
    reason = "" if holds else f"“{said}” is not borne out by the numbers"
    items = tuple(place.item.id for place in subjects)
    return Claim(kind, match.start(), match.end(), said, truth(holds), reason, items)


@cache
def _equal_patterns(dimension: Dimension) -> Sequence[re.Pattern[str]]:
    """The ways to say that something has as much as another."""
    plain = {"longer": "long", "newer": "new|recent", "older": "old", "cheaper": "cheap", "heavier": "heavy"}
    noun = {"longer": "length|runtime|running time", "newer": "year", "cheaper": "price", "heavier": "weight"}
    adjective = next((plain[w] for w in plain if dimension.than.startswith(w)), "")
    named = next((noun[w] for w in noun if dimension.than.startswith(w)), "")
    if not adjective:
        return []
    same = rf"|(?:of |from |in |at )?the same (?:{named}) as (?P<sign2>{SIGN})" if named else ""
    english = rf"\bas (?:{adjective}) as (?P<sign>{SIGN}){same}"
    chinese = rf"[和与跟同](?P<sign>{SIGN})(?:一样|同样)的?(?:{dimension.zh})"
    return [re.compile(pattern, re.I) for pattern in (english, chinese)]


def _equal(masked: Masked, scene: Scene, _: Judge) -> list[Claim]:
    """Such as “As long as Heat”, "the same year as Heat", 和《Heat》一样长."""
    said = []
    for dimension in known():
        for pattern in _equal_patterns(dimension):
            for match in list(pattern.finditer(masked.text)):
                sign = match["sign"] or match.groupdict().get("sign2") or ""
                other, subjects = masked.mention(sign).item, _before(masked, match)
                answers: list[bool | None] = []
                for place in subjects:
                    a = value(place.item, dimension, scene.wording)
                    b = None if other is None else value(other, dimension, scene.wording)
                    answers.append(None if a is None or b is None else (a == b))
                said.append(_claim(ClaimKind.COMPARISON, match, answers, subjects, masked))
                masked.blank(match.start(), match.end())
    return said


@cache
def _superlative_patterns(dimension: Dimension) -> Sequence[re.Pattern[str]]:
    """The ways to say that something has the most."""
    marked, bare = _marked(dimension)
    english = (
        rf"\b(?:the "
        rf"|its )?(?P<word>{dimension.most})(?P<kind>(?: [\w-]+){{0,3}}?)(?: (?P<scope>{SCOPE})"
        rf"|(?P<one> one\b)|(?=\s*(?:[,.;!?]|$|and\b|with\b|at\b)))"
    )
    chinese = (
        rf"(?P<scope>{SCOPE_ZH})?的?{marked.rstrip('?')}最(?P<word>{bare})的?(?P<kind>[^，。；！？,.是]{{0,6}}?)(?:(?:那|这"
        rf"|的)?一?[部件个款本](?:影片|电影|片子|商品)?|的)?(?=[，。；！？,.]|$|是\s*{SIGN})"
    )
    return [re.compile(pattern, re.I) for pattern in (english, chinese)]


def _superlatives(masked: Masked, scene: Scene, judge: Judge) -> list[Claim]:
    said = []
    for dimension in known():
        for pattern in _superlative_patterns(dimension):
            for match in list(pattern.finditer(masked.text)):
                subjects = _before(masked, match)
                said.append(_extreme(match, dimension, subjects, masked, scene, judge))
                masked.blank(match.start(), match.end())
    return said


def _extreme(
    match: re.Match[str],
    dimension: Dimension,
    subjects: Sequence[Recommendation],
    masked: Masked,
    scene: Scene,
    judge: Judge,
) -> Claim:
    """Whether one item has more of a number than every other of the slate that is of the kind named."""
    kind = re.sub(
        r"\b(?:one|ones|film|films|movie|movies|product|products|item|items|of)\b", " ", match["kind"]
    ).strip()
    kind = "" if kind in {"影片", "电影", "片子", "商品", "片"} else kind
    ranked = re.search(r"(?:\b(?:second|third|2nd|3rd|next)[ -]|\bone of )$|之一", masked.text[: match.start()] + "")
    unscoped = bool(kind) and not match["scope"]
    if len(subjects) != 1 or ranked or unscoped or whole(masked.text):
        return _claim(ClaimKind.SUPERLATIVE, match, [None], subjects, masked)
    subject = subjects[0]
    rivals = [p for p in scene.slate if p is not subject]
    if kind:
        rivals = [p for p in rivals if judge(kind, p, masked, scene) is not Standing.CONTRADICTED]
    mine = value(subject.item, dimension, scene.wording)
    answers: list[bool | None] = [judge(kind, subject, masked, scene) is Standing.SUPPORTED] if kind else []
    for rival in rivals:
        theirs = value(rival.item, dimension, scene.wording)
        known_both = mine is not None and theirs is not None
        answers.append(((mine > theirs) if dimension.up else (mine < theirs)) if known_both else None)  # type: ignore[operator]
    return _claim(ClaimKind.SUPERLATIVE, match, answers or [None], subjects, masked)
