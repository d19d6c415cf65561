from __future__ import annotations

import pytest

from palate.domain import Fact, Item, Recommendation
from palate.ui import words
from tests.ui.scripted import FACE


def fact(relation: str, value: str, about: str = "", source: str = "graph") -> Fact:
    return Fact("1", relation, value, source, about)


def about(facts: list[Fact]) -> Recommendation:
    return Recommendation(Item("1", "Looper", {}, {}), 1.0, tuple(facts))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ([fact("shares:director", "Nolan", "Inception")], ("Directed by Nolan, like Inception",)),
        (
            [fact("shares:cast", "A", "Heat"), fact("shares:cast", "B", "Heat"), fact("shares:cast", "A", "Heat")],
            ("With A and B, as in Heat",),
        ),
        (
            [fact("shares:genre", "Drama", "Heat"), fact("shares:genre", "Crime", "Up")],
            ("Drama, like Heat", "Crime, like Up"),
        ),
        (
            [
                fact("shares:genre", "Drama", "Heat"),
                fact("shares:genre", "Drama", "Up"),
                fact("liked_with", "Up", "Up"),
            ],
            ("Close to Up, which you liked", "Drama, like Heat and Up"),
        ),
        ([fact("liked_with", "Heat", "Heat", "history")], ("Close to Heat, which you liked",)),
        (
            [fact("asked_for", "Comedy", source="request"), fact("asked_for", "1990s", source="request")],
            ("As you asked: Comedy and 1990s",),
        ),
        ([fact("guess", "Spirited Away", source="guess")], ("A guess at what Spirited Away is like",)),
        ([fact("year", "2012", source="catalogue"), fact("director", "Nolan", source="catalogue")], ()),
        ([fact("shares:director", "Nolan")], ()),
        (
            [fact("shares:rating", "R", "Heat"), fact("shares:genre", "Crime", "Heat")],
            ("Crime, like Heat",),
        ),
        ([fact("shares:rating", "R", "Heat")], ("Rated R, like Heat",)),
    ],
)
def test_reasons_are_plain_words(facts: list[Fact], said: tuple[str, ...]) -> None:
    assert words.reasons(about(facts), FACE.wording) == said


def test_reasons_stop_at_the_limit() -> None:
    facts = [fact("shares:genre", f"Genre {number}", f"Film {number}") for number in range(9)]
    assert words.reasons(about(facts), FACE.wording, limit=2) == ("Genre 0, like Film 0", "Genre 1, like Film 1")


def test_a_tool_that_the_page_does_not_know_keeps_its_name() -> None:
    assert words.tool("search_items", FACE.wording.phrases) == "Searched the catalogue"
    assert words.tool("shop_window", FACE.wording.phrases) == "Shop window"


def test_unknown_certificate_is_said_in_plain_words() -> None:
    assert words.unknown("rating", FACE.wording) == "certificate unknown"
    assert words.unknown("runtime", FACE.wording) == "runtime unknown"
