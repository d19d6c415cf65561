"""Awards, praise, stories: what only a number or nothing at all bears out."""

from __future__ import annotations

import re

from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing, truth
from palate.agent.speaking.claims.negation import cues
from palate.agent.speaking.claims.scene import Scene
from palate.domain import Recommendation

_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "一": 1,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
}
_GOOD = r"(?:match|fit|pick|choice|option|place to start|starting point)\b"
_PRAISE = re.compile(
    r"\b(?:masterpieces?|classics?|must[- ](?:see|watch|have)|best|better|brilliant|wonderful|amazing"
    r"|excellent|beloved"
    rf"|(?:good|great)(?! {_GOOD})|well(?![- ]+as\b)(?<!as well)"
    r"|(?:critics|people|reviewers|viewers|everyone|everybody|audiences|fans|many"
    r"|others) (?:\w+ )?(?:like[sd]?|love[sd]?|enjoy(?:ed)?|recommend(?:ed)?)"
    r"|(?:is|was|are|much|most|widely) (?:loved|liked|enjoyed|recommended)"
    r"|you(?:['’]ll| will| may| might| should| could| would)? (?:just )?(?:love|enjoy)|(?:will|may"
    r"|might|should|could) (?:also )?(?:like|enjoy|love))\b"
    r"|杰作|经典|神作|佳作|最好|更好|必看|精彩|出色|优秀|很棒|好看|广受|深受|备受|(?:人们|观众|影评人|大家|很多人)(?:都|也)?很?(?:喜欢|推荐|爱)(?!《|“|的)",
    re.I,
)
_MARKED = re.compile(r"%[^.;]*$")
_STORY = re.compile(
    r"\b(?:based on|true story|set in|set on|inspired by|adapt(?:ed|ation)|follows|tells?|plot"
    r"|revolves|centres|centers"
    r"|(?:film|movie|story|one|is|all|it['’]s) about)\b|讲述|讲的|故事|改编|真实|关于|背景设定",
    re.I,
)


def claims(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """What is claimed of an item's awards, worth and story."""
    said = _awards(text, place, scene)
    for kind, pattern in ((ClaimKind.WORTH, _PRAISE), (ClaimKind.STORY, _STORY)):
        for match in pattern.finditer(text):
            if any(claim.start < match.end() and match.start() < claim.end for claim in said):
                continue
            if kind is ClaimKind.WORTH and match.group().lower() == "good" and _MARKED.search(text[: match.start()]):
                continue
            reason = f"“{match.group()}” is not a fact of {place.item.title}"
            said.append(
                Claim(kind, match.start(), match.end(), match.group(), Standing.UNSUPPORTED, reason, (place.item.id,))
            )
    return said


def _awards(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """Such as “Won two Oscars”: by the number that the vocabulary names for it."""
    table = scene.wording.phrases.table("awards")
    if not table:
        return []
    said = []
    for match in re.finditer(table["won"], text, re.I):
        value = place.item.number(str(table["number"]))
        count = (match.groupdict().get("count") or match.groupdict().get("count_zh") or "").strip().lower()
        needed = _NUMBERS.get(count) or (int(count) if count.isdigit() else 0)
        denied = match["no"] is not None or any(b <= match.start() and match.start() - b < 12 for _, b in cues(text))
        holds: bool | None = None
        if value is not None:
            one = count in {"", "a", "an", "一"}
            holds = value >= 1 if one else value == needed
            holds = not holds if denied else holds
        reason = "" if holds else f"“{match.group().strip()}” is not a fact of {place.item.title}"
        start = next((a for a, b in cues(text) if b <= match.start() and match.start() - b < 12), match.start())
        said.append(Claim(ClaimKind.AWARD, start, match.end(), match.group(), truth(holds), reason, (place.item.id,)))
    return said
