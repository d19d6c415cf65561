from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import TEXT, Constraint, Item, Measure, Op, Schema
from palate.retrieval import masks
from palate.retrieval.relaxing import _hardness, nearness, relax
from tests.retrieval.strategies import catalogues, constraints

COMEDY = Constraint("genre", Op.ANY, ("Comedy",))
ADA = Constraint("director", Op.ANY, ("Ada Stern",))
NO_SCIFI = Constraint("genre", Op.NONE, ("Sci-Fi",))
SYLVANIA = Constraint("country", Op.ANY, ("Sylvania",))
SHORT = Constraint("runtime", Op.RANGE, high=50)


def everything(catalogue: Catalogue) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(len(catalogue), np.bool_)


def test_nothing_is_relaxed_where_something_matches(films: Catalogue) -> None:
    allowed = relax(films, [COMEDY, SYLVANIA], everything(films))
    assert (allowed.kept, allowed.relaxed) == ((COMEDY, SYLVANIA), ())
    assert allowed.rows.sum() == 3


def test_a_range_is_given_up_before_a_name(films: Catalogue) -> None:
    assert relax(films, [COMEDY, SHORT], everything(films)).relaxed == (SHORT,)


def test_a_late_relation_is_given_up_before_an_early_one(films: Catalogue) -> None:
    assert relax(films, [ADA, SYLVANIA], everything(films)).relaxed == (SYLVANIA,)


def test_an_exclusion_is_given_up_last(films: Catalogue) -> None:
    assert relax(films, [NO_SCIFI, ADA], everything(films)).relaxed == (ADA,)


def test_one_hard_constraint_is_given_up_rather_than_two_soft_ones(films: Catalogue) -> None:
    year = Constraint("year", Op.RANGE, low=2010)
    runtime = Constraint("runtime", Op.RANGE, low=90)
    nobody = Constraint("director", Op.ANY, ("Nobody",))
    assert relax(films, [year, runtime, nobody], everything(films)).relaxed == (nobody,)


def test_where_everything_is_excluded_nothing_is_relaxed(films: Catalogue) -> None:
    allowed = relax(films, [COMEDY], np.zeros(len(films), np.bool_))
    assert allowed.relaxed == ()
    assert not allowed.rows.any()


@given(st.data())
def test_what_is_kept_can_be_met_and_nothing_smaller_could_be_left_out(data: st.DataObject) -> None:
    catalogue = data.draw(catalogues())
    asked = data.draw(st.lists(constraints(), max_size=4))
    free = np.asarray(data.draw(st.lists(st.booleans(), min_size=len(catalogue), max_size=len(catalogue))))
    allowed = relax(catalogue, asked, free)
    assert sorted(map(repr, (*allowed.kept, *allowed.relaxed))) == sorted(map(repr, asked))
    assert allowed.rows.tolist() == (masks.mask(catalogue, allowed.kept) & free).tolist()
    assert allowed.rows.any() == free.any()
    # An exclusion is given up last, also where giving it up would leave more of the rest.
    exclusions = sum(constraint.op is Op.NONE for constraint in allowed.kept)
    for kept in combinations(asked, len(allowed.kept) + 1):
        if sum(constraint.op is Op.NONE for constraint in kept) >= exclusions:
            assert not (masks.mask(catalogue, kept) & free).any()


@given(st.data())
def test_no_exclusion_is_given_up_that_could_be_kept(data: st.DataObject) -> None:
    catalogue = data.draw(catalogues())
    asked = data.draw(st.lists(constraints(), max_size=4))
    free = np.asarray(data.draw(st.lists(st.booleans(), min_size=len(catalogue), max_size=len(catalogue))))
    allowed = relax(catalogue, asked, free)
    exclusions = [constraint for constraint in asked if constraint.op is Op.NONE]
    kept = sum(constraint.op is Op.NONE for constraint in allowed.kept)
    for more in combinations(exclusions, kept + 1):
        assert not (masks.mask(catalogue, more) & free).any()


def test_nearness_falls_with_the_distance_from_the_range(films: Catalogue) -> None:
    near = nearness(films, [Constraint("year", Op.RANGE, low=2011, high=2012)])
    inside, close, far = (near[films.row(i)] for i in ("the-cellar", "quiet-orbit", "two-bakers"))
    assert inside == 1 > close > far > 0


def test_an_unknown_number_is_far_and_names_do_not_matter(films: Catalogue) -> None:
    assert nearness(films, [SHORT])[films.row("the-long-lunch")] == 0
    assert (nearness(films, [COMEDY]) == 1).all()


