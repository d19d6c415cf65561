"""The question back that tells most."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, Item, Op, Query, Schema, Sort
from palate.retrieval.asking.inquiry import LEAST_GAIN, gain, settles
from palate.retrieval.engine import Engine
from tests.shelf import shelf
from tests.shops import SHOP

FLAGS = np.bool_


def even(size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.full(size, 1 / size)


def test_a_clean_split_into_four_tells_two_bits() -> None:
    answers = np.repeat(np.eye(4, dtype=FLAGS), 5, axis=0)
    assert gain(answers, np.ones(20, FLAGS), even(20)) == pytest.approx(2.0)


def test_what_all_have_tells_nothing() -> None:
    answers = np.ones((20, 1), FLAGS)
    assert gain(answers, np.ones(20, FLAGS), even(20)) == pytest.approx(0.0)


def test_what_is_unknown_tells_nothing() -> None:
    answers = np.repeat(np.eye(2, dtype=FLAGS), 10, axis=0)
    known = np.arange(20) % 2 == 0
    assert gain(answers, known, even(20)) == pytest.approx(0.5)
    assert gain(answers, np.zeros(20, FLAGS), even(20)) == 0.0


def test_items_with_several_values_tell_less() -> None:
    clean = np.repeat(np.eye(2, dtype=FLAGS), 10, axis=0)
    mixed = clean.copy()
    mixed[:4] = True
    every = np.ones(20, FLAGS)
    assert 0 < gain(mixed, every, even(20)) < gain(clean, every, even(20))


def test_the_likelier_items_count_more() -> None:
    answers = np.repeat(np.eye(2, dtype=FLAGS), [1, 9], axis=0)
    every = np.ones(10, FLAGS)
    chances = np.r_[0.5, np.full(9, 0.5 / 9)]
    assert gain(answers, every, chances) == pytest.approx(1.0)
    assert gain(answers, every, even(10)) < 0.5


def test_a_shop_asks_what_splits_it_best_and_offers_what_is_there() -> None:
    shop = Engine(shelf())
    found = shop.inquiry(Query())
    assert found is not None
    assert found.gain >= LEAST_GAIN
    assert 2 <= len(found.options) <= 4
    for option in found.options:
        assert option.count == shop.count([option.constraint])
    asked = [found]
    while found := shop.inquiry(Query(), asked=frozenset(each.attribute for each in asked)):
        asked.append(found)
    assert [each.gain for each in asked] == sorted((each.gain for each in asked), reverse=True)
    assert {"type", "colour", "brand", "material", "price"} == {each.attribute for each in asked}


def test_a_number_is_split_at_a_round_bound_near_its_median() -> None:
    shop = Engine(shelf())
    found = shop.inquiry(Query(), asked=frozenset(SHOP.relations))
    assert found is not None
    assert found.attribute == "price"
    low, high = (option.constraint for option in found.options)
    assert low.high is not None
    assert high.low == pytest.approx(low.high + 0.01)
    assert low.high % 5 == 0
    assert low.unit == "USD"
    assert [option.count for option in found.options] == [shop.count([low]), shop.count([high])]


GOODS = Schema(("kind", "maker"), (), sorts={"kind": Sort.CATEGORY, "maker": Sort.BRAND})


def goods(kinds: int, each: int = 5) -> Engine:
    """A shop that says nothing of what is well known: as many makers as kinds, and `each` of every pair."""
    rows = [(f"Kind {k}", f"Maker {m}") for k in range(kinds) for m in range(kinds) for _ in range(each)]
    items = [Item(f"i{n}", f"Thing {n}", {"kind": (k,), "maker": (m,)}, {}) for n, (k, m) in enumerate(rows)]
    return Engine(Catalogue(GOODS, items))


def test_without_a_lead_the_question_is_about_the_whole_catalogue() -> None:
    shop = goods(6)
    found = shop.inquiry(Query())
    assert found is not None
    assert found.candidates == 180
    # Of the first rows all are of one kind.
    assert found.attribute == "kind"
    assert found.gain == pytest.approx(log2(6), abs=1e-3)
    assert found.others == pytest.approx(2 / 6, abs=1e-3)
    assert [option.count for option in found.options] == [30] * 4


def test_a_kind_may_be_named_that_was_not_offered_and_a_maker_may_not() -> None:
    shop = goods(10, each=1)
    found = shop.inquiry(Query())
    assert found is not None
    assert found.attribute == "kind"
    assert found.gain == pytest.approx(log2(10), abs=1e-3)
    assert found.others == pytest.approx(0.6, abs=1e-3)
    # Four of ten makers: most people would have to say "none of these".
    assert shop.inquiry(Query(), asked=frozenset({"kind"})) is None
    assert shop.inquiry(Query(), [], frozenset({"kind"})) is None


def test_few_candidates_and_nothing_to_tell_them_apart() -> None:
    shop = Engine(shelf())
    assert shop.inquiry(Query(constraints=(Constraint("type", Op.ANY, ("Flasks",)),))) is None
    alike = [Item(f"x{n}", f"Box {n}", {"type": ("Boxes",), "brand": ("Odell",)}, {}) for n in range(30)]
    assert Engine(Catalogue(SHOP, alike)).inquiry(Query()) is None
    assert Engine(Catalogue(SHOP, [])).inquiry(Query()) is None


def test_what_is_settled(films: Catalogue) -> None:
    schema = films.schema
    query = Query(
        constraints=(
            Constraint("year", Op.RANGE, low=2000),
            Constraint("genre", Op.NONE, ("Horror",)),
            Constraint("person", Op.ANY, ("Al Pacino",)),
        ),
        wanted=(Entity("country", "France"),),
    )
    settled = settles(schema, query, frozenset({"rating"}))
    assert {"year", "decade", "director", "cast", "writer", "country", "rating"} <= settled
    assert not {"genre", "runtime", "language"} & settled


def test_films_ask_for_something_not_said_yet(engine: Engine) -> None:
    comedy = Constraint("genre", Op.ANY, ("Comedy",))
    first = engine.inquiry(Query(constraints=(comedy,)), asked=frozenset({"box_office"}))
    assert first is not None
    assert first.attribute not in {"genre", "cast", "director", "box_office"}
    found = engine.search(Query(constraints=(comedy,)))
    given = engine.inquiry(Query(constraints=(comedy,)), found, frozenset({"box_office"}))
    assert given is not None
    assert given.candidates == first.candidates == 100
