"""What an item has in common with another, and that it is like it: only where a Fact joins the two."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from palate.agent.speaking.claims import people
from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing, truth
from palate.agent.speaking.claims.masked import SIGN, Masked, Mention, Part
from palate.agent.speaking.claims.scene import Scene
from palate.agent.speaking.wording import Wording
from palate.domain import Recommendation, Sort

_LIKE = re.compile(
    r"\b(?:similar(?:ly)?|alike|reminiscent|close to|near to|in the (?:style|vein|spirit) of|along the lines of)\b"
    r"|(?<!you )\blike(?=\s*[\ue000-\uf8ff])|相似|类似|相近|接近(?!于? ?\d)|像|一样|相同|同样",
    re.I,
)
_TIE = re.compile(
    r"\balso\b|\b(?:director|writer|star|author|designer|maker) of\b|\bas (?:in|with)\b|\btoo\b"
    r"|\bboth\b|\bfrom\b|也|同|都",
    re.I,
)
_AS_IN = re.compile(r"\b(?:as (?:in|with)|like)\s*$", re.I)
"""Before a title: everybody whom the sentence names is in both."""
_PLAYED = re.compile(
    r"(?:\b(?:starring|stars|featuring|features|(?:directed|written|made|produced|acted|designed) by)|由)"
    rf"\s*{SIGN}(?!['’]s)|{SIGN}\s*(?:主演|执导|导演的)",
    re.I,
)
"""A title in the place of somebody's name."""
_CATALOGUES = 8
"""Wordings whose patterns are kept at hand."""
_OWN = re.compile(r"its\b", re.I)
"""Of a single item: "stars its director"."""
_SAME = r"\b(?:same|shared?s?|in common)\b[^.;,]*\b{0}|共同的?{1}|同一?[个位部种]?{1}|{1}相同|相同的?{1}"


def claims(part: Part, place: Recommendation, masked: Masked, scene: Scene) -> list[Claim]:
    """What is said to join an item to the others that a part of a sentence names, or to its fellows."""
    text = part.text
    others = [masked.mention(sign.group()) for sign in re.finditer(SIGN, text)]
    said = _same(text, place, part, others, scene)
    said += _tied(text, place, others, scene)
    for match in _PLAYED.finditer(text):
        reason = "a title is nobody's name"
        said.append(Claim(ClaimKind.PERSON, match.start(), match.end(), match.group(), Standing.CONTRADICTED, reason))
    if others:
        loose = [
            other
            for other in others
            if not scene.tied(place, other.title) and not _in_both(text, place, other, scene)
        ]
        ok, titles = not loose, ", ".join(other.title for other in loose)
        reason = "" if ok else f"{place.item.title} has nothing in common with {titles}"
        # What the catalogue does not say may still be so.
        standing = Standing.SUPPORTED if ok else Standing.UNSUPPORTED
        for sign in re.finditer(SIGN, text):
            kind = ClaimKind.LIKENESS
            said.append(Claim(kind, sign.start(), sign.end(), titles, standing, reason, (place.item.id,)))
    for match in _LIKE.finditer(text):
        if not others and not part.fellows and not any(c.start <= match.start() < c.end for c in said):
            reason = f"“{match.group()}” is not a fact of {place.item.title}"
            said.append(
                Claim(ClaimKind.LIKENESS, match.start(), match.end(), match.group(), Standing.UNSUPPORTED, reason)
            )
    return said


def _same(text: str, place: Recommendation, part: Part, others: Sequence[Mention], scene: Scene) -> list[Claim]:
    """Such as “The same director”: a Fact about the other item, or a value that all of a group have."""
    said = []
    for relation, pattern in _patterns(scene.wording).items():
        match = pattern.search(text)
        if not match or (_OWN.match(match.group()) and not others):
            continue
        title = place.item.title
        holds: bool | None
        if others:
            told = {f.about for f in place.facts if f.relation == f"shares:{relation}"}
            mine = set(place.item.names(relation))
            answers = [
                o.title in told or (bool(mine & set(o.item.names(relation))) if o.item else None) for o in others
            ]
            holds = None if None in answers else all(answers)
        else:
            items = [p.item for p in part.subjects] + [scene.fellow(item).item for item in part.fellows]
            values = [set(item.names(relation)) for item in items]
            holds = None if len(values) < 2 or not all(values) else bool(set.intersection(*values))
        reason = "" if holds else f"{title} has no {relation} in common with it"
        said.append(Claim(ClaimKind.SHARING, match.start(), match.end(), match.group(), truth(holds), reason))
    return said


@lru_cache(_CATALOGUES)
def _patterns(wording: Wording) -> Mapping[str, re.Pattern[str]]:
    """By relation: the words that claim it to be in common."""
    phrases = wording.phrases
    own = {relation: said["same"] for relation, said in phrases.table("roles").items()}
    for relation in wording.schema.relations:
        if relation not in own and wording.schema.sort(relation) is not Sort.CERTIFICATE:
            names = [phrases.of_relation(relation, language)["name"] for language in ("en", "zh")]
            own[relation] = _SAME.format(*(re.escape(name) for name in names))
    return {relation: re.compile(pattern, re.I) for relation, pattern in own.items()}


def _in_both(text: str, place: Recommendation, other: Mention, scene: Scene) -> bool:
    """Whether somebody whom the text names has to do with both items."""
    if other.item is None:
        return False
    theirs = {name for relation in scene.named for name in other.item.names(relation)}
    mine = {name for relation in scene.named for name in place.item.names(relation)}
    return any(name.text in theirs & mine for name in people.found(text, scene))


def _tied(text: str, place: Recommendation, others: Sequence[Mention], scene: Scene) -> list[Claim]:
    """Such as “By Michael Mann, the director of Heat”, "who is also in Heat": the person must be in both."""
    said: list[Claim] = []
    signs = list(re.finditer(SIGN, text))
    for sign, other in zip(signs, others, strict=True):
        names = people.found(text, scene)
        near = [n for n in names if n.end <= sign.start() and _TIE.search(text[n.end : sign.start()])]
        near += [n for n in names if n.start >= sign.end() and _TIE.search(text[sign.end() : n.start])]
        if _AS_IN.search(text[: sign.start()]):
            near = names
        for name in near if _AS_IN.search(text[: sign.start()]) else near[-1:]:
            facts = scene.tied(place, other.title)
            known = other.item is not None and any(name.text in other.item.names(r) for r in scene.named)
            ok = known or any(fact.value.endswith(name.text) for fact in facts)
            reason = "" if ok else f"{name.text} is not in the facts of {other.title}"
            said.append(Claim(ClaimKind.SHARING, name.start, name.end, name.text, truth(ok or None), reason))
    return said
