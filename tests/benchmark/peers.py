"""Systems for the tests, each with a fault of its own; measured in a process as the real ones are."""

from __future__ import annotations

import os
import time
from time import perf_counter

import numpy as np

from palate.benchmark.systems import DEPTH, Answer, Built, Task
from palate.errors import BenchmarkError


class Careless:
    """Gives the first rows, whatever is asked."""

    def build(self, task: Task) -> Built:
        self.held = np.zeros(16_000_000, np.uint8) + 1
        (task.folder / "careless").mkdir()
        (task.folder / "careless" / "kept").write_bytes(b"x" * 3_000_000)
        print("libraries print things")
        return Built(2.5, {"thinking": 2.0, "writing": 0.5}, 7.0, task.folder / "careless")

    def answer(self, number: int, selectivity: float) -> Answer:
        before = perf_counter()
        time.sleep(0.001)
        return Answer((perf_counter() - before) * 1000, np.arange(DEPTH), {"sleeping": 1.0 + number})

    def update(self, number: int) -> float:
        return 10.0 + number

    def close(self) -> None:
        pass


class Miscounting(Careless):
    """Reads constraints wrongly, and says so."""

    def answer(self, number: int, selectivity: float) -> Answer:
        return Answer(1.0, np.arange(DEPTH), {}, 1_000_000)


class Late(Careless):
    """Sees itself that it takes too long."""

    def build(self, task: Task) -> Built:
        raise BenchmarkError(f"only half of it was there after {task.build_limit:g} s")


class Hanging(Careless):
    """Sees nothing."""

    def build(self, task: Task) -> Built:
        time.sleep(3600)
        raise AssertionError


class Dying(Careless):
    """Is ended by the system in the middle of answering."""

    def answer(self, number: int, selectivity: float) -> Answer:
        if selectivity < 1:
            os._exit(9)
        return super().answer(number, selectivity)
