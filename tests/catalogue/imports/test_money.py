from __future__ import annotations

from typing import Any

import pytest

from palate.catalogue.imports.money import Money, read_money


@pytest.mark.parametrize(
    ("cell", "money"),
    [
        (89.99, Money(89.99)),
        ("89.99", Money(89.99)),
        ("$1,299", Money(1299, "USD")),
        ("1.234,56 €", Money(1234.56, "EUR")),
        ("1.234", Money(1234)),
        ("1 299 zł", Money(1299, "PLN")),
        ("EUR 12", Money(12, "EUR")),
        ("NT$300", Money(300, "TWD")),
        ("¥120", Money(120, "JPY")),
        ("99元", Money(99, "CNY")),
        ("3.5万元", Money(35_000, "CNY")),
        ("$10 – $20", Money(10, "USD")),
        ("from $10", Money(10, "USD")),
        ("免费", Money(0)),
        ("Free!", Money(0)),
        ("call us", None),
        ("面议", None),
        ("n/a", None),
        ("-5", None),
        ("$-5", None),
        (-5, None),
        (float("nan"), None),
        (True, None),
    ],
)
def test_prices_as_people_write_them(cell: Any, money: Money | None) -> None:
    assert read_money(cell) == money


def test_the_sign_of_yen_and_yuan_is_what_the_file_means_by_it() -> None:
    assert read_money("¥120", "CNY") == Money(120, "CNY")
