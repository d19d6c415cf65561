"""Retrieval that starts while a model still reads the message.

The deterministic reader has read it in milliseconds, and often the model's form changes nothing that retrieval is
asked. So the tools of the plan that follows from the reader alone run beside the model; what they found is used
where the query is the same in the end, and thrown away where it is not. Only READ tools may run so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

from palate.agent.reading.understand import ToolCall
from palate.domain import Query

T = TypeVar("T")
"""What a tool brings back."""


class Early(Generic[T]):
    """The tools of one turn that were started before it was known that they are needed."""

    def __init__(self, run: Callable[[ToolCall, Query], T]) -> None:
        """`run` runs one tool, is safe on another thread, and raises `PalateError`. Nothing is started yet."""
        self._run = run
        self._query: Query | None = None
        self._coming: dict[str, Future[T]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self.used = 0
        """How many results were taken."""

    def start(self, calls: Iterable[ToolCall], query: Query) -> None:
        """Begin to run `calls` for `query`, one after another on one thread: the cores belong to the model."""
        self.close()
        self._query = query
        self._pool = ThreadPoolExecutor(1, "palate-early")
        self._coming = {_key(call): self._pool.submit(self._run, call, query) for call in calls}

    def take(self, call: ToolCall, query: Query) -> T | None:
        """What `call` found for this very query, waited for; None where none was started. Raises as `run` does."""
        coming = self._coming.pop(_key(call), None)
        if coming is None or query != self._query or coming.cancelled():
            return None
        self.used += 1
        return coming.result()

    def close(self) -> None:
        """Begin nothing more; what runs ends by itself and is thrown away."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool, self._coming, self._query = None, {}, None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _key(call: ToolCall) -> str:
    return f"{call.name} {sorted(call.arguments.items())!r}"
