from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import TEXT, Constraint, Item, Measure, Op, Schema, Sort
from palate.errors import UnknownValue
from palate.retrieval import masks
from tests.retrieval.conftest import SCHEMA
from tests.retrieval.strategies import catalogues, constraints


def meets(item: Item, constraint: Constraint) -> bool:
    """The rule, written down once more, for one item."""
    if constraint.op is Op.RANGE:
        number = item.number(constraint.attribute)
        if constraint.low is None and constraint.high is None:
            return True
        return (
            number is not None
            and (constraint.low is None or number >= constraint.low)
            and (constraint.high is None or number <= constraint.high)
        )
    has = {name for relation in SCHEMA.relations_of(constraint.attribute) for name in item.names(relation)}
    asked = set(constraint.values)
    if constraint.op is Op.NONE:
        return not asked & has
    return asked <= has if constraint.op is Op.ALL else not asked or bool(asked & has)


@given(st.data())
def test_a_mask_is_the_rule_applied_to_each_item(data: st.DataObject) -> None:
    catalogue = data.draw(catalogues())
    asked = data.draw(st.lists(constraints(), max_size=4))
    expected = [all(meets(item, constraint) for constraint in asked) for item in catalogue.items]
    assert masks.mask(catalogue, asked).tolist() == expected


def test_an_unknown_value_fails_inclusion_and_range_but_passes_exclusion(films: Catalogue) -> None:
    row = films.row("no-label")
    assert not masks.meets(films, Constraint("genre", Op.ANY, ("Comedy",)))[row]
    assert masks.meets(films, Constraint("genre", Op.NONE, ("Comedy",)))[row]
    assert not masks.meets(films, Constraint("runtime", Op.RANGE, high=500))[films.row("the-long-lunch")]


def test_unknown_tells_rows_that_pass_an_exclusion_untested(films: Catalogue) -> None:
    unknown = masks.unknown(films, [Constraint("genre", Op.NONE, ("Horror",))])
    assert [item.id for item, flag in zip(films.items, unknown, strict=True) if flag] == ["no-label"]
    assert not masks.unknown(films, [Constraint("genre", Op.ANY, ("Horror",))]).any()


def test_a_person_is_unknown_only_where_nobody_is_known(films: Catalogue) -> None:
    unknown = masks.unknown(films, [Constraint("person", Op.NONE, ("Bo Finch",))])
    assert [item.id for item, flag in zip(films.items, unknown, strict=True) if flag] == ["the-long-lunch"]


def test_without_passes_over_ids_that_are_not_there(films: Catalogue) -> None:
    flags = masks.without(films, ["two-bakers", "never-made"])
    assert len(films) - flags.sum() == 1
    assert not flags[films.row("two-bakers")]


@pytest.mark.parametrize(
    "constraint",
    [
        Constraint("colour", Op.ANY, ("red",)),
        Constraint("colour", Op.RANGE, low=1),
        Constraint("genre", Op.RANGE, low=1),
        Constraint("person", Op.RANGE, low=1),
    ],
)
def test_an_attribute_that_cannot_be_read_so_is_refused(films: Catalogue, constraint: Constraint) -> None:
    with pytest.raises(UnknownValue, match=r"The catalogue has no"):
        masks.mask(films, [constraint])


SHOP = Schema(
    relations=("department", "currency"),
    numbers=("price", "stock", "arrived", "year"),
    texts=("description",),
    measures={"price": Measure.MONEY, "stock": Measure.STOCK, "arrived": Measure.DATE, "year": Measure.YEAR},
    sorts={"department": Sort.CATEGORY, "currency": Sort.CURRENCY},
)
DAY = float(date(2014, 5, 31).toordinal())
GOODS = (
    Item(
        "pack",
        "Trail pack",
        {"department": ("Bags",), "currency": ("USD",)},
        {"price": 90, "stock": 3, "arrived": DAY},
    ),
    Item("tote", "Leather tote", {"department": ("Bags",), "currency": ("eur",)}, {"price": 90, "stock": 0}),
    Item(
        "rod", "Fishing rod", {"department": ("Sport",)}, {"price": 120, "year": 1999}, {"description": "For lakes."}
    ),
    Item("reel", "Reel", {}, {}),
)


def goods(schema: Schema = SHOP) -> Catalogue:
    return Catalogue(schema, GOODS, "shop")


def met(catalogue: Catalogue, *asked: Constraint, words: masks.WordRows | None = None) -> set[str]:
    flags = masks.mask(catalogue, asked, words)
    return {catalogue.id(row) for row in np.flatnonzero(flags).tolist()}


