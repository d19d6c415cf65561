"""Prices, marks, stock, dates and numbers by name, over schemas that have them."""

from __future__ import annotations

from datetime import date

import pytest

from palate.agent.quantities.prices import amount
from palate.agent.quantities.quantities import QuantityReader
from palate.domain import Constraint, Measure, Op, Schema

SHOP = Schema(
    relations=(),
    numbers=("price", "stock", "rating", "weight", "battery_life"),
    measures={"price": Measure.MONEY, "stock": Measure.STOCK, "rating": Measure.STARS},
    units={"price": "USD", "rating": "5", "weight": "kg", "battery_life": "hours"},
)
READER = QuantityReader(SHOP)


def bounds(text: str, reader: QuantityReader = READER) -> list[tuple[str, float | None, float | None, str]]:
    return [
        (q.constraint.attribute, q.constraint.low, q.constraint.high, q.constraint.unit) for q in reader.find(text)
    ]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("under $100", None, 99.99, "USD"),
        ("$100 or less", None, 100, "USD"),
        ("up to 1,299.50 dollars", None, 1299.5, "USD"),
        ("no more than 30 euros", None, 30, "EUR"),
        ("between £20 and £40", 20, 40, "GBP"),
        ("$20-40", 20, 40, "USD"),
        ("20 to 40 bucks", 20, 40, ""),
        ("over €200", 200.01, None, "EUR"),
        ("$1.5k or more", 1500, None, "USD"),
        ("around $50", 40, 60, "USD"),
        ("my budget is 80", None, 80, ""),
        ("budget around 100 dollars", None, 120, "USD"),
        ("price between 20 and 40", 20, 40, ""),
        ("under 100", None, 99.99, ""),
        ("I only have $25", None, 25, "USD"),
        ("100块以内", None, 100, ""),
        ("不超过500元", None, 500, "CNY"),
        ("低于三百块", None, 299.99, ""),
        ("200到300元", 200, 300, "CNY"),
        ("50美元左右", 40, 60, "USD"),
        ("50刀以内", None, 50, "USD"),
        ("预算两百块", None, 200, ""),
        ("2000元以上", 2000, None, "CNY"),
        ("¥300以内", None, 300, "CNY"),
    ],
)
def test_a_price(text: str, low: float | None, high: float | None, unit: str) -> None:
    assert bounds(text) == [("price", low, high, unit)]


def test_yen_where_prices_are_in_yen() -> None:
    yen = QuantityReader(Schema((), ("price",), measures={"price": Measure.MONEY}, units={"price": "JPY"}))
    assert bounds("¥3000以内", yen) == [("price", None, 3000, "JPY")]


@pytest.mark.parametrize(
    "text",
    [
        "for 3 people",
        "size 42",
        "under 5 minutes",
        "20% off",
        "a 5 year old",
        "two pairs",
        "100 ml",
        "call us",
        "",
        "$",
    ],
)
def test_no_price(text: str) -> None:
    assert [b for b in bounds(text) if b[0] == "price"] == []


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("一百五", 150),
        ("一百零五", 105),
        ("两千三", 2300),
        ("三万", 30000),
        ("十五", 15),
        ("1,299.5", 1299.5),
        ("二十", 20),
    ],
)
def test_an_amount(said: str, value: float) -> None:
    assert amount(said) == value


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("at least 4 stars", 4),
        ("4.5+ stars", 4.5),
        ("rated above 4", 4.01),
        ("8/10 or better rating at least 8/10", 4),
        ("4星以上", 4),
        ("评分4.5以上", 4.5),
        ("highly rated", 4),
        ("four stars and up", 4),
    ],
)
def test_stars(text: str, low: float) -> None:
    found = [b for b in bounds(text) if b[0] == "rating"]
    assert found[-1][1:3] == (low, None)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("in stock", 1),
        ("available now", 1),
        ("有货的", 1),
        ("现货", 1),
        ("at least 5 left", 5),
        ("I need 10 of them", 10),
        ("more than 3 in stock", 4),
        ("库存至少10件", 10),
    ],
)
def test_stock(text: str, low: float) -> None:
    assert bounds(text) == [("stock", low, None, "")]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("weight under 2 kg", None, 1.99),
        ("lighter than 500 g", None, 0.49),
        ("between 1 and 2 kg", 1, 2),
        ("at least 2 lbs", 0.907184, None),
        ("weight: 3", 3, 3),
    ],
)
def test_a_number_by_its_name_or_unit(text: str, low: float | None, high: float | None) -> None:
    assert bounds(text) == [("weight", low, high, "")]


def test_a_column_is_called_as_it_is_spoken() -> None:
    assert bounds("battery life at least 20 hours") == [("battery_life", 20, None, "")]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("since March 2020", date(2020, 3, 1), None),
        ("after 2021-05-01", date(2021, 5, 2), None),
        ("before May 5th, 2019", None, date(2019, 5, 4)),
        ("2020年3月以后", date(2020, 4, 1), None),
        ("in the 90s", date(1990, 1, 1), date(1999, 12, 31)),
        ("until 2020-02", None, date(2020, 2, 29)),
        ("from 2019-13-45", date(2019, 12, 31), None),
    ],
)
def test_dates(text: str, low: date | None, high: date | None) -> None:
    dated = QuantityReader(Schema((), ("released",), measures={"released": Measure.DATE}))
    ends = [None if day is None else float(day.toordinal()) for day in (low, high)]
    assert [q.constraint for q in dated.find(text)] == [Constraint("released", Op.RANGE, low=ends[0], high=ends[1])]


def test_nothing_is_read_that_no_column_measures() -> None:
    assert (
        QuantityReader(Schema((), ())).find("under $100, since 2010, at least 4 stars, in stock, under two hours")
        == []
    )
