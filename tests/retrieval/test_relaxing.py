from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Op
from palate.retrieval import masks
from palate.retrieval.relaxing import nearness, relax
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
    for kept in combinations(asked, len(allowed.kept) + 1):
        assert not (masks.mask(catalogue, kept) & free).any()


def test_nearness_falls_with_the_distance_from_the_range(films: Catalogue) -> None:
    near = nearness(films, [Constraint("year", Op.RANGE, low=2011, high=2012)])
    inside, close, far = (near[films.row(i)] for i in ("the-cellar", "quiet-orbit", "two-bakers"))
    assert inside == 1 > close > far > 0


def test_an_unknown_number_is_far_and_names_do_not_matter(films: Catalogue) -> None:
    assert nearness(films, [SHORT])[films.row("the-long-lunch")] == 0
    assert (nearness(films, [COMEDY]) == 1).all()
