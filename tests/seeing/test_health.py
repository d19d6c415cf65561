"""What `/health` and `/ready` say, of a palate in every state."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from palate.app import Status
from palate.errors import StoreError
from palate.llm.serving import ModelStatus
from palate.retrieval.vectors.indexing import IndexStatus
from palate.seeing.health import Readying, health
from palate.store.records import CatalogueInfo


@dataclass
class Standing:
    """A palate that stands as it is told to."""

    model: ModelStatus = field(default_factory=lambda: ModelStatus("ready", "qwen"))
    index: IndexStatus = field(default_factory=lambda: IndexStatus("ready", 6, 6))
    trouble: str = ""
    store: Any = None
    asked: int = 0

    def status(self) -> Status:
        return Status(self.model, self.index, 6, "films", "films", self.trouble)

    def catalogues(self) -> list[CatalogueInfo]:
        self.asked += 1
        if isinstance(self.store, Exception):
            raise self.store
        if self.store is not None:
            self.store.wait()
        return []


def test_the_process_lives() -> None:
    found = health("1.2", started=10.0, clock=lambda: 75.0)
    assert found.lines() == ["palate 1.2 has been up for 65 s"]
    assert found.as_dict()["status"] == "ok"


def test_all_is_well() -> None:
    found = Readying(Standing()).readiness()
    assert found.ready
    assert not found.degraded
    assert found.lines() == [
        "store: it answers",
        "catalogue: 6 films",
        "vectors: ready, 6 of 6",
        "model: qwen answers",
    ]
    assert found.as_dict()["status"] == "ok"


@pytest.mark.parametrize(
    ("standing", "part", "line"),
    [
        (
            Standing(model=ModelStatus("failed", detail="no answer")),
            "model",
            "failed (no answer); fixed sentences answer",
        ),
        (Standing(model=ModelStatus("starting")), "model", "starting; fixed sentences answer"),
        (Standing(index=IndexStatus("building", 2, 6)), "vectors", "building, 2 of 6"),
        (Standing(index=IndexStatus("failed", detail="damaged")), "vectors", "failed (damaged)"),
        (Standing(trouble="The rules are not used."), "catalogue", "6 films (The rules are not used.)"),
    ],
)
def test_degraded_is_still_ready_and_says_so(standing: Standing, part: str, line: str) -> None:
    found = Readying(standing).readiness()
    assert found.ready
    assert found.degraded
    assert f"{part}: {line}" in found.lines()
    told = found.as_dict()
    assert (told["ready"], told["status"], told["parts"][part]["status"]) == (True, "degraded", "degraded")


def test_no_model_by_choice_is_as_it_should_be() -> None:
    assert not Readying(Standing(model=ModelStatus("off"), index=IndexStatus("off"))).readiness().degraded


def test_without_a_store_nothing_can_be_answered() -> None:
    found = Readying(Standing(store=StoreError("The disk is full."))).readiness()
    assert not found.ready
    assert found.as_dict()["status"] == "failed"
    assert found.lines()[0] == "store: The disk is full."


def test_a_store_that_hangs_is_asked_once() -> None:
    free = threading.Event()
    standing = Standing(store=free)
    readying = Readying(standing, patience=0.02)
    assert [readying.readiness().ready for _ in range(3)] == [False] * 3
    assert standing.asked == 1
    free.set()
    readying._look.join()  # type: ignore[union-attr]
    assert readying.readiness().ready
