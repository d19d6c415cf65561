from __future__ import annotations

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Entity, Fact
from palate.errors import UnknownItem, UnknownValue
from palate.retrieval.graph.graph import Graph
from palate.retrieval.ranking import Ranking
from tests.retrieval.conftest import SCHEMA, film


@pytest.fixture(scope="module")
def graph(films: Catalogue) -> Graph:
    return Graph(films, np.ones(len(films), np.float32))


def ids(catalogue: Catalogue, ranking: Ranking) -> list[str]:
    return [catalogue.id(row) for row in ranking.rows.tolist()]


def everything(catalogue: Catalogue) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(len(catalogue), np.bool_)


def test_the_nearest_items_share_the_most_telling_things(films: Catalogue, graph: Graph) -> None:
    near = graph.near_item("red-planet-rising", everything(films), 3).candidates(films)
    assert [candidate.item_id for candidate in near] == ["red-planet-falling", "the-cellar", "quiet-orbit"]
    assert near[0].facts == (
        Fact("red-planet-falling", "shares:director", "Ada Stern", "graph", "Red Planet Rising"),
        Fact("red-planet-falling", "shares:cast", "Bo Finch", "graph", "Red Planet Rising"),
        Fact("red-planet-falling", "shares:genre", "Sci-Fi", "graph", "Red Planet Rising"),
    )


def test_an_item_is_not_its_own_neighbour_and_masks_hold(films: Catalogue, graph: Graph) -> None:
    allowed = everything(films)
    allowed[films.row("red-planet-falling")] = False
    found = set(ids(films, graph.near_item("red-planet-rising", allowed, 50)))
    assert not found & {"red-planet-rising", "red-planet-falling"}


def test_the_prior_decides_between_equals(films: Catalogue) -> None:
    prior = np.ones(len(films), np.float32)
    prior[films.row("two-bakers")] = 0.5
    near = Graph(films, prior).near_item("the-long-lunch", everything(films), 2)
    assert ids(films, near) == ["three-bakers", "two-bakers"]


def test_anyone_like_them_leaves_their_own_items_out(films: Catalogue, graph: Graph) -> None:
    near = graph.near_entity(Entity("director", "Mei Aoki"), everything(films), 5).candidates(films)
    assert near[0].item_id == "wind-and-grass"
    assert near[0].facts[0].about == "Paper Boats"
    assert not {candidate.item_id for candidate in near} & {"paper-boats", "paper-kites"}


def test_an_entity_that_nobody_has_brings_nothing(films: Catalogue, graph: Graph) -> None:
    assert graph.near_entity(Entity("director", "Nobody"), everything(films), 5).rows.tolist() == []
    assert graph.having([Entity("genre", "Opera")], everything(films), 5).rows.tolist() == []
    with pytest.raises(UnknownValue):
        graph.having([Entity("colour", "red")], everything(films), 5)
    with pytest.raises(UnknownItem):
        graph.near_item("never-made", everything(films), 5)


def test_having_ranks_by_how_much_is_there(films: Catalogue, graph: Graph) -> None:
    wanted = [Entity("genre", "Sci-Fi"), Entity("person", "Ada Stern")]
    found = ids(films, graph.having(wanted, everything(films), 10))
    assert set(found[:3]) == {"red-planet-rising", "red-planet-falling", "the-cellar"}
    assert found[3] == "quiet-orbit"


def test_common_values_are_neither_near_nor_named(films: Catalogue, graph: Graph) -> None:
    bakers = graph.shared(films.row("two-bakers"), films.row("three-bakers"))
    assert [fact.value for fact in bakers] == ["Luc Roi", "Comedy", "Sylvania", "Sylvan"]
    assert graph.shared(films.row("common-1"), films.row("common-2")) == ()
    row = films.row("paper-boats")
    nearness = graph.similarity(graph.edges.hood(np.arange(len(films), dtype=np.int32)), [row])[:, 0]
    assert nearness[films.row("paper-kites")] > nearness[films.row("wind-and-grass")]
    assert nearness[films.row("wind-and-grass")] > nearness[films.row("everybody-saw-this")]


def test_a_name_under_two_relations_is_named_once() -> None:
    items = [film(f"Part {n}", director=["Ada"], writer=["Ada"]) for n in range(2)] + [
        film(f"X{n}") for n in range(8)
    ]
    graph = Graph(Catalogue(SCHEMA, items), np.ones(10, np.float32))
    assert [fact.relation for fact in graph.shared(0, 1)] == ["shares:director"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_smallest_catalogues_have_a_graph(count: int) -> None:
    items = [film(f"Film {n}", director=["Ada"]) for n in range(count)]
    graph = Graph(Catalogue(SCHEMA, items), np.ones(count, np.float32))
    assert len(graph.having([Entity("director", "Ada")], np.ones(count, np.bool_), 3)) == count
    if count:
        assert graph.near_item("film-0", np.ones(count, np.bool_), 3).rows.tolist() == []
