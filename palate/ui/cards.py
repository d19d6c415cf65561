"""What a card says: one `Recommendation` turned into the words that stand on it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Set
from dataclasses import dataclass

from palate.agent import wording
from palate.domain import ItemId, Kind, Recommendation, Slate
from palate.ui import words

_CAST, _GENRES = 3, 5
_PATTERNS = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A button on a card."""

    kind: str
    label: str
    pressed: bool


@dataclass(frozen=True, slots=True)
class Card:
    """The words on one card; plain text, the template escapes it."""

    id: ItemId
    place: int
    """1 for the first of the slate: "the second one" must be easy to say."""
    title: str
    initial: str
    hue: int
    """Degrees, 0 to 359, made from the title: a film keeps its colour."""
    pattern: int
    facts: tuple[str, ...]
    """Year, runtime, certificate, each as known; "certificate unknown" where it was asked about."""
    genres: str
    director: str
    cast: str
    percent: int | None
    score: str
    reasons: tuple[str, ...]
    more: tuple[tuple[str, str], ...]
    """Name and value of what unfolds."""
    choices: tuple[Choice, ...]
    disliked: bool


_CHOICES = ((Kind.LIKED, "Like"), (Kind.DISLIKED, "Not for me"), (Kind.SEEN, "Seen it"))
REACTIONS = frozenset(kind for kind, _ in _CHOICES)
"""The kinds that a card has a button for."""


def cards(slate: Slate, pressed: Mapping[ItemId, Set[Kind]]) -> tuple[Card, ...]:
    """Return the cards of a slate in its order; `pressed` says which buttons are down."""
    return tuple(
        _card(recommendation, place, pressed.get(recommendation.item.id, frozenset()))
        for place, recommendation in enumerate(slate.recommendations, start=1)
    )


def notes(slate: Slate) -> tuple[str, ...]:
    """Say what concerns a slate as a whole: what was left out, or how few meet everything."""
    found = len(slate.recommendations)
    if slate.relaxed:
        left_out = "; ".join(wording.constraint(one, "en") for one in slate.relaxed)
        return (f"Nothing in the catalogue meets everything you asked. Left out: {left_out}. These come nearest.",)
    if found and slate.matching <= found:
        return ("Only one meets everything you asked." if found == 1 else f"Only {found} meet everything you asked.",)
    return ()


def _card(recommendation: Recommendation, place: int, pressed: Set[Kind]) -> Card:
    item = recommendation.item
    seed = zlib.crc32(item.title.encode())
    runtime, score = item.number("runtime"), item.number("score")
    facts = [str(item.year)] if item.year is not None else []
    facts += [f"{runtime:.0f} min"] if runtime is not None else []
    facts += item.names("rating")[:1]
    facts += [words.unknown(attribute) for attribute in recommendation.unknown]
    return Card(
        id=item.id,
        place=place,
        title=item.title,
        initial=_initial(item.title),
        hue=seed % 360,
        pattern=(seed // 360) % _PATTERNS,
        facts=tuple(facts),
        genres=" · ".join(item.names("genre")[:_GENRES]),
        director=", ".join(item.names("director")),
        cast=", ".join(item.names("cast")[:_CAST]),
        percent=None if score is None else round(score),
        score=_score(score, item.number("reviews")),
        reasons=words.reasons(recommendation.facts),
        more=tuple(
            (name, ", ".join(item.names(relation)[:6]))
            for name, relation in (("Written by", "writer"), ("Language", "language"), ("Country", "country"))
            if item.names(relation)
        ),
        choices=tuple(Choice(kind.value, label, kind in pressed) for kind, label in _CHOICES),
        disliked=Kind.DISLIKED in pressed,
    )


def _initial(title: str) -> str:
    words_of_title = re.findall(r"\w+", title)
    if len(words_of_title) > 1 and words_of_title[0].lower() in {"the", "a", "an"}:
        words_of_title = words_of_title[1:]
    return words_of_title[0][0].upper() if words_of_title else "·"


def _score(score: float | None, reviews: float | None) -> str:
    if score is None:
        return "No critics’ score known"
    of = f"of {reviews:,.0f} critics’ reviews" if reviews else "of critics’ reviews"
    return f"{score:.0f} % {of}"