@given(st.data())
def test_what_is_given_up_is_what_trying_every_set_gives_up(data: st.DataObject) -> None:
    catalogue = data.draw(catalogues())
    asked = data.draw(st.lists(constraints(), max_size=5))
    met = [masks.meets(catalogue, constraint) for constraint in asked]
    free = everything(catalogue)
    hardness = [_hardness(catalogue.schema, constraint) for constraint in asked]
    sets = [out for size in range(len(asked) + 1) for out in combinations(range(len(asked)), size)]
    sets.sort(
        key=lambda out: (
            sum(asked[index].op is Op.NONE for index in out),
            len(out),
            sorted((hardness[index] for index in out), reverse=True),
        )
    )
    for out in sets:
        if reduce(np.logical_and, [flags for index, flags in enumerate(met) if index not in out], free).any():
            assert relax(catalogue, asked, free).relaxed == tuple(asked[index] for index in out)
            return


def test_a_must_is_given_up_last(films: Catalogue) -> None:
    """Two wishes go before one must, though without the must one film meets both."""
    dated = [item for item in films.items if item.number("year")]
    newest = max(dated, key=lambda item: item.number("year") or 0)
    oldest = min(item.number("year") or 0 for item in dated)
    wishes = [Constraint(r, Op.ALL, newest.names(r)) for r in ("director", "genre") if newest.names(r)]
    early = Constraint("year", Op.RANGE, high=oldest, firm="high")
    assert relax(films, [*wishes, replace(early, firm="")], everything(films)).relaxed == (early,)
    allowed = relax(films, [*wishes, early], everything(films))
    assert early in allowed.kept and allowed.relaxed and set(allowed.relaxed) <= set(wishes)


def test_of_a_range_the_end_that_is_no_must_is_given_up_alone(films: Catalogue) -> None:
    shortest = float(np.nanmin(films.column("runtime")))
    long = Constraint("runtime", Op.RANGE, low=shortest - 1, high=shortest - 0.5, firm="low")
    allowed = relax(films, [long], everything(films))
    assert allowed.kept == (Constraint("runtime", Op.RANGE, low=shortest - 1),)
    assert allowed.relaxed == (Constraint("runtime", Op.RANGE, high=shortest - 0.5),)


def test_many_constraints_are_weighed_exactly(films: Catalogue) -> None:
    nobody = [Constraint("cast", Op.ANY, (f"Nobody {number}",)) for number in range(40)]
    allowed = relax(films, [*nobody[:20], COMEDY, *nobody[20:], SYLVANIA], everything(films))
    assert allowed.relaxed == tuple(nobody)
    assert allowed.kept == (COMEDY, SYLVANIA)


def test_a_price_in_a_currency_that_no_item_has_is_given_up() -> None:
    schema = Schema(("kind",), ("price",), measures={"price": Measure.MONEY}, units={"price": "USD"})
    shop = Catalogue(
        schema, [Item("a", "A", {"kind": ("Bag",)}, {"price": 5}), Item("b", "B", {}, {"price": 9})], "s"
    )
    bag, euros = Constraint("kind", Op.ANY, ("Bag",)), Constraint("price", Op.RANGE, high=7, unit="EUR")
    allowed = relax(shop, [bag, euros], shop.alive)
    assert (allowed.kept, allowed.relaxed) == ((bag,), (euros,))
    assert nearness(shop, [euros]).tolist() == [1, 1]
    assert nearness(shop, [Constraint("price", Op.RANGE, high=7, unit="USD")]).tolist() == [1, 1 / 5]


def test_words_are_given_up_before_names_and_after_ranges(films: Catalogue) -> None:
    word = Constraint(TEXT, Op.ANY, ("zebra",))

    def words(_: str, *, claimed: bool = False) -> Rows:
        return np.empty(0, np.int32)

    assert relax(films, [COMEDY, word], everything(films), words).relaxed == (word,)
    both = Constraint("runtime", Op.RANGE, low=1, high=2)
    assert relax(films, [COMEDY, both], everything(films), words).relaxed == (both,)


def test_a_number_without_end_is_near_where_the_range_has_none() -> None:
    shop = Catalogue(
        Schema((), ("price",)), [Item("a", "A", {}, {"price": np.inf}), Item("b", "B", {}, {"price": 1})]
    )
    assert nearness(shop, [Constraint("price", Op.RANGE, low=2)]).tolist() == [1, 0.5]
    assert nearness(shop, [Constraint("price", Op.RANGE, high=2)]).tolist() == [0, 1]
