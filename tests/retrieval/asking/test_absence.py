"""Why an item is not on the slate."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import TEXT, Constraint, Interaction, Kind, Op, Query
from palate.errors import UnknownItem
from palate.retrieval.asking.absence import Barred
from palate.retrieval.engine import Engine
from palate.retrieval.rules import Rules
from tests.shelf import shelf

PACKS = Constraint("type", Op.ANY, ("Backpacks",))


@pytest.fixture(scope="module")
def shop() -> Engine:
    return Engine(shelf())


@pytest.fixture(scope="module")
def ids(films: Catalogue) -> Mapping[str, str]:
    return {f"{item.title} {item.year}": item.id for item in films.items}


@pytest.mark.parametrize(
    ("query", "because", "reason"),
    [
        (Query(liked=("b1",)), {}, Barred.LIKED),
        (Query(disliked=("b1",)), {}, Barred.DISLIKED),
        (Query(exclude=frozenset({"b1"})), {Barred.SHOWN: ("b2", "b1")}, Barred.SHOWN),
        (Query(exclude=frozenset({"b1"})), {Barred.SHOWN: ("b2",), Barred.SEEN: ("b1",)}, Barred.SEEN),
        (Query(exclude=frozenset({"b1"})), {}, Barred.EXCLUDED),
        (
            Query(exclude=frozenset({"b1"}), history=(Interaction("x", "b1", Kind.BOUGHT, 0.0),)),
            {},
            Barred.HISTORY,
        ),
        (Query(exclude=frozenset({"b2"})), {Barred.SHOWN: ("b1",)}, None),
    ],
)
def test_what_keeps_an_item_out(
    shop: Engine, query: Query, because: Mapping[Barred, tuple[str, ...]], reason: Barred | None
) -> None:
    found = shop.absent(query, "b1", because)
    assert found.barred is reason
    assert (found.place is None) or reason is None


def test_a_rule_of_the_house_hides_it() -> None:
    shop = Engine(shelf(), rules=Rules.of({"hide": [{"items": ["b1"]}]}))
    assert shop.absent(Query(), "b1").barred is Barred.HIDDEN
    assert shop.absent(Query(), "b2").barred is None


def test_each_constraint_that_it_fails_with_its_own_value(shop: Engine) -> None:
    cheap = Constraint("price", Op.RANGE, high=50)
    steel = Constraint("material", Op.ANY, ("steel",))
    no_wet = Constraint(TEXT, Op.NONE, ("wet",))
    black = Constraint("colour", Op.NONE, ("black", "red"))
    found = shop.absent(Query(constraints=(PACKS, cheap, steel, no_wet, black)), "b4")
    assert [each.constraint for each in found.failed] == [cheap, steel, no_wet, black]
    assert [each.number for each in found.failed] == [129.0, None, None, None]
    assert [each.values for each in found.failed] == [(), ("nylon",), (), ("black",)]
    assert all(each.known for each in found.failed)
    unknown = shop.absent(Query(constraints=(cheap,)), "f4").failed
    assert [each.known for each in unknown] == [False]
    assert found.place is None


def test_behind_others_by_the_real_scores(engine: Engine, films: Catalogue, ids: Mapping[str, str]) -> None:
    query = Query(liked=(ids["Heat 1995"],))
    slate = engine.recommend(query)
    long = engine.recommend(Query(liked=(ids["Heat 1995"],), size=60, diversity=0.0))
    behind = long.items[40]
    found = engine.absent(query, behind.id)
    assert found.barred is None
    assert not found.failed
    assert found.place == found.ahead + 1
    assert found.matching == len(films) - 1
    assert [item.id for item in found.first] == [item.id for item in slate.items[:3]]
    assert found.place is not None
    assert found.place > len(slate.items)
    assert found.more
    assert list(found.more.values()) == sorted(found.more.values(), reverse=True)
    scores = {r.item.id: r.score for r in long.recommendations}
    assert sum(score > scores[behind.id] for score in scores.values()) == found.ahead


def test_on_the_slate_after_all(engine: Engine, ids: Mapping[str, str]) -> None:
    query = Query(liked=(ids["Heat 1995"],))
    third = engine.recommend(query).items[2]
    assert engine.absent(query, third.id).shown_at == 3


def test_passed_over_for_variety(shop: Engine) -> None:
    varied = Query(constraints=(PACKS,), size=3, diversity=0.9)
    best = shop.recommend(Query(constraints=(PACKS,), size=3, diversity=0.0)).items
    shown = {item.id for item in shop.recommend(varied).items}
    passed = [item for item in best if item.id not in shown]
    assert passed
    found = shop.absent(varied, passed[0].id)
    assert found.passed_over
    assert found.alike is not None
    assert found.alike.id in shown
    assert not found.more


def test_what_no_source_proposed_has_no_place(engine: Engine, films: Catalogue, ids: Mapping[str, str]) -> None:
    query = Query(liked=(ids["Heat 1995"],))
    pool = {row for ranking in engine.expand(query) + engine.search(query) for row in ranking.rows.tolist()}
    outside = next(item for row, item in enumerate(films.items) if row not in pool and item.id != query.liked[0])
    found = engine.absent(query, outside.id)
    assert found.place is None
    assert found.ahead >= len(pool)
    assert found.barred is None


def test_what_is_only_not_known_to_fail_comes_last(shop: Engine) -> None:
    found = shop.absent(Query(constraints=(Constraint("colour", Op.NONE, ("black",)),)), "f4")
    assert found.unknown == ("colour",)
    assert not found.failed
    assert found.ahead >= 10


def test_an_item_that_is_not_there(shop: Engine) -> None:
    with pytest.raises(UnknownItem):
        shop.absent(Query(), "nothing")
