"""The mapping is guessed from headers and contents, in English and Chinese."""

from __future__ import annotations

from typing import Any

import pytest

from palate.catalogue.imports.guessing import guess
from palate.catalogue.imports.mapping import FieldMap
from palate.catalogue.imports.reading.rows import Row
from palate.domain import Measure, Noun, Sort
from palate.errors import MappingError


def rows(*records: dict[str, Any]) -> list[Row]:
    return [Row(number, record) for number, record in enumerate(records, 2)]


def guessed(*records: dict[str, Any], names: str = "") -> FieldMap:
    return guess(rows(*records), names)


def sorts(mapping: FieldMap) -> dict[str, Sort]:
    return {one.relation: one.sort for one in mapping.relations}


def measures(mapping: FieldMap) -> dict[str, tuple[Measure, str]]:
    return {one.number: (one.measure, one.unit) for one in mapping.numbers}


SHOP = [
    {"SKU": f"A{n}", "ProductName": f"Mug number {n}", "Description": "A fine mug that holds tea and coffee. " * 3,
     "Dept.": "kitchen", "Product Type": "mug" if n % 2 else "cup", "Maker": "Acme", "Price": f"${n}.99",
     "qty": n, "colour": "red", "image_url": f"https://example.org/{n}.jpg", "URL": f"https://example.org/{n}",
     "avg_rating": 4.5 - n / 10, "review_count": 10 * n, "EAN": f"40063813339{n:02}", "dishwasher safe": n % 2 == 0,
     "launched": f"2020-0{n}-01", "mass": 0.3 * n}
    for n in range(1, 9)
]  # fmt: skip


def test_a_shop() -> None:
    mapping = guessed(*SHOP, names="export.csv shop")
    assert (mapping.id, mapping.title, mapping.picture, mapping.link) == ("SKU", "ProductName", "image_url", "URL")
    assert mapping.texts == {"description": "Description"}
    assert mapping.ids == {"ean": "EAN"}
    assert mapping.features == ("dishwasher safe",)
    assert sorts(mapping) == {
        "dept": Sort.LABEL,
        "product_type": Sort.CATEGORY,
        "maker": Sort.BRAND,
        "colour": Sort.COLOUR,
    }
    assert measures(mapping) == {
        "price": (Measure.MONEY, "USD"),
        "stock": (Measure.STOCK, ""),
        "avg_rating": (Measure.STARS, "5"),
        "review_count": (Measure.COUNT, ""),
        "launched": (Measure.DATE, ""),
        "mass": (Measure.NUMBER, ""),
    }
    assert (mapping.quality, mapping.fame, mapping.noun.many) == ("avg_rating", "review_count", "products")
    assert mapping.schema().relations[:2] == ("product_type", "maker")


def test_chinese_headers() -> None:
    mapping = guessed(
        {
            "商品编号": "1",
            "商品名称": "羊毛衫",
            "价格": "¥199",
            "品牌": "暖冬",
            "颜色": "红|白",
            "库存": "3",
            "类别": "毛衣",
        },
        {
            "商品编号": "2",
            "商品名称": "背包",
            "价格": "面议",
            "品牌": "远行",
            "颜色": "白|黑",
            "库存": "缺货",
            "类别": "包",
        },
    )
    assert (mapping.id, mapping.title) == ("商品编号", "商品名称")
    assert sorts(mapping) == {"brand": Sort.BRAND, "colour": Sort.COLOUR, "category": Sort.CATEGORY}
    assert measures(mapping) == {"price": (Measure.MONEY, "CNY"), "stock": (Measure.STOCK, "")}
    assert next(one.separator for one in mapping.relations if one.relation == "colour") == "|"


def test_films_and_books() -> None:
    mapping = guessed(
        {
            "movieId": "1",
            "title": "Toy Story (1995)",
            "genres": "Animation|Comedy",
            "imdbId": "0114709",
            "runtime": "81",
        },
        {"movieId": "2", "title": "Heat (1995)", "genres": "Crime|Drama", "imdbId": "0113277", "runtime": "170"},
        names="movies.csv",
    )
    assert (mapping.id, mapping.title, mapping.year_in_title, mapping.noun.many) == (
        "movieId",
        "title",
        True,
        "movies",
    )
    assert mapping.ids == {"imdb": "imdbId"}
    assert mapping.schema().measures == {"runtime": Measure.MINUTES, "year": Measure.YEAR}
    books = guessed(
        {"title": "Emma", "author": "Jane Austen", "translator": "Ann", "isbn": "9780141439587", "published": 1815},
        {
            "title": "Walden",
            "author": "H. D. Thoreau",
            "translator": "Bob",
            "isbn": "9780691096124",
            "published": 1854,
        },
        names="books.json",
    )
    assert books.id == ""
    assert books.ids == {"isbn": "isbn"}
    assert sorts(books)["author"] is Sort.PERSON
    assert measures(books) == {"published": (Measure.YEAR, "")}
    assert books.noun == Noun("book", "books", "书", "本")


def test_values_and_not_only_headers_decide() -> None:
    mapping = guessed(*({"id": n, "name": f"n{n}", "rating": ("PG", "R")[n % 2], "price": "ask"} for n in range(9)))
    assert sorts(mapping) == {"rating": Sort.LABEL, "price": Sort.LABEL}
    assert measures(mapping) == {}


def test_a_column_that_says_the_same_in_every_row_is_left_out() -> None:
    mapping = guessed(*({"id": n, "name": f"n{n}", "shop": "ours"} for n in range(30)))
    assert mapping.left_out == {"shop": "every row says the same"}


def test_prices_in_several_currencies_become_a_relation() -> None:
    mapping = guessed({"name": "a", "price": "$5"}, {"name": "b", "price": "€5"}, {"name": "c", "price": "$7"})
    schema = mapping.schema()
    assert (mapping.mixed, schema.units, schema.sorts["currency"]) == (True, {}, Sort.CURRENCY)
    mapping = guessed({"name": "a", "price": 5, "currency": "EUR"}, {"name": "b", "price": 6, "currency": "USD"})
    assert mapping.currency == "currency"


def test_a_mark_that_belongs_to_a_name_parts_nothing() -> None:
    mapping = guessed(
        {"name": "a", "type": "Ski/boarding"}, {"name": "b", "type": "Bags"}, {"name": "c", "type": "Tops"}
    )
    assert mapping.relations[0].separator == ""
    mapping = guessed(
        {"name": "a", "type": "Ski/Snow"}, {"name": "b", "type": "Snow/Ice"}, {"name": "c", "type": "Ski"}
    )
    assert mapping.relations[0].separator == "/"


def test_without_a_title_the_mapping_is_asked_for() -> None:
    with pytest.raises(MappingError, match="--mapping"):
        guessed({"a": 1, "b": 2.5}, {"a": 2, "b": 3.5})
