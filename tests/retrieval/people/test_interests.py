from __future__ import annotations

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.retrieval.graph.graph import Graph
from palate.retrieval.people.clustering import clusters, silhouette
from palate.retrieval.people.evidence import Evidence
from palate.retrieval.people.interests import Interests
from palate.retrieval.people.people import People
from palate.retrieval.people.space import GraphSpace, Spaces, TextSpace
from palate.retrieval.people.taste import taste
from palate.retrieval.ranking import Ranking, ranked
from tests.retrieval import world


class Camps:
    """Vectors of texts: comedies one way, horror another, all of them leaning a third way as encoders do."""

    ready = True

    def __init__(self, catalogue: Catalogue) -> None:
        rng = np.random.default_rng(0)
        camps = np.array([[1, 0, 3, 0.0], [0, 1, 3, 0.0]])
        each = [camps["ch".index(catalogue.id(row)[0])] for row in range(len(catalogue))]
        self._all = (np.array(each) + 0.1 * rng.normal(size=(len(catalogue), 4))).astype(np.float32)
        self._all /= np.linalg.norm(self._all, axis=1, keepdims=True)

    def vectors(self, rows: Rows) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        return self._all[rows]

    def has(self) -> Flags:
        return np.ones(len(self._all), np.bool_)

    def search(
        self, queries: np.ndarray[tuple[int, int], np.dtype[np.float32]], allowed: Flags, limit: int
    ) -> list[Ranking]:
        rows = np.flatnonzero(allowed).astype(np.int32)
        return [ranked("dense", rows, self._all[rows] @ query + 2, limit) for query in queries]

    def encode(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        return np.array([1, 0, 3, 0] if "laugh" in text else [0, 1, 3, 0], np.float32) / np.float32(10**0.5)


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return world.catalogue()


@pytest.fixture(scope="module", params=["graph", "text"])
def spaces(request: pytest.FixtureRequest, small: Catalogue) -> Spaces:
    prior = np.ones(len(small), np.float32)
    return Spaces(Graph(small, prior), prior, Camps(small) if request.param == "text" else None)


def test_two_tastes_are_two_interests_and_both_are_served(small: Catalogue, spaces: Spaces) -> None:
    person = taste(small, world.history("c1", "h4", "c2", "h5", "c3"))
    interests = Interests(small, spaces, np.ones(len(small), np.float32))
    points = interests.points(person)
    assert len(points) == 2
    assert sum(point.weight for point in points) == pytest.approx(1)
    assert {interests.label(point, person) for point in points} == {"Comedy", "Horror"}
    allowed = small.alive.copy()
    allowed[person.seen] = False
    near = [
        point.space.near(point.rows, allowed, 5)
        if isinstance(point.space, GraphSpace)
        else Camps(small).search(point.centre[None], allowed, 5)[0]
        for point in points
    ]
    found = interests.find(points, person, near)
    for point, ranking in zip(points, found, strict=True):
        label = interests.label(point, person)
        assert ranking.source == "interests"
        assert ranking.weight == point.weight
        assert {small.items[row].names("genre") for row in ranking.rows.tolist()} == {(label,)}
        (fact,) = ranking.facts(int(ranking.rows[0]))
        assert (fact.relation, fact.value) == ("interest", label)


def test_one_taste_is_one_interest(small: Catalogue, spaces: Spaces) -> None:
    interests = Interests(small, spaces, np.ones(len(small), np.float32))
    person = taste(small, world.history("c1", "c6", "c11", "c16"))
    assert len(interests.points(person)) == 1
    assert interests.points(taste(small, [])) == ()
    (one,) = interests.points(taste(small, world.history("h3")))
    assert interests.label(one, taste(small, world.history("h3"))) == "Horror 3"


def test_what_was_said_moves_an_interest(small: Catalogue) -> None:
    prior = np.ones(len(small), np.float32)
    interests = Interests(small, Spaces(Graph(small, prior), prior, Camps(small)), prior)
    person = taste(small, world.history("c1", "c2", "h3", "h5"))
    weights = {
        said: {interests.label(point, person): point.weight for point in interests.points(person, [said] * 3)}
        for said in ("something to laugh about", "something dark")
    }
    assert weights["something to laugh about"]["Comedy"] > weights["something dark"]["Comedy"]


def test_texts_are_the_space_once_most_items_have_a_vector(small: Catalogue) -> None:
    dense = Camps(small)
    prior = np.ones(len(small), np.float32)
    half = np.arange(len(small)) % 2 == 0
    spaces = Spaces(Graph(small, prior), prior, dense)
    dense.has = lambda: half  # type: ignore[method-assign]
    assert not isinstance(spaces.current(), TextSpace)
    dense.has = lambda: ~(half & False)  # type: ignore[method-assign]
    assert isinstance(spaces.current(), TextSpace)


def test_portraits_decide_whose_histories_count(small: Catalogue) -> None:
    everybody = world.histories(small)
    prior = np.ones(len(small), np.float32)
    spaces = Spaces(Graph(small, prior), prior, Camps(small))
    person = taste(small, world.history("c1", "c2", "h3", "h5"))
    people = People(small, everybody, Evidence(small, everybody))
    comedy, horror = Interests(small, spaces, prior).points(person)
    if "c" not in {small.id(row)[0] for row in comedy.rows.tolist()}:
        comedy, horror = horror, comedy
    share = {}
    for name, points in (("comedy", [comedy]), ("horror", [horror])):
        ranking = people.find(person, points, small.alive, 1000)
        mine = [small.id(row)[0] == "c" for row in ranking.rows.tolist()]
        share[name] = float(ranking.scores[mine].sum() / ranking.scores.sum())
    assert share["comedy"] > share["horror"]


def test_as_many_clusters_as_there_are() -> None:
    rng = np.random.default_rng(0)
    for count in (1, 2, 3, 4):
        centres = np.eye(8)[:count]
        vectors = np.repeat(centres, 8, axis=0) + 0.1 * rng.normal(size=(8 * count, 8))
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        labels = clusters(vectors, np.ones(len(vectors), np.float32))
        assert len(set(labels.tolist())) == count
        assert all(len(set(labels[8 * each : 8 * each + 8].tolist())) == 1 for each in range(count))


def test_the_heaviest_cluster_is_the_first() -> None:
    vectors = np.repeat(np.eye(2, dtype=np.float32), 3, axis=0)
    assert clusters(vectors, np.array([1, 1, 1, 5, 5, 5], np.float32)).tolist() == [1, 1, 1, 0, 0, 0]


def test_silhouette_of_a_division_by_hand() -> None:
    points = np.array([0.0, 1.0, 10.0, 11.0])
    distances = np.abs(points[:, None] - points).astype(np.float32)
    value = silhouette(distances, np.array([0, 0, 1, 1]), 2)
    expected = np.mean([1 - 1 / 10.5, 1 - 1 / 9.5, 1 - 1 / 9.5, 1 - 1 / 10.5])
    assert value == pytest.approx(expected, rel=1e-5)
