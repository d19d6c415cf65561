"""People and brands, and what they are said to have done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing, truth
from palate.agent.speaking.claims.negation import governed
from palate.agent.speaking.claims.scene import Scene
from palate.agent.speaking.phrases import Phrases
from palate.agent.text import Span, apart, standing
from palate.domain import Recommendation

_RUN = re.compile(r"[\s,]*(?:(?:its|the|both|and|own)\s*)*|[、和并兼\s]*")
_AFTER = 12
"""Characters after a name in which its role may stand: 诺兰执导."""


def found(text: str, scene: Scene) -> list[Span]:
    """The names in `text`, in order; the whole name where one is in another."""
    if text not in scene.names:
        scene.names[text] = _found(text, scene)
    return list(scene.names[text])


def _found(text: str, scene: Scene) -> list[Span]:
    places: list[Span] = []
    low = text.casefold()
    for name, bare, sought in scene.sought:
        # Of a slate's casts, hundreds of names, hardly one is in a sentence.
        if sought not in low:
            continue
        for start, end in standing(bare, text):
            if apart(start, end, places):
                places.append(Span(name, start, end))
    for surname, name in scene.surnames.items():
        for start, end in standing(surname, text, exactly=True):
            if apart(start, end, places):
                places.append(Span(name, start, end))
    return sorted(places, key=lambda place: place.start)


def claims(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """Who is said to have made an item or to be in it, or not."""
    item, names = place.item, found(text, scene)
    against = governed(text, names)
    shared = {fact.value for fact in place.facts if fact.about}
    said = []
    for index, name in enumerate(names):
        roles = {relation for relation in scene.named if name.text in item.names(relation)}
        before = text[: name.start]
        in_path = before.endswith(": ") and any(value.endswith(f": {name.text}") for value in shared)
        claims_of = roles_claimed(text, name, scene)
        claimed = claims_of[-1] if claims_of else ""
        known = [relation for relation in ([claimed] if claimed else scene.named) if item.names(relation)]
        holds: bool | None
        if in_path or (not roles and name.text in shared):
            holds = True
        elif claimed:
            holds = roles.issuperset(claims_of) or (None if not known else False)
        else:
            holds = bool(roles) or (False if len(known) == len(scene.named) else None)
        denied = index in against.targets
        standing = truth(holds if holds is None or not denied else not holds)
        reason = ""
        if standing is not Standing.SUPPORTED:
            reason = f"{name.text} is not in the facts of {item.title}"
            reason = f"{name.text} is not the {claimed} of {item.title}" if roles and not denied else reason
            reason = f"{name.text} is of {item.title}" if denied and holds else reason
        kind = ClaimKind.NEGATION if denied else ClaimKind.PERSON
        said.append(Claim(kind, name.start, name.end, name.text, standing, reason, (item.id,)))
    return said + [Claim(ClaimKind.NEGATION, a, b, text[a:b], Standing.SUPPORTED) for a, b in against.cues]


def roles_claimed(text: str, name: Span, scene: Scene) -> list[str]:
    """The relations that the words around a name claim: after it, else before it, "stars its director" being two."""
    table = _roles(scene.wording.phrases)
    after = text[name.end : name.end + _AFTER]
    said = next((relation for relation, (_, end) in table.items() if end is not None and end.match(after)), "")
    if said:
        return [said]
    before = text[: name.start]
    found = sorted(
        (m.end(), m.start(), relation) for relation, (start, _) in table.items() for m in start.finditer(before)
    )
    # "By" is part of "written by".
    found = [one for one in found if not any(o != one and o[1] <= one[1] and one[0] <= o[0] for o in found)]
    claimed: list[str] = []
    place = name.start
    for end, start, relation in reversed(found):
        if claimed and not _RUN.fullmatch(before[end:place]):
            break
        claimed.insert(0, relation)
        place = start
    return claimed


@cache
def _patterns(rows: tuple[tuple[str, str, str], ...]) -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    return {
        relation: (re.compile(before, re.I), re.compile(after, re.I) if after else None)
        for relation, before, after in rows
    }


def _roles(phrases: Phrases) -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
    """By relation: the words that claim it before a name, and after one."""
    table = phrases.table("roles")
    return _patterns(tuple((relation, said["before"], said["after"]) for relation, said in table.items()))
