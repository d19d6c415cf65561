from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import numpy as np
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.domain import Interaction, Kind, Query
from palate.retrieval.engine import Engine
from palate.retrieval.learned.features import Features
from palate.retrieval.learned.models import Models
from palate.retrieval.learned.ranker import Ranker
from palate.retrieval.options import Options
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.itemitem import learn_itemitem
from tests.retrieval.test_engine import titles


def test_people_with_the_same_taste_and_a_trained_order(films: Catalogue) -> None:
    space = ["red-planet-rising", "red-planet-falling", "quiet-orbit", "the-cellar"]
    cartoons = ["paper-boats", "paper-kites", "wind-and-grass", "everybody-saw-this"]
    start = datetime(2020, 1, 1, tzinfo=UTC)
    crowd = [
        Interaction(f"{kind}{n}", item, Kind.LIKED, 1.0, start + timedelta(hours=n + 7 * place))
        for kind, ids in (("s", space), ("c", cartoons))
        for n in range(12)
        for place, item in enumerate(ids)
    ]
    histories = Histories.of(films, crowd)
    models = Models(itemitem=learn_itemitem(histories, films))
    engine = Engine(films, histories=histories, models=models)
    mine = (Interaction("me", "paper-boats", Kind.LIKED, 1.0, start + timedelta(days=9)),)
    query = Query(history=mine, exclude=frozenset({"paper-boats"}))
    found = {ranking.source for ranking in engine.history(query)}
    assert {"itemitem", "interests", "history"} <= found
    assert set(titles(engine.recommend(query))[:3]) >= {"Paper Kites", "Wind and Grass"}

    class Backwards:
        """A ranker that puts what most people know last."""

        names = ("als.rank", "itemitem.rank", "item.count")

        def scores(self, features: Features) -> NDArray[np.float32]:
            return -np.asarray(films.column("reviews")[features.rows], np.float32)

        def contributions(self, features: Features, places: Sequence[int]) -> list[dict[str, float]]:
            return [{"als": 2.5, "base": 1.0} for _ in places]

    taught = replace(models, ranker=cast("Ranker", Backwards()))
    options = Options(diversity=0.0)
    trained = Engine(films, histories=histories, models=taught, options=options)
    first = trained.recommend(query).recommendations[0]
    assert first.contributions["als"] == 2.5
    assert "base" not in first.contributions
    counts = [item.number("reviews") or 0 for item in trained.recommend(query).items]
    assert counts[:3] == sorted(counts[:3])
    by_ranks = Engine(films, histories=histories, models=taught, options=replace(options, ranker=False))
    assert titles(by_ranks.recommend(query)) != titles(trained.recommend(query))
    spoken = replace(query, text="red planet")
    assert titles(trained.recommend(spoken)) == titles(by_ranks.recommend(spoken))
