"""Answers against a plain walk over all items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Item, Measure, Op, Schema, Sort
from palate.errors import UnknownValue
from palate.retrieval.asking.question import Aim, Question
from palate.retrieval.engine import Engine
from palate.retrieval.rules import Rules
from tests.shelf import shelf

NOLAN = Constraint("director", Op.ANY, ("Christopher Nolan",))
HORROR = Constraint("genre", Op.ANY, ("Horror",))
LATE = Constraint("year", Op.RANGE, low=2000)


@pytest.fixture(scope="module")
def shop() -> Engine:
    return Engine(shelf())


def walked(catalogue: Catalogue, wanted: Callable[[Item], bool]) -> list[Item]:
    return [item for item in catalogue.items if wanted(item)]


@pytest.mark.parametrize(
    ("constraints", "wanted"),
    [
        ((), lambda item: True),
        ((NOLAN,), lambda item: "Christopher Nolan" in item.names("director")),
        ((HORROR, LATE), lambda item: "Horror" in item.names("genre") and item.numbers["year"] >= 2000),
        (
            (Constraint("person", Op.ALL, ("Robert De Niro", "Al Pacino")),),
            lambda item: (
                {"Robert De Niro", "Al Pacino"}
                <= {*item.names("cast"), *item.names("director"), *item.names("writer")}
            ),
        ),
        (
            (Constraint("genre", Op.NONE, ("Drama",)), Constraint("runtime", Op.RANGE, high=90)),
            lambda item: "Drama" not in item.names("genre") and (item.number("runtime") or 1e9) <= 90,
        ),
    ],
)
def test_counts_of_films(
    engine: Engine, films: Catalogue, constraints: tuple[Constraint, ...], wanted: Callable[[Item], bool]
) -> None:
    found, expected = engine.answer(Question(Aim.COUNT, constraints=constraints)), walked(films, wanted)
    assert found.count == found.known == len(expected)
    assert {item.id for item in found.items} <= {item.id for item in expected}
    assert len(found.items) == min(3, len(expected))


def test_counts_by_words_in_titles_and_texts(shop: Engine) -> None:
    wet = engine_count(shop, Constraint(TEXT, Op.ANY, ("wet days",)))
    assert wet == len(walked(shop.catalogue, lambda item: "wet days" in item.texts["description"])) == 6


def engine_count(engine: Engine, *constraints: Constraint) -> int:
    return engine.answer(Question(Aim.COUNT, constraints=constraints)).count


def test_the_longest_films(engine: Engine, films: Catalogue) -> None:
    found = engine.answer(Question(Aim.MOST, "runtime", (NOLAN,), size=5))
    expected = sorted(
        (item.numbers["runtime"] for item in films.items if "Christopher Nolan" in item.names("director")),
        reverse=True,
    )
    assert [item.numbers["runtime"] for item in found.items] == expected[:5]
    assert found.number == expected[0]
    assert found.tied == expected.count(expected[0])


def test_the_best_known_of_those_that_tie_comes_first(engine: Engine, films: Catalogue) -> None:
    found = engine.answer(Question(Aim.MOST, "year", size=4))
    assert found.number == 2014
    assert found.tied == sum(item.year == 2014 for item in films.items)
    known = [engine.families.popularity.prior[films.row(item.id)] for item in found.items]
    assert known == sorted(known, reverse=True)
    everyone = engine.families.popularity.prior[[films.row(i.id) for i in films.items if i.year == 2014]]
    assert known[0] == everyone.max()


def test_items_without_the_number_are_left_out_and_told(engine: Engine, films: Catalogue) -> None:
    found = engine.answer(Question(Aim.MEAN, "runtime", (HORROR,)))
    known = [item.numbers["runtime"] for item in films.items if "Horror" in item.names("genre") and "runtime" in item.numbers]  # fmt: skip  # noqa: E501
    assert found.known == len(known) < found.count
    assert found.number == pytest.approx(sum(known) / len(known))


def test_values_and_how_often(engine: Engine, films: Catalogue) -> None:
    found = engine.answer(Question(Aim.VALUES, "genre", (NOLAN,), size=30))
    expected = Counter(g for item in films.items if "Christopher Nolan" in item.names("director") for g in item.names("genre"))  # fmt: skip  # noqa: E501
    assert {each.value: each.count for each in found.values} == expected
    assert found.different == len(expected)
    assert [each.count for each in found.values] == sorted(expected.values(), reverse=True)


def test_a_person_with_two_parts_in_a_film_has_one_film(engine: Engine, films: Catalogue) -> None:
    found = engine.answer(Question(Aim.VALUES, "person", (HORROR,), size=10))
    expected = Counter(
        name
        for item in films.items
        if "Horror" in item.names("genre")
        for name in {*item.names("director"), *item.names("writer"), *item.names("cast")}
    )
    assert [each.count for each in found.values] == [count for _, count in expected.most_common(10)]
    assert all(expected[each.value] == each.count for each in found.values)


def test_the_cheapest_of_a_shop(shop: Engine) -> None:
    packs = Constraint("type", Op.ANY, ("Backpacks",))
    found = shop.answer(Question(Aim.LEAST, "price", (packs,)))
    assert [item.title for item in found.items] == ["Wren School Bag", "Heron Day Pack", "Ridge Mini"]
    assert (found.number, found.tied, found.unit) == (18.5, 1, "USD")
    assert shop.answer(Question(Aim.LEAST, "price")).number == 12.0
    flasks = shop.answer(Question(Aim.LEAST, "price", (Constraint("type", Op.ANY, ("Flasks",)),)))
    assert (flasks.count, flasks.known) == (4, 3)


def test_among_some_items(shop: Engine) -> None:
    found = shop.answer(Question(Aim.MOST, "price", among=("b2", "b3", "gone", "f4")))
    assert [item.id for item in found.items] == ["b2", "b3"]
    assert found.count == 3
    assert shop.answer(Question(Aim.COUNT, among=("gone",))).count == 0


def test_nothing_that_meets_it(shop: Engine) -> None:
    nothing = (Constraint("brand", Op.ANY, ("Nobody",)),)
    for aim, column in ((Aim.MOST, "price"), (Aim.MEAN, "price"), (Aim.VALUES, "brand"), (Aim.COUNT, "")):
        found = shop.answer(Question(aim, column, nothing))
        assert (found.count, found.known, found.number, found.values) == (0, 0, None, ())
        assert not found.items


@pytest.mark.parametrize(
    "question",
    [
        Question(Aim.MOST, "brand"),
        Question(Aim.MEAN, "length"),
        Question(Aim.VALUES, "price"),
        Question(Aim.COUNT, constraints=(Constraint("flavour", Op.ANY, ("mint",)),)),
    ],
)
def test_columns_that_are_not_there(shop: Engine, question: Question) -> None:
    with pytest.raises(UnknownValue):
        shop.answer(question)


def test_what_rules_hide_is_not_told_of() -> None:
    rules = Rules.of({"hide": [{"brand": ["Odell"]}]})
    shop = Engine(shelf(), rules=rules)
    found = shop.answer(Question(Aim.LEAST, "price"))
    assert found.count == 13
    assert all("Odell" not in item.names("brand") for item in found.items)


PRICES = Schema(
    relations=("currency",),
    numbers=("price",),
    measures={"price": Measure.MONEY},
    sorts={"currency": Sort.CURRENCY},
)


def priced(item_id: str, price: float, *currency: str) -> Item:
    return Item(item_id, item_id, {"currency": currency} if currency else {}, {"price": price})


def test_one_currency_is_never_weighed_against_another() -> None:
    items = [priced("a", 900, "JPY"), priced("b", 20, "USD"), priced("c", 30, "USD"), priced("d", 8, "EUR")]
    shop = Engine(Catalogue(PRICES, items))
    found = shop.answer(Question(Aim.MOST, "price"))
    assert (found.number, found.unit, found.known, found.count) == (30, "USD", 2, 4)
    said = shop.answer(Question(Aim.MEAN, "price", (Constraint("price", Op.RANGE, high=1000, unit="JPY"),)))
    assert (said.number, said.unit) == (900, "JPY")
