from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, get_ident

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.retrieval.vectors import scan as module
from palate.retrieval.vectors.scan import Scan, products


@dataclass
class Block:
    codes: NDArray[np.int8]
    scales: NDArray[np.float32]


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> list[Block]:
    """Three blocks of 64, of which a thread takes 16 at a time, whatever the number of cores."""
    monkeypatch.setattr(module, "TASK", 16)
    monkeypatch.setattr(module, "SHARE", 1)
    monkeypatch.setattr(module, "THREADS", 2)
    rng = np.random.default_rng(0)
    return [
        Block(rng.integers(-127, 127, (64, 24), np.int8), rng.random(64).astype(np.float32) + 0.5) for _ in range(3)
    ]


@pytest.mark.parametrize("size", [1, 15, 64, 150, 192])
@pytest.mark.parametrize("asked", [1, 3])
def test_every_score_is_the_product(blocks: list[Block], size: int, asked: int) -> None:
    rng = np.random.default_rng(size)
    queries = rng.integers(-127, 127, (asked, 24), np.int8)
    allowed = rng.random(size) < 0.5
    with ThreadPoolExecutor(1) as pool:
        found = Scan(blocks, queries, allowed, lambda number, scores: (number, scores.copy()), pool).found()
    codes = np.concatenate([block.codes for block in blocks]).astype(np.float64)[:size]
    scales = np.concatenate([block.scales for block in blocks])[:size]
    for number, (told, scores) in enumerate(found):
        exact = np.where(allowed, codes @ queries[number] * scales, -np.inf)
        assert told == number
        assert scores == pytest.approx(exact, rel=1e-6)


def test_it_goes_on_beside_who_asked(blocks: list[Block]) -> None:
    done, threads = Event(), set[int]()

    def finish(number: int, scores: NDArray[np.float32]) -> int:
        threads.add(get_ident())
        done.set()
        return number

    with ThreadPoolExecutor(1) as pool:
        scan = Scan(blocks, np.ones((1, 24), np.int8), np.ones(192, np.bool_), finish, pool)
        assert done.wait(20), "nobody waited for it and it is done all the same"
        assert scan.found() == [0]
    assert get_ident() not in threads


def test_an_error_reaches_who_asks_and_nobody_waits_for_ever(blocks: list[Block]) -> None:
    blocks[1].codes = blocks[1].codes[:, :5].copy()
    with ThreadPoolExecutor(1) as pool:
        scan = Scan(blocks, np.ones((1, 24), np.int8), np.ones(192, np.bool_), lambda number, scores: number, pool)
        with pytest.raises(ValueError, match=r"depth|dimension|shape|match"):
            scan.found()


def test_products_are_whole_numbers() -> None:
    queries = np.full((2, 384), 127, np.int8)
    codes = np.full((3, 384), -127, np.int8)
    assert products(queries, codes).tolist() == [[-384 * 127 * 127] * 2] * 3
