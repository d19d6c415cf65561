from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate.retrieval.edges import Edges, Profile


def edges_of(matrix: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Edges:
    rows, columns = np.nonzero(matrix)
    order = np.random.default_rng(0).permutation(len(rows))
    rows, columns = rows[order], columns[order]
    return Edges(rows.astype(np.int32), columns.astype(np.int32), matrix[rows, columns], matrix.shape)


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**32 - 1), st.data())
def test_it_does_what_a_full_matrix_does(items: int, entities: int, seed: int, data: st.DataObject) -> None:
    random = np.random.default_rng(seed)
    matrix = (random.random((items, entities)) * (random.random((items, entities)) < 0.4)).astype(np.float32)
    edges = edges_of(matrix)
    rows = np.asarray(data.draw(st.lists(st.integers(0, items - 1), min_size=1, max_size=4, unique=True)), np.int32)
    profile = edges.profile(rows)
    assert edges.dot(profile) == pytest.approx(matrix @ matrix[rows].mean(axis=0), abs=1e-5)
    used = np.flatnonzero(matrix[rows].any(axis=0))
    assert edges.dense(rows) == pytest.approx(matrix[rows][:, used])


def test_nothing_is_near_an_empty_profile() -> None:
    edges = edges_of(np.eye(3, dtype=np.float32))
    assert edges.dot(Profile(np.empty(0, np.int32), np.empty(0, np.float32))).tolist() == [0.0, 0.0, 0.0]
