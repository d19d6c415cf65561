"""What is said of genres, moods and origins: asked for, offered as alternatives, kept away, leaned to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from palate.agent.draft import Draft, once
from palate.agent.lexicon import Hit, Meaning
from palate.domain import Constraint, Entity, Op

_MY_FAMILY = re.compile(r"\b(?:my|our|the|your|whole)\s+(?:whole )?$|(?:全|我)$|和$|跟$", re.I)
_SPOKEN = re.compile(r"\b(?:in|speaking|spoken|subtitled in)\s*$", re.I)
_SETTING = re.compile(r"\b(?:set|takes? place|happens?|about|in love with)(?: in)?(?: the)?\s*$", re.I)
_ALTERNATIVES = re.compile(
    r"\s*(?:films?|movies?|片|电影)?\s*(?:,|/|、|\bor\b|或者?|还是|,\s*or)\s*(?:an? |some )?", re.I
)
_PLURAL_AND = re.compile(r"s\s*(?:films?|movies?)?\s*(?:and|,|&)\s*$", re.I)


def take_attributes(text: str, hits: Sequence[Hit], against: frozenset[int], draft: Draft) -> None:
    """Put the genres, moods and origins of `hits` into the draft; `against` are the places of those negated."""
    genres: list[tuple[Hit, tuple[str, ...]]] = []
    countries: list[str] = []
    languages: list[str] = []
    moods: list[tuple[str, ...]] = []
    spoken_only = False
    for hit in hits:
        meaning = meant(text, hit)
        no = hit.start in against
        if meaning.kind == "genre" and "Family" in meaning.genres and _MY_FAMILY.search(text[: hit.start]):
            meaning = Meaning("mood", genres=("Family",), against=("Horror",))
        if meaning.kind == "genre":
            if no:
                draft.constraints.append(Constraint("genre", Op.NONE, meaning.genres))
            elif re.search(r"\b(?:less)\s*$|(?:少一?点|别太)$", text[: hit.start], re.I):
                draft.unwanted += [Entity("genre", genre) for genre in meaning.genres]
            else:
                genres.append((hit, meaning.genres))
                countries += meaning.countries
        elif meaning.kind == "mood":
            if not no:
                moods.append(meaning.genres)
            away = meaning.genres if no else meaning.against
            draft.unwanted += [Entity("genre", genre) for genre in away]
        elif meaning.kind == "kids" and not no:
            draft.constraints.append(Constraint("genre", Op.ANY, ("Family", "Animation")))
            draft.constraints.append(Constraint("genre", Op.NONE, ("Horror",)))
            draft.constraints.append(Constraint("rating", Op.NONE, ("R", "NC-17", "X")))
        elif meaning.kind == "violent":
            draft.unwanted += [Entity("genre", genre) for genre in ("Horror", "War", "Action", "Crime", "Thriller")]
        elif meaning.kind == "foreign":
            draft.constraints.append(Constraint("language", Op.NONE if not no else Op.ANY, ("English",)))
        elif meaning.kind in {"adjective", "place", "speech"} and not _SETTING.search(text[: hit.start]):
            if no:
                attribute, values = (
                    ("country", meaning.countries) if meaning.countries else ("language", meaning.languages)
                )
                draft.constraints.append(Constraint(attribute, Op.NONE, values))
            else:
                spoken_only = spoken_only or (
                    meaning.kind == "adjective" and bool(meaning.countries) and not meaning.languages
                )
                countries += meaning.countries
                languages += meaning.languages
    if countries:
        draft.constraints.append(Constraint("country", Op.ANY, once(countries)))
    if languages and not (spoken_only and countries):
        draft.constraints.append(Constraint("language", Op.ANY, once(languages)))
    required = {genre for _, names in genres for genre in names}
    # "A warm family comedy": the mood's other genres would push aside what was asked for.
    draft.wanted += [Entity("genre", genre) for mood in moods if not required & set(mood) for genre in mood]
    if genres:
        draft.constraints.append(_genre_constraint(text, genres))


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


def _genre_constraint(text: str, genres: Sequence[tuple[Hit, tuple[str, ...]]]) -> Constraint:
    """All of the genres, unless they are offered as alternatives: "comedy or drama", "comedies and thrillers"."""
    values = once(g for _, names in genres for g in names)
    gaps = [(text[: b.start], text[a.end : b.start]) for (a, _), (b, _) in pairwise(genres)]
    either = any(
        (_ALTERNATIVES.fullmatch(gap) and ("," not in gap or "or" in gap)) or _PLURAL_AND.search(before)
        for before, gap in gaps
    )
    return Constraint("genre", Op.ANY if either and len(values) > 1 else Op.ALL, values)
