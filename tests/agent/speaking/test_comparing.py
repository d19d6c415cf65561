"""Comparisons in sentences."""

from __future__ import annotations

import pytest

from palate.agent.speaking.comparing import compared
from palate.agent.speaking.wording import Wording
from palate.catalogue.catalogue import Catalogue
from palate.retrieval.asking.comparison import compare
from tests.shelf import shelf

SHELF = shelf()


def said(catalogue: Catalogue, *ids: str, language: str = "en") -> list[str]:
    comparison = compare(catalogue.schema, [catalogue.get(item_id) for item_id in ids])
    return compared(comparison, Wording.of(catalogue), language)


def test_two_products() -> None:
    assert said(SHELF, "b1", "b2") == [
        "Heron Day Pack is cheaper than Tern Dry Pack: $45 against $89.99.",
        "Heron Day Pack is rated lower than Tern Dry Pack: 4.1 stars against 4.5 stars.",
        "Colour: Tern Dry Pack (blue) and Heron Day Pack (black).",
        "They share: category Backpacks; brand Fernhill.",
    ]
    assert said(SHELF, "b1", "b2", language="zh") == [
        "“Heron Day Pack”比“Tern Dry Pack”便宜：$45 对 $89.99。",
        "“Heron Day Pack”比“Tern Dry Pack”评分低：4.1 星对 4.5 星。",
        "颜色：“Tern Dry Pack”（蓝色）、“Heron Day Pack”（黑色）。",
        "共同点：类别 背包；品牌 Fernhill。",
    ]


def test_three_products_and_prices_that_tie() -> None:
    assert said(SHELF, "b1", "b2", "b4")[0] == (
        "The cheapest is Heron Day Pack ($45); then Tern Dry Pack ($89.99) and Ridge Hauler ($129)."
    )
    tie = said(SHELF, "b5", "s2", "t1")
    assert tie[0] == "Price: Ridge Mini ($59), Summer Bag ($59) and Alpine Two ($249)."


def test_what_is_not_known_is_not_compared() -> None:
    assert said(SHELF, "f3", "f4") == [
        "Material: Cedar Cup (steel) and Tin Cup (tin).",
        "They share: category Flasks; brand Odell.",
    ]


def test_films(films: Catalogue) -> None:
    ids = {f"{item.title} {item.year}": item.id for item in films.items}
    told = said(films, ids["Heat 1995"], ids["The Insider 1999"])
    assert "The Insider is shorter than Heat: 157 minutes against 170 minutes." in told
    assert "Heat is older than The Insider: 1995 against 1999." in told
    assert told[-1].startswith("They share: genres thriller and drama; director Michael Mann;")


def test_twins(films: Catalogue) -> None:
    item = SHELF.get("b1")
    twin = type(item)("b0", "Twin", item.attributes, item.numbers)
    catalogue = Catalogue(SHELF.schema, [item, twin])
    told = said(catalogue, "b1", "b0")
    assert told[0] == "In what the catalogue says of them they do not differ."
    assert told[1].startswith("They share: $89.99")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_never_more_than_four_sentences(language: str) -> None:
    ids = [item.id for item in SHELF.items]
    for start in range(len(ids) - 5):
        for size in (2, 3, 5):
            assert 1 <= len(said(SHELF, *ids[start : start + size], language=language)) <= 4
