"""Genres, origins, colours and the like: what the catalogue has values for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from palate.agent.reading.lexicon import Hit, Meaning
from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing, truth
from palate.agent.speaking.claims.negation import governed
from palate.agent.speaking.claims.people import found as named
from palate.agent.speaking.claims.scene import Scene, Value
from palate.agent.text import Placed, apart
from palate.domain import Item, Op, Recommendation

_TONGUE = re.compile(r"[- ](?:language|speaking|dialogue)\b", re.I)
_TRUE_KINDS = frozenset({"value", "any", "adjective", "place", "speech"})


def claims(text: str, place: Recommendation, scene: Scene) -> list[Claim]:
    """The values that are claimed of an item, or denied to it."""
    item = place.item
    names = named(text, scene)
    hits: list[Hit | Value] = [hit for hit in scene.hits(text) if apart(hit.start, hit.end, names)]
    # The "Gore" of Gore Verbinski says nothing of the film.
    hits += [value for value in scene.values(text) if apart(value.start, value.end, [*names, *hits])]
    hits.sort(key=lambda hit: hit.start)
    against = governed(text, hits)
    said = []
    for index, hit in enumerate(hits):
        holds = _holds(hit, item, scene, spoken=bool(_TONGUE.match(text[hit.end :])))
        denied = index in against.targets
        standing = truth(holds if holds is None or not denied else not holds)
        reason = ""
        if standing is not Standing.SUPPORTED:
            reason = (
                f"{item.title} is {hit.text}" if denied and holds else f"“{hit.text}” is not a fact of {item.title}"
            )
        kind = ClaimKind.NEGATION if denied else ClaimKind.ATTRIBUTE
        said.append(Claim(kind, hit.start, hit.end, hit.text, standing, reason, (item.id,)))
    said += _cues(against.cues, said, text)
    return said


def _cues(cues: Iterable[tuple[int, int]], said: list[Claim], text: str) -> list[Claim]:
    """The words of negation themselves, borne out by what they govern."""
    return [Claim(ClaimKind.NEGATION, a, b, text[a:b], Standing.SUPPORTED) for a, b in cues]


def _holds(hit: Hit | Value, item: Item, scene: Scene, *, spoken: bool) -> bool | None:
    """Whether a word is true of an item; None where the catalogue does not know, or has no such thing.

    `spoken`: it is said of the language, "French-language".
    """
    if isinstance(hit, Value):
        return scene.has(item, hit.meanings)
    meanings = hit.meanings
    if spoken and any(meaning.spoken for meaning in meanings):
        meanings = tuple(Meaning("speech", spoken=meaning.spoken) for meaning in meanings if meaning.spoken)
    answers = [_meant(meaning, item) for meaning in meanings]
    if True in answers:
        return True
    return False if answers and None not in answers else None


def _meant(meaning: Meaning, item: Item) -> bool | None:
    if meaning.kind == "required":
        return _meets(meaning, item)
    if meaning.kind not in _TRUE_KINDS:
        return None
    if meaning.holds(item):
        return True
    entities = sorted((*meaning.values, *meaning.spoken), key=lambda entity: entity.relation)
    relations = [relation for relation, _ in groupby(entities, key=lambda entity: entity.relation)]
    return False if relations and all(item.names(relation) for relation in relations) else None


def _meets(meaning: Meaning, item: Item) -> bool | None:
    """Whether an item meets all that a phrase asks for ("for kids"), as far as everything is known."""
    if not all(item.names(wish.attribute) for wish in meaning.constraints):
        return None
    return all(
        (set(wish.values) & set(item.names(wish.attribute)) == set()) is (wish.op is Op.NONE)
        for wish in meaning.constraints
    )


def spans(text: str, scene: Scene) -> list[Placed]:
    """Where values stand in a text."""
    return [*scene.hits(text), *scene.values(text)]
