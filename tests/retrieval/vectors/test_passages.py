from __future__ import annotations

from datetime import UTC, datetime

import pytest

from palate.domain import Interaction, Item, Kind, Schema
from palate.retrieval.vectors.passages import (
    DESCRIPTION,
    HEAD,
    PARTS,
    REVIEWS,
    TITLE,
    chunks,
    passage,
    texts_of,
    views_of,
)
from tests.retrieval.conftest import SCHEMA, film

SHOP = Schema(("category",), ("price",), texts=("description", "care", "reviews"))
PACK = Item(
    "p", "Trail Pack", {"category": ("Backpacks",)}, {}, {"description": "A pack. " * 60, "care": "Wash cold."}
)


def review(text: str, value: float, day: int = 1) -> Interaction:
    return Interaction("u", "p", Kind.RATED, value, datetime(2026, 1, day, tzinfo=UTC), text)


def test_title_year_values_and_names_each_once() -> None:
    item = film(
        "Paper Boats",
        1988,
        director=["Mei Aoki"],
        writer=["Mei Aoki", "Jo Kay"],
        cast=["Al", "Bo", "Cy"],
        genre=["A", "B", "C", "D", "E"],
        country=["Ostland", "Sylvania"],
    )
    assert passage(item, SCHEMA) == "Paper Boats (1988), A B C D, Ostland, Freedonian, Mei Aoki, Al, Jo Kay"


def test_what_is_unknown_is_left_out() -> None:
    assert passage(Item("x", "Alone", {}, {}), SCHEMA) == "Alone"
    assert passage(Item("x", "Book", {"author": ("Ann",)}, {}), Schema(("author",), (), {}, "s", "f")) == "Book, Ann"


def test_a_catalogue_has_the_views_that_it_has_texts_for() -> None:
    assert views_of(SCHEMA) == (TITLE,)
    assert views_of(SCHEMA, lambda _: ()) == (TITLE, REVIEWS)
    assert views_of(SHOP) == (TITLE, DESCRIPTION, REVIEWS)
    assert views_of(Schema((), (), texts=("reviews",))) == (TITLE, REVIEWS)


def test_a_description_is_its_head_in_pieces_that_say_what_they_are_about() -> None:
    texts = texts_of(DESCRIPTION, PACK, SHOP)
    assert len(texts) == PARTS[DESCRIPTION]
    assert all(text.startswith("Trail Pack: A pack.") and text.endswith(".") for text in texts)
    short = Item("q", "Tent", {}, {}, {"care": "Wash cold.", "description": "Two people."})
    assert texts_of(DESCRIPTION, short, SHOP) == ("Tent: Two people. Wash cold.",)
    assert texts_of(DESCRIPTION, Item("r", "Rope", {}, {}), SHOP) == ()


def test_reviews_of_those_who_liked_it_the_warmest_first() -> None:
    said = [
        review("It leaks.", -0.8),
        review("Fine.", 0.1),
        review("Dry in any rain.", 0.9),
        review("", 1.0),
        review("Fine.", 0.1, 2),
        review("Light.", 0.2),
    ]
    assert texts_of(REVIEWS, PACK, SHOP, lambda _: said) == (
        "Trail Pack: Loved it: Dry in any rain.",
        "Trail Pack: Light.",
        "Trail Pack: Fine.",
    )


def test_reviews_that_stand_in_the_catalogue_count_where_nobody_wrote_any() -> None:
    item = Item("p", "Pack", {}, {}, {"reviews": "Solid."})
    assert texts_of(REVIEWS, item, SHOP, lambda _: ()) == ("Pack: Solid.",)
    assert texts_of(REVIEWS, PACK, SHOP) == ()


@pytest.mark.parametrize(
    "text",
    ["", "short", "word " * 500, "x" * 2_000_000, "一句话。" * 300, "No end " + "y" * 400, "One. " + "z " * 400],
)
def test_pieces_are_short_and_in_order(text: str) -> None:
    found = chunks(text, 3)
    assert len(found) <= 3
    assert all(0 < len(piece) <= HEAD for piece in found)
    assert "".join(text.split()).startswith("".join("".join(found).split()))


def test_pieces_end_with_a_sentence_where_one_ends_late_enough() -> None:
    text = "This is a sentence of some length. " * 20
    assert all(piece.endswith("length.") for piece in chunks(text, 2))
