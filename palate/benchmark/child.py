"""One system, measured in a process of its own, so that its memory is its own and it can be ended.

It is told by a file what to do, and says on standard output how far it is: one JSON object a line.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np

from palate.benchmark.growing import Growth
from palate.benchmark.measuring import Times, on_disk, peak, resident
from palate.benchmark.parents import Parents
from palate.benchmark.requests import SELECTIVITIES, read
from palate.benchmark.systems import DEPTH, Answer, Built, System, Task, system
from palate.errors import BenchmarkError, PalateError

WARM = 3
"""Requests, the first ones, that are answered before anything is timed, and not timed."""
FEWEST = 5
"""Requests of a selectivity that are timed however long they take."""
UPDATES = 5
"""Items that are changed one after the other."""
PARENTS, VECTORS = "parents.pickle", "parents.npy"
REQUESTS, ASKED, TRUTH = "requests.json", "requests.npy", "truth.npz"


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to measure."""

    system: str
    size: int
    seed: int
    encoder: str
    folder: str
    build_limit: float
    answer_limit: float
    """Seconds for the requests of one selectivity."""
    update: bool
    people: int = 0

    def write(self, path: Path) -> None:
        """Keep it for the process."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Order:
        """What `write` kept."""
        return cls(**json.loads(path.read_text("utf-8")))

    def growth(self) -> Growth:
        """The catalogue."""
        folder = Path(self.folder)
        # Reading them from their own file would leave holes in this process's memory, which is to be measured.
        parents: Parents = pickle.loads((folder / PARENTS).read_bytes())
        return Growth(parents.schema, parents.items, np.load(folder / VECTORS), self.size, self.seed)


@runtime_checkable
class Updating(Protocol):
    """A system that can take a changed item in."""

    def update(self, number: int) -> float:
        """Change an item; milliseconds until a search finds it as it is now."""


def measure(order: Order) -> Iterator[dict[str, Any]]:
    """Build, answer, change; what was found at each step."""
    folder = Path(order.folder)
    requests = read(folder / REQUESTS)
    task = Task(
        order.growth(), requests, np.load(folder / ASKED), order.encoder, folder, order.build_limit, order.people
    )
    before = resident()
    measured = system(order.system)
    with closing(cast("Any", measured)):
        built = measured.build(task)
        yield {
            "event": "built",
            "build_s": round(built.seconds, 2),
            "train_s": round(built.trained, 2),
            "build_parts": _rounded(built),
        }
        truth = Truth(folder / TRUTH, len(requests))
        for place, selectivity in enumerate(SELECTIVITIES):
            yield _answers(measured, order, truth, place, selectivity)
        if order.system == "exact":
            truth.write()
        most = peak()
        yield {
            "event": "size",
            "peak_mb": round(most - before, 1),
            "memory_mb": round(resident() - before, 1),
            "disk_mb": round(on_disk(built.kept), 1) if built.kept else 0.0,
        }
        if order.update and isinstance(measured, Updating):
            changes = [measured.update(number) for number in range(UPDATES)]
            yield {"event": "updated", "update_ms": round(max(changes), 1)}


class Truth:
    """The nearest allowed rows of each request, and how many are allowed; as the exact scan found them."""

    def __init__(self, path: Path, requests: int) -> None:
        """Read what is there; begin it otherwise."""
        self._path = path
        self.known = path.exists()
        if self.known:
            found = np.load(path)
            self.rows, self.matching = found["rows"], found["matching"]
        else:
            self.rows = np.full((len(SELECTIVITIES), requests, DEPTH), -1, np.int64)
            self.matching = np.zeros((len(SELECTIVITIES), requests), np.int64)

    def recall(self, place: int, number: int, answer: Answer) -> float:
        """The share of the true rows that an answer has. Raises BenchmarkError where another number is allowed."""
        if not self.known:
            self.rows[place, number, : len(answer.found)] = answer.found
            self.matching[place, number] = answer.matching or 0
        true = self.rows[place, number]
        matching = int(self.matching[place, number])
        if answer.matching not in (None, matching):
            raise BenchmarkError(
                f"Request {number} is met by {matching:,} items, and {answer.matching:,} were found."
            )
        return len(np.intersect1d(answer.found[:DEPTH], true[true >= 0])) / max(int((true >= 0).sum()), 1)

    def write(self) -> None:
        """Keep it for the others."""
        np.savez(self._path, rows=self.rows, matching=self.matching)


def _answers(measured: System, order: Order, truth: Truth, place: int, selectivity: float) -> dict[str, Any]:
    """Answer every request under one selectivity."""
    count = truth.rows.shape[1]
    answers: dict[int, Answer] = {}
    recalls = []
    until = monotonic() + order.answer_limit
    for number in range(count):
        # The truth has to be whole.
        if number - WARM >= FEWEST and monotonic() > until and truth.known:
            break
        answers[number] = measured.answer(number, selectivity)
        recalls.append(truth.recall(place, number, answers[number]))
    timed = [answer for number, answer in answers.items() if number >= WARM]
    stages = {
        stage: Times.of([answer.stages.get(stage, 0.0) for answer in timed]).as_dict() for stage in timed[0].stages
    }
    return {
        "event": "answered",
        "selectivity": selectivity,
        **Times.of([answer.milliseconds for answer in timed]).as_dict(),
        "recall_at_100": round(float(np.mean(recalls)), 4),
        "allowed": round(float(truth.matching[place, : len(recalls)].mean()), 1),
        "requests": len(timed),
        "stages": stages,
    }


def _rounded(built: Built) -> dict[str, float]:
    return {part: round(seconds, 2) for part, seconds in built.parts.items()}


def main(path: str) -> None:
    """The process. What libraries print goes to standard error."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        for event in measure(Order.read(Path(path))):
            print(json.dumps(event), file=said, flush=True)
    except (PalateError, MemoryError, ImportError) as error:
        print(json.dumps({"event": "failed", "error": str(error) or repr(error)}), file=said, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
