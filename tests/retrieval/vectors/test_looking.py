from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.errors import ModelUnavailable
from palate.retrieval.vectors.dense import Dense
from palate.retrieval.vectors.looking import Looking
from tests.hardships.worlds import dense_over


@pytest.fixture
def dense(films: Catalogue) -> Dense:
    return dense_over(films)


def test_text_and_vectors_are_found_as_if_each_were_looked_for_alone(films: Catalogue, dense: Dense) -> None:
    vectors = [dense.encode("comedy sylvan bakers"), dense.encode("drama")]
    looking = Looking(dense, films.alive, 9, "planet rising", vectors)
    assert (
        looking.near_text(4).rows.tolist()
        == dense.search(dense.encode("planet rising")[None], films.alive, 4)[0].rows.tolist()
    )
    for vector, near in zip(vectors, looking.near_vectors(9), strict=True):
        assert near.rows.tolist() == dense.search(vector[None], films.alive, 9)[0].rows.tolist()
    assert [len(near) for near in looking.near_vectors(2)] == [2, 2]


def test_without_a_text_there_are_the_vectors_alone(films: Catalogue, dense: Dense) -> None:
    looking = Looking(dense, films.alive, 5, "  ", [dense.encode("drama")])
    assert len(looking.near_text(5)) == 0
    assert [len(near) for near in looking.near_vectors(5)] == [5]


def test_an_encoder_that_does_not_answer_leaves_the_vectors(
    films: Catalogue, dense: Dense, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = dense.encode("drama")

    def fails(text: str) -> NDArray[np.float32]:
        raise ModelUnavailable("no")

    monkeypatch.setattr(dense, "encode", fails)
    looking = Looking(dense, films.alive, 5, "planet", [vector])
    assert len(looking.near_text(5)) == 0
    assert [len(near) for near in looking.near_vectors(5)] == [5]


def test_where_there_are_no_vectors_nothing_is_found(films: Catalogue) -> None:
    looking = Looking(None, films.alive, 5, "planet", [np.ones(3, np.float32)])
    assert (len(looking.near_text(5)), looking.near_vectors(5)) == (0, [])
