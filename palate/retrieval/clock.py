"""How long the stages of a request took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Clock:
    """Adds up milliseconds by stage; a stage inside another is taken off the outer one."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._inside = 0.0

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Time one stage."""
        started, outside = perf_counter(), self._inside
        self._inside = 0.0
        try:
            yield
        finally:
            took = (perf_counter() - started) * 1000
            self.ms[stage] = self.ms.get(stage, 0.0) + took - self._inside
            self._inside = outside + took
