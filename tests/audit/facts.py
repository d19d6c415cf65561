"""Whether the facts that an answer lists under each film are true of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.audit.catalogue import Film, Films, fold
from tests.audit.labels import certificate
from tests.audit.origins import COUNTRY_NAMES, ORIGINS, country_origin, language_origin

_NUMBERS: Mapping[str, Callable[[Film], float | None]] = {
    "year": lambda film: film.year,
    "runtime": lambda film: film.runtime,
    "score": lambda film: film.score,
    "reviews": lambda film: film.reviews,
    "metacritic": lambda film: film.metacritic,
    "box_office": lambda film: film.box_office,
    "oscars": lambda film: film.oscars,
}
_COLUMNS: Mapping[str, Callable[[Film], Sequence[str]]] = {
    "director": lambda film: film.director,
    "writer": lambda film: film.writer,
    "cast": lambda film: film.cast,
    "person": lambda film: film.people(),
    "genre": lambda film: tuple(film.genres),
    "country": lambda film: film.countries,
    "language": lambda film: film.languages,
}
_TEXTS: Mapping[str, Callable[[Film, str], bool]] = {
    "decade": lambda film, value: value.removesuffix("s") == str(film.year // 10 * 10),
    "rating": lambda film, value: value in (film.rating, certificate(film)),
    "title": lambda film, value: fold(value) == fold(film.title),
    "awards": lambda film, value: fold(value) == fold(film.awards),
}
_UNITS = {"million": 1e6, "m": 1e6, "billion": 1e9, "k": 1e3}
_SHARED = "shares:"


def false_facts(answer: Mapping[str, Any], films: Films, history: Sequence[str]) -> Iterator[str]:
    """The facts of an answer that the catalogue or the viewer's history does not bear out, in words."""
    known = [films[one] for one in history if one in films]
    liked = {fold(film.title) for film in known}
    for item in answer["items"]:
        film = films.get(str(item["id"]))
        if film is None:
            continue
        for attribute in item.get("unknown", ()):
            if _is_known(film, str(attribute)):
                yield f"{film}: {attribute} is known"
        for fact in item.get("facts", ()):
            relation, value, source = str(fact["relation"]), str(fact["value"]), str(fact["source"])
            about = str(fact.get("about") or "")
            said = f"{film}: {relation} = {value}{f' as {about}' if about else ''} [{source}]"
            if source in ("catalogue", "graph") and not _true(film, relation, value, about, films):
                yield said
            elif relation == "interest":
                if known and not _interest(value, known):
                    yield f"{said}: not in the history"
            elif source == "history" and fold(about or value) not in (liked or films.by_title):
                yield f"{said}: not in the history"
            elif relation == "asked_for" and not _asked_for(film, value, films):
                yield said


def _true(film: Film, relation: str, value: str, about: str, films: Films) -> bool:
    if relation.startswith(_SHARED):
        others = films.by_title.get(fold(about), ())
        column = relation.removeprefix(_SHARED)
        return _has(film, column, value) and any(_has(other, column, value) for other in others)
    return _has(film, relation, value)


def _interest(label: str, history: Sequence[Film]) -> bool:
    """Whether each part of a label is what two films of a history have in common, or the label the title of one."""
    if fold(label) in {fold(film.title) for film in history}:
        return True
    columns = (*_COLUMNS, "decade", "rating")
    counts = (sum(any(_has(film, name, part) for name in columns) for film in history) for part in label.split(", "))
    return all(count > 1 for count in counts)


def _has(film: Film, relation: str, value: str) -> bool:
    """Whether `value`, one name or a comma list, stands under `relation`; numbers may carry a unit."""
    if relation in _NUMBERS:
        return _same_number(_NUMBERS[relation](film), value)
    if relation in _TEXTS:
        return _TEXTS[relation](film, value)
    if relation not in _COLUMNS:
        return False
    known = {fold(name).removesuffix(" language") for name in _COLUMNS[relation](film)}
    joined = [fold(value)] if fold(value) in known else [fold(part) for part in value.split(",")]
    return all(part in known or _other_name(film, relation, part) for part in joined)


def _is_known(film: Film, attribute: str) -> bool:
    if attribute in _NUMBERS:
        return _NUMBERS[attribute](film) is not None
    if attribute == "rating":
        return film.rating is not None
    return attribute in _COLUMNS and bool(_COLUMNS[attribute](film))


def _other_name(film: Film, relation: str, folded: str) -> bool:
    """ "China" for "People's Republic of China", "Greek" for "Modern Greek"."""
    if relation == "country":
        return any(country_origin(name).country(film) for name in COUNTRY_NAMES if fold(name) == folded)
    if relation == "language":
        return any(language_origin(name).language(film) for name in ORIGINS if fold(name) == folded)
    return relation in ("director", "writer", "cast") and film.has_person(folded, relation)


def _same_number(number: float | None, value: str) -> bool:
    match = re.search(r"\d[\d,]*(?:\.\d+)?", value)
    if number is None or match is None:
        return False
    unit = re.match(r"\s*(million|billion|m\b|k\b)", value[match.end() :])
    scale = _UNITS[unit.group(1)] if unit else 1.0
    said = float(match.group().replace(",", "")) * scale
    return abs(number - said) <= (0.5 if scale == 1 else 0.05 * number)


def _asked_for(film: Film, value: str, films: Films) -> bool:
    """A wish that is said to be met: true when the value is no name of the catalogue, or one that the film has."""
    folded = fold(value)
    if folded in films.genres:
        return folded in {fold(genre) for genre in film.genres}
    if folded in films.by_person:
        return film.has_person(value)
    if value in ORIGINS:
        return ORIGINS[value].either(film)
    if re.fullmatch(r"(?:19|20)\d0s", value):
        return film.year // 10 * 10 == int(value[:4])
    return True
