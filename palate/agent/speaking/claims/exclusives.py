"""That one item alone has something, and that both, all, each or some number of several have it.

Counted over the slate. What is claimed over the catalogue is never borne out: no Fact counts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing, truth
from palate.agent.speaking.claims.comparisons import SCOPE, SCOPE_ZH, Judge, whole
from palate.agent.speaking.claims.masked import SIGN, Masked
from palate.agent.speaking.claims.scene import Scene
from palate.domain import Recommendation

_STOP = r"(?:(?=[,.;!?，。；！？])|$)"
_NOUN = r"(?:one|ones|films?|movies?|products?|items?|picks?)"
_ONLY = (
    re.compile(rf"\b(?:is |was )?the (?:only|sole|single) (?P<what>[^,.;!?]*?){_STOP}", re.I),
    re.compile(rf"\b(?:only|just) (?P<sign>{SIGN}) (?P<what>[^,.;!?]*?){_STOP}", re.I),
    re.compile(rf"(?P<sign>{SIGN}) alone (?P<what>[^,.;!?]*?){_STOP}", re.I),
    re.compile(rf"(?P<scope>{SCOPE_ZH})?(?:里|中)?的?唯一(?P<what>[^，。；！？,.;]*?){_STOP}"),
    re.compile(rf"(?P<scope>{SCOPE_ZH})?只有(?P<sign>{SIGN})(?P<what>[^，。；！？,.;]*?){_STOP}"),
    re.compile(
        rf"(?P<sign>{SIGN})?[，,]?(?P<scope>{SCOPE_ZH})?只有这一?[部件个款本](?P<what>[^，。；！？,.;]*?){_STOP}"
    ),
)
_SOME = (
    re.compile(
        rf"\b(?:(?:only|just|exactly) )?(?P<count>one|two|three|four|five|most|half) "
        rf"(?:{_NOUN} )?(?P<scope>of (?:these|them"
        rf"|the (?:two|three|four|five)))"
        rf"(?: {_NOUN})? (?P<what>[^,.;!?]*?){_STOP}",
        re.I,
    ),
    re.compile(
        rf"\b(?:only|just) (?P<count>one|two|three|four|five) (?P<scope>of (?:these"
        rf"|them)) (?P<what>[^,.;!?]*?){_STOP}", re.I),
    re.compile(rf"(?:其中|当中|{SCOPE_ZH})(?:里|中)?(?:只)?有?\s?(?P<count>[一两二三四五\d]|大部分|多数)\s?[部件个款本](?P<what>[^，。；！？,.;]+?){_STOP}"),
)  # fmt: skip
_ALL = re.compile(
    r"\b(?P<both>both)(?! (?:written|directed|wrote|writes|directs)\b)(?: of (?:them|these))?\b"
    r"|\b(?:all|each|every one)(?: (?P<n>two|three|four"
    r"|five))?(?: of (?:these|them|the (?P<m>two|three|four|five)))?"
    r"(?: (?:films?|movies?|products?|items?|picks?))?\b"
    r"|(?:这)?(?P<zh>[两三四五\d])\s?[部件个款本](?:影片|电影|商品)?(?:全)?都|每一?[部件个款本](?:都)?|(?:全部|全都|都|均|一样|同样)",
    re.I,
)
_LED = re.compile(rf"^\s*(?:{SCOPE},|{SCOPE_ZH}[，,])", re.I)
"""The scope at the beginning: "Of these, …"."""
_NUMBERED = re.compile(
    r"\b(?P<en>two|three|four|five) (?:films?|movies?|products?|items?|picks?|matches|suggestions?)\b"
    r"|(?P<zh>[两三四五])[部件个款本](?:影片|电影|商品|作品)?",
    re.I,
)
"""A number of items that are spoken of."""
_WITH = re.compile(rf"(?:^|[，,；;])\s*[和与跟同]{SIGN}\s*$")
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_FILLER = re.compile(rf"^\s*(?:{_NOUN}\b)?\s*(?:(?:that|which|who) )?|\b{SCOPE}|{SCOPE_ZH}", re.I)
_ZH_FILLER = re.compile(r"^(?:的)?(?:一[部件个款本])?(?:的)?(?:是)?|^是|的$")


def claims(masked: Masked, scene: Scene, judge: Judge) -> list[Claim]:
    """The claims of a sentence about one alone, or about how many; what they are made of is blanked in it."""
    return [
        *_only(masked, scene, judge),
        *_some(masked, scene, judge),
        *_all(masked, scene),
        *_numbered(masked, scene),
    ]


def _only(masked: Masked, scene: Scene, judge: Judge) -> list[Claim]:
    said = []
    for pattern in _ONLY:
        for match in list(pattern.finditer(masked.text)):
            if match.start() == match.end() or re.match(r"\s*[$€£¥]?\s?\d", match["what"]):
                continue
            sign = match.groupdict().get("sign")
            owner = masked.mention(sign).place if sign else None
            subjects = (owner,) if owner else masked.subjects(match.start())
            scoped = bool(match.groupdict().get("scope")) or bool(re.search(SCOPE, match["what"], re.I))
            scoped = scoped or bool(_LED.search(masked.text[: match.start()]))
            scoped = (
                scoped or bool(sign) or "这一" in match.group() or bool(re.match(r"\s*one\b", match["what"], re.I))
            )
            what = _bare(match["what"])
            standing = Standing.UNSUPPORTED
            if scoped and len(subjects) == 1 and what and not whole(masked.text):
                standing = _alone(what, subjects[0], masked, scene, judge)
            text = re.sub(SIGN, lambda s: masked.mention(s.group()).title, match.group()).strip()
            reason = "" if standing is Standing.SUPPORTED else f"“{text}” is not borne out by the items shown"
            ids = tuple(place.item.id for place in subjects)
            said.append(Claim(ClaimKind.EXCLUSIVE, match.start(), match.end(), text, standing, reason, ids))
            if sign:
                masked.blank(match.start(), match.start("sign"))
            masked.blank(match.end("sign") if sign else match.start(), match.end())
    return said


def _alone(what: str, subject: Recommendation, masked: Masked, scene: Scene, judge: Judge) -> Standing:
    """Whether something is true of one item and known not to be of any other of the slate."""
    own = judge(what, subject, masked, scene)
    if own is not Standing.SUPPORTED:
        return own
    others = [judge(what, place, masked, scene) for place in scene.slate if place is not subject]
    if Standing.SUPPORTED in others:
        return Standing.CONTRADICTED
    return Standing.UNSUPPORTED if Standing.UNSUPPORTED in others else Standing.SUPPORTED


def _bare(what: str) -> str:
    said = _FILLER.sub(" ", what).strip()
    return _ZH_FILLER.sub("", _ZH_FILLER.sub("", said)).strip()


def _some(masked: Masked, scene: Scene, judge: Judge) -> list[Claim]:
    """Such as “Two of these are comedies”, 其中两部是喜剧."""
    said = []
    for pattern in _SOME:
        for match in list(pattern.finditer(masked.text)):
            what = _bare(match["what"])
            standings = [judge(what, place, masked, scene) for place in scene.slate] if what else []
            yes, unknown = standings.count(Standing.SUPPORTED), standings.count(Standing.UNSUPPORTED)
            word = match["count"].lower()
            holds: bool | None
            if word in {"most", "大部分", "多数"}:
                holds = 2 * yes > len(standings) or (None if unknown else False)
            elif word == "half":
                holds = None if unknown else 2 * yes == len(standings)
            else:
                number = _COUNTS.get(word) or int(word)
                holds = (None if unknown else yes == number) if yes <= number else False
            text = match.group().strip()
            reason = "" if holds else f"“{text}” is not borne out by the items shown"
            said.append(Claim(ClaimKind.QUANTITY, match.start(), match.end(), text, truth(holds), reason))
            masked.blank(match.start(), match.end())
    return said


def _all(masked: Masked, scene: Scene) -> list[Claim]:
    """Such as “Both”, "all three", 都: that as many are spoken of; what is said of them is judged for each."""
    said = []
    for match in list(_ALL.finditer(masked.text)):
        group = _group(masked, match.start())
        if _WITH.search(masked.text[: match.start()]):
            # 和《Heat》都有: what joins the two is judged by the Facts.
            said.append(Claim(ClaimKind.QUANTITY, match.start(), match.end(), match.group(), Standing.SUPPORTED))
            masked.blank(match.start(), match.end())
            continue
        size = len(group) if group else len(masked.before) or len(scene.slate)
        needed = 2 if match["both"] else _COUNTS.get((match["n"] or match["m"] or match["zh"] or "").lower(), 0)
        if needed and not group and len(scene.slate) == needed:
            size, masked.before = needed, ()
        elif not group and (not needed) and len(masked.before) < 2:
            size, masked.before = len(scene.slate), ()
        holds = size == needed if needed else size > 1
        text = match.group().strip()
        reason = "" if holds else f"“{text}” does not speak of {size}"
        said.append(Claim(ClaimKind.QUANTITY, match.start(), match.end(), text, truth(holds), reason))
        masked.blank(match.start(), match.end())
    return said


def _numbered(masked: Masked, scene: Scene) -> list[Claim]:
    """Such as “here are three films”: as many as the sentence names, or as the slate has."""
    said = []
    for match in list(_NUMBERED.finditer(masked.text)):
        named = len({id(mention.item) for _, mention in masked.signs() if mention.place})
        holds = _COUNTS[(match["en"] or match["zh"]).lower()] == (named if named > 1 else len(scene.slate))
        reason = "" if holds else f"“{match.group()}” does not count the items shown"
        said.append(Claim(ClaimKind.QUANTITY, match.start(), match.end(), match.group(), truth(holds), reason))
        masked.blank(match.start(), match.end())
    return said


def _group(masked: Masked, place: int) -> Sequence[object]:
    """The titles that "both" after them, or before them, speaks of."""
    groups = masked.groups()
    earlier = [group for group in groups if group[0] < place]
    chosen = earlier[-1] if earlier else groups[0] if groups else None
    return [*chosen[2], *chosen[3]] if chosen else []
