"""The words that no other claim explains: harmless, words of the Facts, or not to be said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from palate.agent.speaking.claims import allowed
from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing
from palate.agent.speaking.claims.masked import SIGN
from palate.agent.speaking.claims.negation import cues
from palate.agent.speaking.claims.scene import Scene
from palate.agent.text import fold, words
from palate.domain import Recommendation

_QUOTED = re.compile(r"“[^”]{1,40}”|\"[^\"]{1,40}\"|「[^」]{1,40}」")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_HARMLESS = re.compile(
    r"\bas well(?: as)?\b|\bworth (?:a look|watching|considering|seeing)\b"
    r"|\bboth(?= (?:written|directed|directs|writes)\b)"
    r"|\bnot only\b|\bas you (?:like|wish|want|asked)\b|\bonly(?=\s*[$€£¥]?\d)"
    r"|\bjust(?=\s*[$€£¥]?\d)"
    r"|^\s*(?:first|second|third|next|finally|lastly|last)(?:ly)?,|\bone\b|\bthe (?:two|three|four|five)\b"
    r"|不仅|不只|只有?(?=\s*[$€£¥]?\d)|首先|其次|最后(?=[，,])|之一|同时|一同|一起|共同",
    re.I,
)
"""Words that claim nothing where they stand so."""
_WATCHED = re.compile(
    r"\b(?:than|more|most|less|least|only|alone|all|both|each|every|either|two|three|four|five|first|second|third|fourth"
    r"|fifth|last|next|same|common|similar(?:ly)?|alongside|together|especially|another|after|before|later|under|over)\b"
    r"|更|最|唯一|只有|都|均|全部|所有|同一|相同|一样|相似|类似|共同|第[一二三四五]|[两三四五][部位个座件]|[前后](?=[^，。]*上映)",
    re.I,
)
"""Harmless-looking words that set an item beside others; nothing has borne them out if they are left."""
_MARKS = re.compile(r"[|<>{}\[\]\\^~=#*_`]|https?:|www\.")


def claims(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """The words of `text` that may not be said of an item; what other claims explain is blanked in it."""
    text = re.sub(SIGN, " ", text)
    said: list[Claim] = []
    for match in _MARKS.finditer(text):
        said.append(_unsupported(match.start(), match.end(), match.group(), place))
    left = _HARMLESS.sub(lambda match: " " * len(match.group()), text)
    for start, end in cues(left):
        said.append(_unsupported(start, end, left[start:end], place))
    for match in _WATCHED.finditer(left):
        said.append(_unsupported(match.start(), match.end(), match.group(), place))
    found = _found_by(place, text, scene)
    facts = scene.words(place) | {part for word in found for part in fold(word).split()}
    for word in words(left):
        if not word.fold.isdigit() and word.fold not in scene.glue and word.fold not in facts:
            said.append(_unsupported(word.start, word.end, word.text, place))
    if not _CHINESE.search(left):
        return said
    known = scene.chinese(place) | {part for word in found for part in _CHINESE.findall(word)}
    for phrase in sorted(scene.glue_zh | known, key=len, reverse=True):
        left = left.replace(phrase, " " * len(phrase))
    said += [_unsupported(m.start(), m.end(), m.group(), place) for m in _CHINESE.finditer(left)]
    return said


def _found_by(place: Recommendation, text: str, scene: Scene) -> list[str]:
    """The words of the search that may be said: those of the person, and in quotation marks."""
    said = scene.said.casefold() + " ".join(match.group() for match in _QUOTED.finditer(text)).casefold()
    return [f.value for f in place.facts if f.relation == allowed.FOUND_BY and f.value.casefold() in said]


def _unsupported(start: int, end: int, text: str, place: Recommendation) -> Claim:
    return Claim(
        ClaimKind.WORD, start, end, text, Standing.UNSUPPORTED, f"“{text}” is not supported", (place.item.id,)
    )


def without(text: str, claims: Sequence[Claim]) -> str:
    """`text` with spaces where claims stand."""
    kept = list(text)
    for claim in claims:
        kept[claim.start : claim.end] = " " * (claim.end - claim.start)
    return "".join(kept)
