from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palate.catalogue.relation import RelationBuilder
from palate.retrieval.graph import edges as module
from palate.retrieval.graph.edges import Edges
from palate.retrieval.graph.hood import Profile
from palate.retrieval.graph.strand import Strand

Matrix = NDArray[np.float32]


def strand(name: str, has: NDArray[np.bool_], random: np.random.Generator) -> Strand:
    builder = RelationBuilder()
    builder.add([str(value) for value in range(has.shape[1])])
    for row in has:
        builder.add([str(value) for value in np.flatnonzero(row)])
    weights = np.asarray(random.random(has.shape[1]) + 0.1, np.float32)
    return Strand.of(name, builder.build(), weights, np.asarray(random.random(len(has) + 1) + 0.3, np.float32))


def case(items: int, widths: tuple[int, int], seed: int) -> tuple[Edges, Matrix]:
    """Two relations, and the same as one full matrix; row 0 has every value so that their numbers are known."""
    random = np.random.default_rng(seed)
    strands = [strand(str(width), random.random((items, width)) < 0.4, random) for width in widths]
    full = []
    for each, width in zip(strands, widths, strict=True):
        matrix = np.zeros((items + 1, width), np.float32)
        for row in range(items + 1):
            matrix[row, each.relation.values.rows(row)] = 1
        full.append(matrix * each.weights / each.norms[:, None])
    return Edges(strands, items + 1), np.concatenate(full, axis=1)


@given(st.integers(1, 8), st.tuples(st.integers(1, 5), st.integers(1, 5)), st.integers(0, 2**32 - 1), st.data())
def test_it_does_what_a_full_matrix_does(items: int, widths: tuple[int, int], seed: int, data: st.DataObject) -> None:
    edges, matrix = case(items, widths, seed)
    rows = np.asarray(data.draw(st.lists(st.integers(0, items), min_size=1, max_size=4, unique=True)), np.int32)
    profile = edges.profile(rows)
    everything = np.arange(items + 1, dtype=np.int32)
    dots = matrix @ matrix[rows].mean(axis=0)
    assert edges.dots(edges.hood(everything), profile) == pytest.approx(dots, abs=1e-5)
    assert edges.similarity(edges.hood(everything), edges.beside(rows)) == pytest.approx(
        matrix @ matrix[rows].T, abs=1e-5
    )
    assert edges.dense(rows).sum(axis=1) == pytest.approx(matrix[rows].sum(axis=1), abs=1e-5)
    prior, allowed = np.ones(items + 1, np.float32), np.ones(items + 1, np.bool_)
    for few, entries in ((8_000, 250_000), (0, 250_000), (0, 1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "FEW", few)
            patch.setattr(module, "ENTRIES", entries)
            near = edges.near(profile, prior, allowed, items + 1)
        assert near.scores == pytest.approx(np.sort(dots[dots > 0])[::-1], abs=1e-5)


def test_nothing_is_near_an_empty_profile() -> None:
    edges, _ = case(3, (2, 2), 0)
    empty = Profile(np.empty(0, np.int64), np.empty(0, np.float32))
    assert edges.dots(edges.hood(np.arange(4, dtype=np.int32)), empty).tolist() == [0.0] * 4
    for few in (0, 10):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "FEW", few)
            assert len(edges.near(empty, np.ones(4, np.float32), np.ones(4, np.bool_), 5).rows) == 0


def test_columns_have_names_and_room() -> None:
    edges, _ = case(2, (2, 3), 1)
    first, second = edges.column("2", "0"), edges.column("3", "0")
    assert (first, edges.column("2", "1"), second) == (0, 1, 2 + module.ROOM)
    assert edges.column("3", "9") is edges.column("no", "0") is None
    assert edges.counts.sum() == sum(strand.relation.rows.entries for strand in edges.strands)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 1_000]))
def test_a_change_is_like_building_anew(seed: int, room: int) -> None:
    random = np.random.default_rng(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ROOM", room)
        before, _ = case(4, (2, 3), seed)
        late = []
        for each in before.strands:
            relation = each.relation.appended([["1", "new"], []])
            weights = np.append(each.weights, np.float32(0.7))
            late.append(
                Strand.of(each.name, relation, weights, np.append(each.norms, [0.5, 0.5]).astype(np.float32), each)
            )
        changed, anew = Edges(late, 7, before), Edges(late, 7)
    rows = random.permutation(7).astype(np.int32)
    beside, again = changed.beside(rows), anew.beside(rows)
    assert changed.similarity(changed.hood(rows), beside) == pytest.approx(anew.similarity(anew.hood(rows), again))


def test_two_hoods_are_one_without_what_both_have() -> None:
    edges, _ = case(6, (3, 4), 1)
    one, other = edges.hood(np.array([1, 4], np.int32)), edges.hood(np.array([0, 4, 5], np.int32))
    both, whole = one.plus(other), edges.hood(np.array([1, 4, 0, 5], np.int32))
    assert both.rows.tolist() == whole.rows.tolist()
    beside = edges.beside(np.arange(7, dtype=np.int32))
    assert edges.similarity(both, beside) == pytest.approx(edges.similarity(whole, beside))
