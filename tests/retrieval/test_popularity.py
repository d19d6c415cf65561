from __future__ import annotations

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Schema
from palate.retrieval.popularity import Popularity
from tests.retrieval.conftest import SCHEMA, film


def test_five_perfect_reviews_do_not_beat_three_hundred_good_ones(films: Catalogue) -> None:
    popularity = Popularity(films)
    few, many = films.row("nobody-saw-this"), films.row("everybody-saw-this")
    assert popularity.quality[few] < popularity.quality[many]
    assert popularity.prior[few] < popularity.prior[many]


def test_fame_does_not_make_up_for_quality(films: Catalogue) -> None:
    prior = Popularity(films).prior
    assert prior[films.row("worst-of-all")] < prior[films.row("paper-kites")]


def test_all_values_are_shares(films: Catalogue) -> None:
    popularity = Popularity(films)
    for values in (popularity.fame, popularity.quality, popularity.prior):
        assert values.shape == (len(films),)
        assert (values > 0).all()
        assert (values <= 1).all()


def test_fame_is_measured_among_contemporaries() -> None:
    old = [film(f"Old {n}", 1950, reviews=float(n % 40)) for n in range(1500)]
    new = [film(f"New {n}", 2000, reviews=float(n % 40) * 10) for n in range(1500)]
    popularity = Popularity(Catalogue(SCHEMA, [*old, *new]))
    assert abs(popularity.fame[39] - popularity.fame[1500 + 39]) < 0.02
    assert popularity.fame[39] > 0.95


def test_top_keeps_to_what_is_allowed_and_ranks_by_the_prior(films: Catalogue) -> None:
    popularity = Popularity(films)
    allowed = np.zeros(len(films), np.bool_)
    allowed[:6] = True
    top = popularity.top(allowed, 4)
    assert len(top) == 4
    assert top.source == "popularity"
    assert top.scores.tolist() == sorted(popularity.prior[:6].tolist(), reverse=True)[:4]


def test_a_catalogue_without_scores_years_or_items_can_be_ranked() -> None:
    schema = Schema((), ("score", "reviews"), {}, "score", "reviews")
    items = [Item("a", "A", {}, {"reviews": 5.0}), Item("b", "B", {}, {"reviews": 9.0})]
    assert Popularity(Catalogue(schema, items)).prior[1] > Popularity(Catalogue(schema, items)).prior[0]
    assert len(Popularity(Catalogue(schema, [])).prior) == 0
