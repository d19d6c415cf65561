"""What is counted, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from palate.benchmark import measuring
from palate.benchmark.measuring import Times, Watch, machine, on_disk, peak, resident


def test_the_making_of_the_data_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(measuring, "perf_counter", lambda: clock[0])

    def made() -> Iterator[int]:
        for number in range(3):
            clock[0] += 100
            yield number

    watch = Watch()
    for _ in watch.apart(made()):
        clock[0] += 1
    assert clock[0] == 303
    assert watch.seconds == 3


def test_median_and_95th_percentile() -> None:
    times = Times.of([float(number) for number in range(1, 102)])
    assert (times.p50, times.p95) == (51.0, 96.0)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only /proc tells what lies in memory now")
def test_memory_that_is_held_and_memory_that_was() -> None:
    before = resident()
    held = np.ones(100_000_000, np.uint8)
    assert 90 < resident() - before < 130
    held = held[:1].copy()
    top = peak()
    assert resident() - before < 30
    assert top - before > 90
    assert held.sum() == 1


def test_disk(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a").write_bytes(b"x" * 1_500_000)
    (tmp_path / "b").write_bytes(b"x" * 500_000)
    assert on_disk(tmp_path) == 2.0


def test_machine() -> None:
    found = machine()
    assert found["cores"]
    assert found["processor"]
    assert "/" not in str(found["python"])
