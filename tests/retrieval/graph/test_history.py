from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Fact, Interaction, Kind
from palate.retrieval.graph.graph import Graph
from palate.retrieval.graph.history import History
from palate.retrieval.graph.hood import Hood

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def source(films: Catalogue) -> History:
    return History(films, Graph(films, np.ones(len(films), np.float32)))


def did(item_id: str, value: float, hours: int = 0, kind: Kind = Kind.RATED) -> Interaction:
    return Interaction("u", item_id, kind, value, NOON + timedelta(hours=hours))


def everything(films: Catalogue) -> Hood:
    return Graph(films, np.ones(len(films), np.float32)).edges.hood(np.arange(len(films), dtype=np.int32))


def near(source: History, films: Catalogue, *history: Interaction) -> list[str]:
    found = source.find(source.values(history), everything(films), 20).candidates(films)
    return [candidate.item_id for candidate in found]


def test_what_was_liked_pulls_its_neighbours_and_says_so(source: History, films: Catalogue) -> None:
    found = source.find(source.values([did("paper-boats", 1.0)]), everything(films), 5).candidates(films)
    assert [candidate.item_id for candidate in found[:2]] == ["paper-kites", "wind-and-grass"]
    assert found[0].facts[:2] == (
        Fact("paper-kites", "liked_with", "Paper Boats", "history", "Paper Boats"),
        Fact("paper-kites", "shares:director", "Mei Aoki", "graph", "Paper Boats"),
    )


def test_items_of_the_history_are_not_proposed(source: History, films: Catalogue) -> None:
    found = near(source, films, did("paper-boats", 1.0), did("wind-and-grass", -1.0))
    assert found
    assert not set(found) & {"paper-boats", "wind-and-grass"}


def test_what_was_disliked_pushes_its_neighbours_away(source: History, films: Catalogue) -> None:
    before = near(source, films, did("red-planet-rising", 1.0))
    after = near(source, films, did("red-planet-rising", 1.0), did("quiet-orbit", -1.0))
    assert before.index("red-planet-falling") == 0
    assert "the-cellar" in before
    assert "quiet-orbit" in before
    assert "quiet-orbit" not in after


def test_more_liked_weighs_more(source: History, films: Catalogue) -> None:
    planets = near(source, films, did("red-planet-rising", 1.0), did("paper-boats", 0.2))
    boats = near(source, films, did("red-planet-rising", 0.2), did("paper-boats", 1.0))
    assert planets[0] == "red-planet-falling"
    assert boats[0] == "paper-kites"


def test_the_latest_word_on_an_item_counts(source: History, films: Catalogue) -> None:
    assert near(source, films, did("paper-boats", 1.0), did("paper-boats", -1.0, hours=1)) == []
    assert near(source, films, did("paper-boats", -1.0), did("paper-boats", 1.0, hours=1))


@pytest.mark.parametrize("history", [[], [did("paper-boats", -1.0)], [did("gone", 1.0)], [did("paper-boats", 0.0)]])
def test_without_anything_liked_there_is_nothing_to_say(
    source: History, films: Catalogue, history: list[Interaction]
) -> None:
    assert near(source, films, *history) == []
