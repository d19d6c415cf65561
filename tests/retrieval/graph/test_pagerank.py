from __future__ import annotations

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Entity
from palate.retrieval.graph import pagerank as module
from palate.retrieval.graph.graph import Graph
from palate.retrieval.graph.pagerank import pagerank


@pytest.fixture(scope="module")
def graph(films: Catalogue) -> Graph:
    return Graph(films, np.ones(len(films), np.float32))


def test_it_is_the_stationary_walk_of_a_full_matrix(
    films: Catalogue, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEPS", 60)
    rows = np.arange(len(films), dtype=np.int32)
    start = graph.profile([films.row("red-planet-rising")], [1.0])
    near = pagerank(start, graph.edges.hood(rows), np.ones(len(films), np.float32), films.alive, 100)
    full = np.zeros((len(films), graph.edges.width))
    entries = graph.edges.entries(rows)
    full[entries.places, entries.columns] = entries.weights
    restart = np.zeros(graph.edges.width)
    restart[start.columns] = start.weights / start.weights.sum()
    used = full.any(axis=0) | (restart > 0)  # through all other columns nobody walks
    full, restart = full[:, used], restart[used]
    down = full / np.maximum(full.sum(axis=0), 1e-9)
    up = full / np.maximum(full.sum(axis=1, keepdims=True), 1e-9)
    # at = (1 - d) restart + d up^T down at, solved exactly.
    at = np.linalg.solve(np.eye(len(restart)) - module.DAMPING * up.T @ down, (1 - module.DAMPING) * restart)
    visits = down @ at
    assert near.scores == pytest.approx(np.sort(visits)[::-1][: len(near.scores)], abs=1e-6)
    assert near.rows[0] == films.row("red-planet-rising")


def test_a_walk_reaches_what_is_two_steps_away_and_keeps_to_the_mask(films: Catalogue, graph: Graph) -> None:
    row = films.row("paper-boats")
    rows = np.arange(len(films), dtype=np.int32)
    allowed = films.alive.copy()
    allowed[films.row("paper-kites")] = False
    ranking = graph.walk(graph.profile([row], [1.0]), [row], graph.edges.hood(rows), allowed, 10)
    found = [films.id(each) for each in ranking.rows.tolist()]
    assert found[0] == "wind-and-grass"
    assert not {"paper-boats", "paper-kites"} & set(found)
    assert ranking.facts(films.row("wind-and-grass"))[0].about == "Paper Boats"


def test_a_walk_can_start_from_entities_alone(films: Catalogue, graph: Graph) -> None:
    start = graph.profile([], [], [Entity("person", "Ada Stern"), Entity("genre", "No Such")])
    ranking = graph.walk(start, [], graph.edges.hood(np.arange(len(films), dtype=np.int32)), films.alive, 3)
    found = {films.id(row) for row in ranking.rows.tolist()}
    assert found == {"red-planet-rising", "red-planet-falling", "the-cellar"}
    assert ranking.facts(0) == ()


def test_a_walk_from_nothing_goes_nowhere(films: Catalogue, graph: Graph) -> None:
    rows = np.arange(len(films), dtype=np.int32)
    assert len(graph.walk(graph.profile([], []), [], graph.edges.hood(rows), films.alive, 3)) == 0
