from __future__ import annotations

from palate.domain import Item, Schema
from palate.retrieval.passages import passage
from tests.retrieval.conftest import SCHEMA, film


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
