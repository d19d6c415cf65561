"""What is said of the values, moods and origins of a vocabulary: asked for, alternatives, kept away, leaned to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from palate.agent.reading.draft import Draft, once
from palate.agent.reading.lexicon import Hit, Meaning
from palate.domain import Constraint, Entity, Op

_MY_FAMILY = re.compile(r"\b(?:my|our|the|your|whole)\s+(?:whole )?$|(?:全|我)$|和$|跟$", re.I)
_SPOKEN = re.compile(r"\b(?:in|speaking|spoken|subtitled in)\s+(?:[A-Za-z]+ ?(?:,|or|and|/) ?)*$", re.I)
_SETTING = re.compile(
    r"\b(?:set|takes? place|happens?|(?<!how )(?<!what )about|in love with)(?: in)?(?: the)?\s*$", re.I
)
_ALTERNATIVES = re.compile(
    r"\s*(?:films?|movies?|片|电影)?\s*(?:,|/|、|\bor\b|或者?|还是|,\s*or)\s*(?:an? |some )?", re.I
)
_PLURAL_AND = re.compile(r"s\s*(?:films?|movies?)?\s*(?:and|,|&)\s*$", re.I)
_AROUND = 24
_CONCEDED = re.compile(
    r"(?:don['’]?t mind|ok(?:ay)? with|fine with|happy with|no problem with|can (?:do|handle|live with)|不介意|可以接受)[^\n]*\n|\n\s*(?:is|are|would be|也|都)?\s*(?:totally |perfectly )?(?:fine|ok(?:ay)?|alright|all right|no problem|可以|行|没问题|没关系|无所谓)",
    re.I,
)
"""Before and after a word: it may be so, and need not."""
_LESS = re.compile(r"\b(?:less)\s*$|(?:少一?点|别太)$", re.I)


def take_attributes(
    text: str, hits: Sequence[Hit], against: frozenset[int], kin: Sequence[Meaning], draft: Draft
) -> None:
    """Put the values, moods and origins of `hits` into the draft; `against` are the places of those negated.

    `kin` are the meanings that a word of the family takes after "my": who is there, not what is wanted.
    """
    asked: dict[str, list[tuple[Hit, tuple[str, ...]]]] = {}
    besides: dict[str, list[str]] = {}
    spoken: list[Entity] = []
    moods: list[tuple[Entity, ...]] = []
    one_land = False
    foreign: list[Constraint] = []
    for hit in hits:
        meaning = meant(text, hit)
        no = hit.start in against
        if meaning.kind == "value" and _MY_FAMILY.search(text[: hit.start]):
            meaning = next((m for m in kin if set(m.values) <= set(meaning.values)), meaning)
        if meaning.kind == "value":
            relation = meaning.values[0].relation
            values = meaning.names(relation)
            if no:
                draft.constraints.append(Constraint(relation, Op.NONE, values))
            elif _LESS.search(text[: hit.start]):
                draft.unwanted += [Entity(relation, value) for value in values]
            else:
                asked.setdefault(relation, []).append((hit, values))
                for entity in meaning.values[len(values) :]:
                    besides.setdefault(entity.relation, []).append(entity.value)
        elif meaning.kind == "mood":
            if not no:
                moods.append(meaning.values)
            draft.unwanted += meaning.values if no else meaning.against
        elif meaning.kind == "required" and not no:
            draft.constraints += meaning.constraints
        elif meaning.kind == "less":
            draft.unwanted += meaning.against
        elif meaning.kind == "foreign" and not _CONCEDED.search(
            f"{text[: hit.start][-_AROUND:]}\n{text[hit.end :][:_AROUND]}"
        ):
            foreign.append(_of(meaning.spoken, Op.NONE if not no else Op.ANY))
        elif meaning.kind in {"adjective", "place", "speech"}:
            if _SETTING.search(text[: hit.start]):
                draft.about.append(hit.text)
                continue
            if no:
                draft.constraints.append(_of(meaning.values or meaning.spoken, Op.NONE))
            else:
                # "An Indian or a French film" is not in French.
                one_land = one_land or (meaning.kind == "adjective" and bool(meaning.values) and not meaning.spoken)
                for entity in meaning.values:
                    besides.setdefault(entity.relation, []).append(entity.value)
                spoken += meaning.spoken
    draft.constraints += [Constraint(relation, Op.ANY, once(values)) for relation, values in besides.items()]
    if spoken and not (one_land and besides):
        draft.constraints.append(_of(once(spoken), Op.ANY))
    # "In German with subtitles" names the language already.
    draft.constraints += [] if spoken else foreign
    required = {Entity(relation, v) for relation, named in asked.items() for _, names in named for v in names}
    # "A warm family comedy": the mood's other genres would push aside what was asked for.
    draft.wanted += [entity for mood in moods if not required & set(mood) for entity in mood]
    draft.constraints += [_asked(text, relation, named) for relation, named in asked.items()]


def _of(entities: Sequence[Entity], op: Op) -> Constraint:
    return Constraint(entities[0].relation, op, tuple(entity.value for entity in entities))


def meant(text: str, hit: Hit) -> Meaning:
    """The use of a word that has several: "in French" is the language, "French" the origin."""
    if len(hit.meanings) == 1:
        return hit.meanings[0]
    speech = next((m for m in hit.meanings if m.kind == "speech"), None)
    if speech and (
        _SPOKEN.search(text[: hit.start]) or re.match(r"[- ](?:language|speaking)", text[hit.end :], re.I)
    ):
        return speech
    return hit.meanings[0]


def _asked(text: str, relation: str, named: Sequence[tuple[Hit, tuple[str, ...]]]) -> Constraint:
    """All of the values, unless they are offered as alternatives: "comedy or drama", "comedies and thrillers"."""
    values = once(value for _, names in named for value in names)
    gaps = [(text[: b.start], text[a.end : b.start]) for (a, _), (b, _) in pairwise(named)]
    either = any(
        (_ALTERNATIVES.fullmatch(gap) and ("," not in gap or "or" in gap)) or _PLURAL_AND.search(before)
        for before, gap in gaps
    )
    return Constraint(relation, Op.ANY if either and len(values) > 1 else Op.ALL, values)
