from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.domain import Fact, Interaction, Item, Kind, Measure, Schema
from palate.retrieval.people.histories import Histories
from palate.retrieval.popularity import Popularity
from palate.retrieval.recency import Recency

NOW = datetime(2001, 1, 1, tzinfo=UTC)
DATED = Schema(relations=(), numbers=("added",), measures={"added": Measure.DATE})


def seen(item_id: str, days: int, people: int) -> list[Interaction]:
    return [
        Interaction(f"{item_id}-{n}", item_id, Kind.BOUGHT, 1.0, NOW - timedelta(days=days)) for n in range(people)
    ]


def test_what_many_turned_to_lately_is_before_what_more_did_long_ago(films: Catalogue) -> None:
    histories = Histories.of(films, [*seen("two-bakers", 0, 3), *seen("paper-boats", 600, 9)])
    recency = Recency(films, np.ones(len(films), np.float32), histories)
    ranking = recency.find(films.alive, 5)
    assert ranking.rows.tolist() == [films.row("two-bakers")]
    assert ranking.facts(int(ranking.rows[0])) == (Fact("two-bakers", "recent", "3", "histories"),)
    everywhere = Popularity(films, histories)
    assert everywhere.known_by(films.row("paper-boats")) == 9


def test_dates_of_the_catalogue_stand_in_for_histories() -> None:
    days = [date(2020, 1, 1), date(2024, 5, 1), date(2024, 4, 1)]
    items = [Item(str(n), str(n), {}, {"added": float(day.toordinal())}) for n, day in enumerate(days)]
    catalogue = Catalogue(DATED, [*items, Item("3", "3", {}, {})])
    ranking = Recency(catalogue, np.ones(4, np.float32)).find(catalogue.alive, 5)
    assert ranking.rows.tolist() == [1, 2]
    assert ranking.facts(1) == (Fact("1", "recent", str(days[1].toordinal()), "catalogue"),)


def test_without_times_there_is_nothing(films: Catalogue) -> None:
    assert len(Recency(films, np.ones(len(films), np.float32)).find(films.alive, 5)) == 0
    empty = Histories.of(films, [])
    assert len(Recency(films, np.ones(len(films), np.float32), empty).find(films.alive, 5)) == 0
