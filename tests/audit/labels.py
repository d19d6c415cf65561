"""What a sensible reader holds a slate to: the hard constraints of a request, written as JSON.

One key is one constraint, all of them must hold. A value the catalogue does not know fails an inclusion or a range
and passes an exclusion. Keys that read one film:

    year, runtime, score      [low, high], either end may be null
    genre_all, genre_any, genre_none
    person_all, person_any, person_none; the same for director, writer, cast
    origin_any, origin_none   "French" is a film in French or from France
    language_any, language_none, country_any, country_none
    rating_any, rating_none   certificates, e.g. ["G", "PG", "PG-13"]
    not_items                 imdb ids of the films named, never recommended back

Keys that read what went before: unseen (nothing from the viewer's history), fresh (nothing that was shown), not_at
[positions of the last slate, from 1], older_than_previous, newer_than_previous, shorter_than_previous.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from tests.audit.catalogue import Film
from tests.audit.origins import ORIGINS

Labels = Mapping[str, Any]

FOLLOW_UPS = frozenset(
    {
        "unseen",
        "fresh",
        "not_at",
        "older_than_previous",
        "newer_than_previous",
        "shorter_than_previous",
    }
)
_NUMBERS: Mapping[str, Callable[[Film], float | None]] = {
    "year": lambda film: film.year,
    "runtime": lambda film: film.runtime,
    "score": lambda film: film.score,
}
_RELATIVE: Mapping[str, tuple[Callable[[Film], float | None], int]] = {
    "older_than_previous": (_NUMBERS["year"], -1),
    "newer_than_previous": (_NUMBERS["year"], 1),
    "shorter_than_previous": (_NUMBERS["runtime"], -1),
}
_EARLIER_CERTIFICATES = {"M/PG": "PG", "GP": "PG", "M": "PG", "X": "NC-17"}


def certificate(film: Film) -> str | None:
    """The certificate under its present name: GP and M/PG are today's PG, X is NC-17."""
    return None if film.rating is None else _EARLIER_CERTIFICATES.get(film.rating, film.rating)


def _has(film: Film, attribute: str, value: str) -> bool:
    if attribute == "genre":
        return value in film.genres
    if attribute in ("person", "director", "writer", "cast"):
        return film.has_person(value, "" if attribute == "person" else attribute)
    if attribute == "rating":
        return value in (film.rating, certificate(film))
    origin = ORIGINS[value]
    return {"origin": origin.either, "language": origin.language, "country": origin.country}[attribute](film)


def meets(film: Film, key: str, value: Any) -> bool:
    """Whether `film` meets one constraint that reads a single film.

    Raises:
        KeyError: the constraint is not one of the language.
    """
    if key in _NUMBERS:
        number, (low, high) = _NUMBERS[key](film), value
        return number is not None and (low is None or number >= low) and (high is None or number <= high)
    if key == "not_items":
        return film.imdb not in set(value)
    attribute, _, quantifier = key.rpartition("_")
    hits = [_has(film, attribute, one) for one in value]
    held = {"all": all(hits), "any": any(hits), "none": not any(hits)}
    return held[quantifier]


def reads_one_film(key: str) -> bool:
    """Whether a constraint can be told from one film alone, without the turns before."""
    return key not in FOLLOW_UPS


def meets_all(film: Film, labels: Labels) -> bool:
    """Whether `film` meets every constraint that reads a single film."""
    return all(meets(film, key, value) for key, value in labels.items() if reads_one_film(key))


def broken_constraints(films: Sequence[Film], labels: Labels) -> Iterator[str]:
    """Each constraint that a film of the slate does not meet."""
    for film in films:
        for key, value in labels.items():
            if reads_one_film(key) and not meets(film, key, value):
                yield f"{film}: {key} {value}"


def repeated(films: Sequence[Film], labels: Labels, before: Sequence[Sequence[Film]]) -> Iterator[str]:
    """Films that were shown already and should not be; `before` holds the conversation's slates in order."""
    last = next((slate for slate in reversed(before) if slate), ())
    about = {last[position - 1].id for position in labels.get("not_at", ()) if position <= len(last)}
    earlier = {film.id for slate in before for film in slate} if labels.get("fresh") else set()
    for film in films:
        if film.id in earlier:
            yield f"shown before: {film}"
        elif film.id in about:
            yield f"the film that the person spoke of: {film}"


def unmoved(films: Sequence[Film], labels: Labels, before: Sequence[Sequence[Film]]) -> Iterator[str]:
    """Where "older", "newer" or "shorter" was asked: films on the wrong side of the last slate.

    Each film must lie beyond the far end of the last slate (older than its newest), and the median must have moved.
    """
    last = next((slate for slate in reversed(before) if slate), ())
    for key in _RELATIVE.keys() & labels.keys():
        number, sign = _RELATIVE[key]
        old = [sign * value for film in last if (value := number(film)) is not None]
        new = [None if (value := number(film)) is None else sign * value for film in films]
        if not old or not new:
            continue
        behind = [film for film, value in zip(films, new, strict=True) if value is None or value <= min(old)]
        yield from (f"{key}: {film}, {film.runtime} min" for film in behind)
        if not behind and median(value for value in new if value is not None) <= median(old):
            yield f"{key}: the slate as a whole has not moved"
