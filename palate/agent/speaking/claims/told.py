"""Why an item is there in words of its own: "few people know it yet", "40 people who liked Heat liked it too"."""

from __future__ import annotations

import re

from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing
from palate.agent.speaking.claims.masked import SIGN, Masked
from palate.agent.speaking.claims.scene import Scene
from palate.agent.text import plain
from palate.domain import Recommendation

_TOLD: dict[str, re.Pattern[str]] = {
    relation: re.compile(pattern, re.I)
    for relation, pattern in {
        "rare": r"\b(?:few people know\s+(?:it\b|this one\b)?(?:\s*yet)?|(?:still )?little known"
        r"|known to few(?: people)?(?: so far)?"
        r"|something new(?: to (?:most|try))?)\b"
        r"|知道的人还?不多|还?少有人知道?|新鲜(?:一点|些)?的?选择|试试新的|换个口味",
        "recent": r"\b(?:it is |is )?(?:one of )?the newest here\b|\bnew here\b|是?这里最新的之一",
        "people_liked": rf"\b(?:(?P<count>[\d,]+) )?(?:people|others|viewers|someone) who (?:liked?"
        rf"|loved?) (?P<sign>{SIGN})"
        rf"(?:,? (?:also )?liked? (?:it|this one)?(?: too)?| as well)?|有?\s?(?P<count_zh>[\d,]+"
        rf"|一)?\s?[位个]?喜欢(?P<sign_zh>{SIGN})的人也喜欢它?",
        "talked_with": rf"\b(?:it )?often (?:comes up|is mentioned|mentioned|discussed"
        rf"|talked of)(?: \w+){{0,4}} (?P<sign>{SIGN})"
        rf"|人们(?:常|经常)?聊到(?P<sign_zh>{SIGN})时(?:也|常|会|都|往往)*提到它",
        "liked_with": rf"\b(?:it is |is )?(?:close to|like|near) (?P<sign>{SIGN})(?:,? which you (?:liked|like|love"
        rf"|loved))"
        rf"|[和与](?:你|您)喜欢的\s?(?P<sign_zh>{SIGN})(?:很|十分)?(?:接近|相近|相似|类似)",
        "path": rf"\bwith (?P<sign>{SIGN})(?:[^,.;“\"]{{0,12}}) has in common [“\"](?P<value>[^”\"]+)[”\"]"
        rf"|[和与](?P<sign_zh>{SIGN})都?\s*有\s*[“\"](?P<value_zh>[^”\"]+)[”\"]",
        "interest": r"\b(?:it )?(?:goes with|fits|suits) your taste\b|合(?:你|您)对[^，。]{1,30}的喜好",
    }.items()
}
"""By the relation of the Fact: the words that tell of it."""


def claims(text: str, place: Recommendation, masked: Masked, scene: Scene) -> list[Claim]:
    """The reasons that `text` gives for an item, each borne out by a Fact of that relation or not."""
    said = []
    for relation, pattern in _TOLD.items():
        for match in pattern.finditer(text):
            groups = match.groupdict()
            sign = groups.get("sign") or groups.get("sign_zh") or ""
            about = masked.mention(sign).title if sign else ""
            facts = [f for f in place.facts if f.relation == relation and (not about or f.about == about)]
            value = groups.get("value") or groups.get("value_zh") or ""
            facts = [f for f in facts if not value or plain(f.value) == value.strip()]
            count = (groups.get("count") or groups.get("count_zh") or "").replace(",", "")
            told = [f for f in facts if not count.isdigit() or f.value.replace(",", "") == count]
            if relation == "liked_with" and not told and scene.tied(place, about):
                # Something else joins the two: that is for the other kinds of claim.
                continue
            reason = (
                "" if told else f"“{re.sub(SIGN, about, match.group()).strip()}” is not a fact of {place.item.title}"
            )
            standing = Standing.SUPPORTED if told else Standing.UNSUPPORTED
            said.append(
                Claim(ClaimKind.REASON, match.start(), match.end(), match.group(), standing, reason, (place.item.id,))
            )
    return said