def test_a_price_counts_in_its_own_currency_only() -> None:
    assert met(goods(), Constraint("price", Op.RANGE, high=100)) == {"pack", "tote"}
    assert met(goods(), Constraint("price", Op.RANGE, high=100, unit="USD")) == {"pack"}
    assert met(goods(), Constraint("price", Op.RANGE, high=100, unit="EUR")) == {"tote"}
    assert met(goods(), Constraint("price", Op.RANGE, high=200, unit="JPY")) == {"rod"}, "its currency is not known"


def test_where_no_currency_is_told_the_usual_one_counts() -> None:
    usual = replace(SHOP, units={"price": "USD"})
    assert met(goods(usual), Constraint("price", Op.RANGE, high=200, unit="usd")) == {"pack", "rod"}
    one = replace(usual, sorts={})
    assert met(goods(one), Constraint("price", Op.RANGE, high=100, unit="USD")) == {"pack", "tote"}
    assert met(goods(one), Constraint("price", Op.RANGE, high=100, unit="EUR")) == set()
    assert met(goods(replace(SHOP, sorts={})), Constraint("price", Op.RANGE, high=100, unit="EUR")) == {
        "pack",
        "tote",
    }
    assert met(goods(one), Constraint("price", Op.RANGE, unit="EUR")) == {"pack", "tote", "rod", "reel"}
    assert met(goods(one), Constraint("stock", Op.RANGE, low=1, unit="EUR")) == {"pack"}, "no money, no currency"


def test_stock_dates_and_numbers_are_asked_by_range_or_value() -> None:
    assert met(goods(), Constraint("stock", Op.RANGE, low=1)) == {"pack"}
    assert met(goods(), Constraint("arrived", Op.ANY, ("2014-05-31",))) == {"pack"}
    assert met(goods(), Constraint("arrived", Op.RANGE, low=DAY + 1)) == set()
    assert met(goods(), Constraint("year", Op.ANY, ("1998", "1999"))) == {"rod"}
    assert met(goods(), Constraint("year", Op.ALL, ("1998", "1999"))) == set()
    assert met(goods(), Constraint("price", Op.NONE, ("90", "120"))) == {"reel"}


@pytest.mark.parametrize("value", ["soon", "2014-31-05", "nan", ""])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(UnknownValue, match="is no value of 'arrived'"):
        masks.mask(goods(), [Constraint("arrived", Op.ANY, (value,))])


def test_words_are_asked_of_whoever_has_them() -> None:
    catalogue = goods()

    def words(word: str, *, claimed: bool = False) -> Rows:
        having = [row for row, item in enumerate(catalogue.items) if word in item.title.lower()]
        return np.asarray(having, np.int32)

    assert met(catalogue, Constraint(TEXT, Op.NONE, ("leather",)), words=words) == {"pack", "rod", "reel"}
    assert met(catalogue, Constraint(TEXT, Op.ALL, ("trail", "pack")), words=words) == {"pack"}
    assert met(catalogue, Constraint(TEXT, Op.ANY, ("trail", "rod")), words=words) == {"pack", "rod"}
    with pytest.raises(UnknownValue, match="not indexed"):
        masks.mask(catalogue, [Constraint(TEXT, Op.NONE, ("leather",))])


def test_words_are_unknown_where_nothing_is_written() -> None:
    no_leather = [Constraint(TEXT, Op.NONE, ("leather",))]
    assert masks.unknown(goods(), no_leather).tolist() == [True, True, False, True]
    assert not masks.unknown(goods(replace(SHOP, texts=())), no_leather).any()


def test_what_is_gone_meets_nothing() -> None:
    later = goods().changed([replace(GOODS[0], numbers={"price": 150})], ["tote"])
    assert met(later) == {"pack", "rod", "reel"}
    assert met(later, Constraint("department", Op.ANY, ("Bags",))) == {"pack"}
    assert met(later, Constraint("department", Op.NONE, ("Bags",))) == {"rod", "reel"}
    assert met(later, Constraint("price", Op.RANGE, high=130)) == {"rod"}
    assert np.flatnonzero(masks.without(later, ["pack", "gone"])).tolist() == [2, 3]


def test_a_common_value_gives_the_same_rows_at_every_asking() -> None:
    many = Catalogue(SHOP, [Item(str(n), "Bag", {"department": ("Bags",) if n % 3 else ()}, {}) for n in range(100)])
    bags, both = Constraint("department", Op.ANY, ("Bags",)), Constraint("department", Op.NONE, ("Bags", "Hats"))
    first = masks.meets(many, bags)
    first_of_none = masks.meets(many, both)
    assert first.tolist() == [bool(n % 3) for n in range(100)]
    np.testing.assert_array_equal(masks.meets(many, bags), first)
    np.testing.assert_array_equal(masks.meets(many, both), first_of_none)
    np.testing.assert_array_equal(first_of_none, ~first)
    later = many.changed([Item("0", "Bag", {"department": ("Bags",)}, {})], ["1"])
    assert masks.mask(later, [bags]).sum() == first.sum()
