"""How long the stages of a request took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Lap:
    """One stage, once."""

    stage: str
    started: float
    """Seconds of `time.perf_counter`: within a process, laps of different clocks can be put on one line."""
    seconds: float
    """With the stages inside it."""


class Clock:
    """Adds up milliseconds by stage; a stage inside another is taken off the outer one."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self.laps: list[Lap] = []
        """The stages in the order in which they ended."""
        self._inside = 0.0

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Time one stage."""
        started, outside = perf_counter(), self._inside
        self._inside = 0.0
        try:
            yield
        finally:
            seconds = perf_counter() - started
            took = seconds * 1000
            self.ms[stage] = self.ms.get(stage, 0.0) + took - self._inside
            self._inside = outside + took
            self.laps.append(Lap(stage, started, seconds))
