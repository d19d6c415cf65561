"""The auditor on slates and facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.audit.auditor import Auditor
from tests.audit.conftest import Answering
from tests.audit.known_replies import FAMILY, FRENCH, IDS, SCIFI
from tests.audit.requests import Request
from tests.audit.violations import Answer


def request(**fields: Any) -> Request:
    return Request("r", "en", "something like Inception", **fields)


def kinds(auditor: Auditor, request: Request, given: Answer, *before: Answer) -> list[str]:
    return [violation.kind for violation in auditor.judge(request, given, before)]


@pytest.mark.parametrize("change", [{"id": "1"}, {"title": "Looper 2"}, {"year": 1999}])
def test_a_film_outside_the_catalogue(auditor: Auditor, answer: Answering, change: Mapping[str, Any]) -> None:
    given = answer(["Looper"])
    given["items"][0].update(change)
    assert kinds(auditor, request(), given) == ["outside catalogue"]


@pytest.mark.parametrize(
    ("labels", "broken"),
    [
        ({"year": [2006, None]}, 0),
        ({"year": [2010, 2011]}, 2),
        ({"genre_all": ["Thriller", "Sci-Fi"]}, 1),
        ({"genre_none": ["Horror"]}, 0),
        ({"genre_none": ["Crime"]}, 1),
        ({"person_any": ["Christopher Nolan", "Rian Johnson"]}, 1),
        ({"director_any": ["Nolan"]}, 2),
        ({"cast_none": ["Bruce Willis"]}, 1),
        ({"rating_any": ["PG-13"]}, 1),
        ({"runtime": [None, 119]}, 1),
        ({"score": [90, None]}, 1),
        ({"origin_any": ["French"]}, 2),
        ({"country_none": ["Chinese"]}, 1),
        ({"not_items": [IDS["Looper"]]}, 1),
    ],
)
def test_each_film_that_breaks_a_constraint_counts(
    auditor: Auditor, answer: Answering, labels: Mapping[str, Any], broken: int
) -> None:
    assert kinds(auditor, request(labels=labels), answer(SCIFI)) == ["hard constraint"] * broken


def test_an_unknown_value_fails_an_inclusion_and_passes_an_exclusion_that_is_told(
    auditor: Auditor, answer: Answering
) -> None:
    given = answer(["Playtime"])
    assert kinds(auditor, request(labels={"rating_any": ["PG"]}), given) == ["hard constraint"]
    assert kinds(auditor, request(labels={"rating_none": ["R"]}), given) == ["unsaid"]
    given["items"][0]["unknown"] = ["rating"]
    assert kinds(auditor, request(labels={"rating_none": ["R"]}), given) == []


def test_a_known_value_may_not_be_called_unknown(auditor: Auditor, answer: Answering) -> None:
    given = answer(["Looper"])
    given["items"][0]["unknown"] = ["rating"]
    assert kinds(auditor, request(), given) == ["false fact"]


def test_a_named_film_does_not_come_back(auditor: Auditor, answer: Answering) -> None:
    named = {"Looper": IDS["Looper"]}
    assert kinds(auditor, request(named=named), answer(SCIFI)) == ["named back"]


def test_nothing_is_shown_twice(auditor: Auditor, answer: Answering) -> None:
    assert kinds(auditor, request(), answer(["Looper", "Looper"])) == ["shown again"]
    fresh = request(labels={"fresh": True})
    assert kinds(auditor, fresh, answer(["Looper", "Moon"]), answer(["Looper"])) == ["shown again"]
    assert kinds(auditor, fresh, answer(["Moon"]), answer(["Looper"])) == []
    first = request(labels={"not_at": [2]})
    assert kinds(auditor, first, answer(["Looper"]), answer(["Moon", "Looper"])) == ["shown again"]


def test_seen_films_stay_away_when_they_should(auditor: Auditor, answer: Answering) -> None:
    looper = auditor.films.by_imdb[IDS["Looper"]].id
    tonight = request(labels={"unseen": True}, history=(looper,))
    assert kinds(auditor, tonight, answer(["Looper", "Moon"])) == ["shown again"]


def test_older_and_shorter_are_measured_on_the_last_slate(auditor: Auditor, answer: Answering) -> None:
    older, shorter = request(labels={"older_than_previous": True}), request(labels={"shorter_than_previous": True})
    assert kinds(auditor, older, answer(FRENCH), answer(FAMILY)) == []
    assert kinds(auditor, older, answer(SCIFI), answer(FAMILY)) == ["hard constraint"] * 3
    assert kinds(auditor, older, answer(["Matilda", "Home Alone"]), answer(["Matilda"])) == ["hard constraint"]
    assert kinds(auditor, shorter, answer(["Matilda"]), answer(["Looper"])) == []
    assert kinds(auditor, shorter, answer(["Playtime"]), answer(["Looper"])) == ["hard constraint"]


def test_a_slate_is_expected_and_an_empty_one_allowed_elsewhere(auditor: Auditor, answer: Answering) -> None:
    assert kinds(auditor, request(), answer([])) == ["no slate"]
    assert kinds(auditor, request(expect="any"), answer([])) == []


def test_nothing_matching_must_be_said_and_the_nearest_may_be_shown(auditor: Auditor, answer: Answering) -> None:
    impossible = request(expect="none_matches", labels={"year": [2025, 2025]})
    assert kinds(auditor, impossible, answer(SCIFI)) == ["unsaid"]
    assert kinds(auditor, impossible, answer(SCIFI, "Nothing is from then; these are the nearest.")) == []


def test_nothing_matching_may_be_said_only_when_it_is_true(auditor: Auditor, answer: Answering) -> None:
    said = answer(["Looper"], "Nothing here meets all of that.")
    assert kinds(auditor, request(labels={"genre_all": ["Thriller"]}), said) == ["false claim"]
    assert kinds(auditor, request(expect="any"), said) == []


def test_an_unknown_film_must_be_told_and_the_offer_called_a_guess(auditor: Auditor, answer: Answering) -> None:
    unknown = request(expect="unknown_film", named={"Spirited Away": None})
    assert kinds(auditor, unknown, answer(SCIFI)) == ["unsaid", "unsaid"]
    said = "Spirited Away is not in the catalogue, so this is a guess."
    assert kinds(auditor, unknown, answer(SCIFI, said)) == []


def test_an_error_is_a_crash_unless_it_is_plain_and_expected(auditor: Auditor) -> None:
    plain = {"error": {"type": "EmptyText", "message": "Say something.", "expected": True}, "items": []}
    wild = {"error": {"type": "KeyError", "message": "'x'", "expected": False}, "items": []}
    assert kinds(auditor, request(expect="refused"), plain) == []
    assert kinds(auditor, request(), plain) == ["crash"]
    assert kinds(auditor, request(expect="refused"), wild) == ["crash"]


def fact(relation: str, value: str, source: str = "catalogue", about: str = "") -> dict[str, str]:
    return {"relation": relation, "value": value, "source": source, "about": about}


@pytest.mark.parametrize(
    "true",
    [
        fact("director", "Rian Johnson"),
        fact("cast", "Bruce Willis, Emily Blunt"),
        fact("year", "2012"),
        fact("runtime", "119 min"),
        fact("score", "93%"),
        fact("box_office", "$176.5 million"),
        fact("rating", "R"),
        fact("decade", "2010s"),
        fact("country", "China"),
        fact("shares:genre", "Crime", "graph", "Inception"),
        fact("asked_for", "Thriller", "request"),
        fact("asked_for", "after 2010", "request"),
        fact("liked_with", "Heat", "history", "Heat"),
    ],
)
def test_a_true_fact_passes(auditor: Auditor, answer: Answering, true: Mapping[str, str]) -> None:
    assert kinds(auditor, request(), answer(["Looper"], facts={"Looper": [true]})) == []


@pytest.mark.parametrize(
    "false",
    [
        fact("director", "Duncan Jones"),
        fact("cast", "Bruce Willis, Tom Hanks"),
        fact("year", "2013"),
        fact("runtime", "120"),
        fact("score", "92"),
        fact("metacritic", "unknown"),
        fact("genre", "Comedy"),
        fact("rating", "PG-13"),
        fact("mood", "dark"),
        fact("shares:director", "Rian Johnson", "graph", "Inception"),
        fact("shares:genre", "Crime", "graph", "No Such Film At All"),
        fact("asked_for", "Comedy", "request"),
        fact("asked_for", "Tom Hanks", "request"),
        fact("liked_with", "No Such Film At All", "history", "No Such Film At All"),
    ],
)
def test_a_false_fact_counts(auditor: Auditor, answer: Answering, false: Mapping[str, str]) -> None:
    assert kinds(auditor, request(), answer(["Looper"], facts={"Looper": [false]})) == ["false fact"]


def test_a_liking_must_be_in_the_history(auditor: Auditor, answer: Answering) -> None:
    given = answer(["Looper"], facts={"Looper": [fact("liked_with", "Heat", "history", "Heat")]})
    heat, moon = (auditor.films.by_imdb[IDS[title]].id for title in ("Heat", "Moon"))
    assert kinds(auditor, request(history=(heat,)), given) == []
    assert kinds(auditor, request(history=(moon,)), given) == ["false fact"]
