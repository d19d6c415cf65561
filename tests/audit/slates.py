"""Whether the films of a slate may be shown for a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.audit.catalogue import Film, Films, fold
from tests.audit.labels import broken_constraints, repeated, unmoved
from tests.audit.requests import Request
from tests.audit.violations import Answer, Violation

HELD = frozenset({"slate", "unknown_film", "any"})
"""Expectations under which a slate is held to the labels; where nothing meets them the nearest may be shown."""


def shown(answer: Answer, films: Films) -> list[Film]:
    """The films of a slate that are in the catalogue."""
    ids = [str(item["id"]) for item in answer["items"]]
    return [films[one] for one in ids if one in films]


def wrong_slate(
    request: Request, answer: Answer, before: Sequence[Sequence[Film]], films: Films
) -> Iterator[Violation]:
    """What is wrong with the slate of `answer`; `before` holds the conversation's slates in order."""
    for item in answer["items"]:
        film = films.get(str(item["id"]))
        if film is None or fold(film.title) != fold(item["title"]) or film.year != item["year"]:
            said = f"{item['title']} ({item['year']}), id {item['id']}"
            yield Violation(request.id, "outside catalogue", said)
    slate = shown(answer, films)
    if request.expect == "slate" and not answer["items"]:
        yield Violation(request.id, "no slate", "nothing is shown")
    named = {one for one in request.named.values() if one}
    for film in dict.fromkeys(slate):
        if slate.count(film) > 1:
            yield Violation(request.id, "shown again", f"twice on one slate: {film}")
        if film.imdb in named:
            yield Violation(request.id, "named back", str(film))
        if request.labels.get("unseen") and film.id in request.history:
            yield Violation(request.id, "shown again", f"seen already: {film}")
    if request.expect in HELD:
        for said in repeated(slate, request.labels, before):
            yield Violation(request.id, "shown again", said)
        for said in (*broken_constraints(slate, request.labels), *unmoved(slate, request.labels, before)):
            yield Violation(request.id, "hard constraint", said)
