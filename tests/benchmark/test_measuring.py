"""What is counted, and what is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.benchmark import measuring
from palate.benchmark.measuring import Times, Watch, machine, on_disk


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


# A process of its own: what other tests let go of meanwhile would be counted too.
HOLDING = """
import numpy as np
from palate.benchmark.measuring import peak, resident
before = resident()
held = np.ones(100_000_000, np.uint8)
print(resident() - before)
held = held[:1].copy()
print(peak() - before)
print(resident() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only /proc tells what lies in memory now")
def test_memory_that_is_held_and_memory_that_was() -> None:
    told = subprocess.run([sys.executable, "-c", HOLDING], capture_output=True, text=True, check=True)
    held, most, left = map(float, told.stdout.split())
    assert 90 < held < 130
    assert most > 90
    assert left < 30


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
