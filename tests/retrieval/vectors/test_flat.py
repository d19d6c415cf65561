from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.retrieval.vectors import flat as flat_module
from palate.retrieval.vectors import scan as scan_module
from palate.retrieval.vectors.flat import Flat, Nearest, highest


def vectors(count: int, dimensions: int = 48, seed: int = 0) -> NDArray[np.float32]:
    """Vectors that lie close together, as those of texts do."""
    rng = np.random.default_rng(seed)
    drawn = rng.standard_normal((count, dimensions)) + 4 * rng.standard_normal(dimensions)
    held: NDArray[np.float32] = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return held


def nearest(index: Flat, query: NDArray[np.float32], allowed: NDArray[np.bool_], limit: int) -> Nearest:
    (found,) = index.search(query[None], allowed, limit)
    return found


def filled(held: NDArray[np.float32]) -> Flat:
    index = Flat(held.shape[1])
    index.add(held)
    return index


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many blocks of few vectors, scanned by two threads, however many cores there are."""
    monkeypatch.setattr(flat_module, "BLOCK", 256)
    monkeypatch.setattr(flat_module, "SLICE", 100)
    monkeypatch.setattr(scan_module, "TASK", 64)
    monkeypatch.setattr(scan_module, "THREADS", 2)
    monkeypatch.setattr(scan_module, "SHARE", 1)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("share", [1.0, 0.3, 0.01])
def test_almost_all_of_the_exact_neighbours_are_found_in_their_order(share: float) -> None:
    held, queries = vectors(5000), vectors(20, seed=1)
    index = filled(held)
    allowed = np.random.default_rng(2).random(5000) < share
    recalls = []
    for query in queries:
        exact = np.where(allowed, held @ query, -np.inf)
        best = np.argsort(-exact)[: min(100, int(allowed.sum()))]
        found = nearest(index, query, allowed, 100)
        assert allowed[found.places].all()
        assert (np.diff(found.scores) <= 0).all()
        assert found.scores == pytest.approx(exact[found.places], abs=2e-3)
        recalls.append(len(set(best.tolist()) & set(found.places.tolist())) / len(best))
    assert np.mean(recalls) >= 0.97


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("share", [1.0, 0.3, 0.01])
def test_several_queries_are_answered_as_each_alone(share: float) -> None:
    queries, index = vectors(4, seed=1), filled(vectors(1000))
    allowed = np.random.default_rng(2).random(1000) < share
    for query, found in zip(queries, index.search(queries, allowed, 10), strict=True):
        alone = nearest(index, query, allowed, 10)
        assert found.places.tolist() == alone.places.tolist()
        assert found.scores.tolist() == alone.scores.tolist()


@pytest.mark.usefixtures("small_blocks")
def test_what_was_added_is_found_by_the_next_search() -> None:
    held = vectors(600)
    index = Flat(48)
    for start, end in ((0, 1), (1, 255), (255, 300), (300, 600)):
        index.add(held[start:end])
        assert len(index) == end
        for at in (start, end - 1):
            assert nearest(index, held[at], np.ones(end, np.bool_), 1).places.tolist() == [at]


def test_only_allowed_entries_and_no_more_than_there_are() -> None:
    held = vectors(40)
    index = filled(held)
    none = nearest(index, held[0], np.zeros(40, np.bool_), 5)
    assert len(none.places) == len(none.scores) == 0
    assert len(nearest(index, held[0], np.ones(40, np.bool_), 0).places) == 0
    three = np.isin(np.arange(40), [3, 5, 39])
    assert set(nearest(index, held[0], three, 10).places.tolist()) == {3, 5, 39}
    assert len(nearest(index, held[0], np.ones(30, np.bool_), 100).places) == 30


@pytest.mark.usefixtures("small_blocks")
def test_vectors_come_back_to_three_digits() -> None:
    held = vectors(700)
    index = filled(held)
    places = np.asarray([699, 0, 256, 255, 0])
    assert index.vectors(places) == pytest.approx(held[places], abs=1e-3)
    assert index.vectors(np.empty(0, np.int64)).shape == (0, 48)


def test_a_vector_of_zeros_harms_nothing() -> None:
    index = filled(np.vstack([np.zeros((1, 48), np.float32), vectors(3)]))
    found = nearest(index, np.zeros(48, np.float32), np.ones(4, np.bool_), 4)
    assert np.isfinite(found.scores).all()
    assert sorted(found.places.tolist()) == [0, 1, 2, 3]


@pytest.mark.usefixtures("small_blocks")
def test_searching_while_another_thread_adds() -> None:
    held = vectors(4000)
    index = filled(held[:100])
    failures: list[Exception] = []

    def search() -> None:
        try:
            while (size := len(index)) < len(held):
                at = size - 1
                assert nearest(index, held[at], np.ones(size, np.bool_), 1).places.tolist() == [at]
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=search)
    thread.start()
    for start in range(100, len(held), 50):
        index.add(held[start : start + 50])
    thread.join()
    assert not failures


def test_searching_borrows_nothing_from_python() -> None:
    index, everywhere = filled(vectors(40)), np.ones(40, np.bool_)
    before = sys.getrefcount(None)
    for _ in range(500):
        nearest(index, index.vectors(np.asarray([3]))[0], everywhere, 5)
    assert sys.getrefcount(None) > before - 100


def test_the_highest_of_many_scores() -> None:
    scores = np.random.default_rng(0).standard_normal(100_000).astype(np.float32)
    scores[::7] = -np.inf
    assert set(highest(scores, 50).tolist()) == set(np.argsort(-scores)[:50].tolist())
    assert sorted(highest(scores[:20], 50).tolist()) == [n for n in range(20) if n % 7]
    assert len(highest(np.zeros(100_000, np.float32), 50)) == 50
