"""What every measured system is: built from a growth, asked for the best 100, told apart by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from palate.benchmark.growing import Growth
from palate.benchmark.requests import Request
from palate.errors import BenchmarkError

DEPTH = 100
"""Items that are asked for; recall is of these."""


@dataclass(frozen=True, slots=True)
class Task:
    """All that a system is given."""

    growth: Growth
    requests: Sequence[Request]
    vectors: NDArray[np.float32]
    """The requests', (requests, d): encoding is measured apart, since it depends on the encoder alone."""
    encoder: str
    """The encoder's name."""
    folder: Path
    """Where the system keeps what it keeps on disk; shared by those that say so."""
    build_limit: float
    """Seconds."""
    people: int = 0
    """How many have histories, for systems that learn from them."""


@dataclass(frozen=True, slots=True)
class Built:
    """What building took."""

    seconds: float
    """Without the making of the data."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """Seconds of each part."""
    trained: float = 0.0
    """Seconds of learning from histories, not among those above: that is a command of its own."""
    kept: Path | None = None
    """The folder of what lies on disk; None: nothing does."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request took, and what was found."""

    milliseconds: float
    found: NDArray[np.int64]
    """Rows of the growth that the search by vectors gave, best first."""
    stages: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds of each part."""
    matching: int | None = None
    """How many items meet the constraints, where the system counts them."""


class System(Protocol):
    """One of the measured."""

    def build(self, task: Task) -> Built:
        """Take the items in. Raises BenchmarkError when that would take longer than it may."""

    def answer(self, number: int, selectivity: float) -> Answer:
        """Answer request `number` under its constraints."""

    def close(self) -> None:
        """Let go of files and processes."""


SYSTEMS = {
    "exact": "palate.benchmark.exact:Exact",
    "palate": "palate.benchmark.ours:Ours",
    "chroma-where": "palate.benchmark.chroma:ChromaWhere",
    "ensemble": "palate.benchmark.ensemble:Ensemble",
}
"""Where each is made. `exact` comes first: it gives the truth."""


def place_of(name: str) -> str:
    """Where a system is made: that of a name above, or ``module:Class`` of one's own. Raises BenchmarkError."""
    if name not in SYSTEMS and ":" not in name:
        raise BenchmarkError(
            f"Nothing called {name!r} can be measured; there are {', '.join(SYSTEMS)}, or module:Class of your own."
        )
    return SYSTEMS.get(name, name)


def system(name: str) -> System:
    """Make one. Raises BenchmarkError for a name that nobody has, ImportError for a module that is not there."""
    module, _, kind = place_of(name).partition(":")
    make: Callable[[], System] = getattr(import_module(module), kind)
    return make()
