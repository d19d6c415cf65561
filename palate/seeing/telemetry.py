"""Traces and metrics of one process: made once from the settings, passed down, closed at the end.

    telemetry = Telemetry.of(settings)
    with telemetry.request("POST", headers) as request:
        with telemetry.turn(door="turns", within=request, catalogue="films") as watch:
            for event in watch(palate.stream(text, watching=watch)):
                ...
        request.answered(200, "/v1/conversations/{id}/turns")

It has providers of its own and leaves OpenTelemetry's globals as they are. Without an `otlp_endpoint` nothing is
traced, and metrics are there for Prometheus only.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from opentelemetry.context import Context
from opentelemetry.metrics import NoOpMeter
from opentelemetry.trace import NoOpTracer

from palate.domain import Kind
from palate.errors import StoreError
from palate.seeing.instruments import Instruments, bounded
from palate.seeing.requests import NoRequest, SeenRequest
from palate.seeing.seeing import Seeing, parent_of
from palate.seeing.sharing import Shared
from palate.seeing.turns import NoTurn, SeenTurn, Watch

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.trace import SpanProcessor

    from palate.settings import Settings

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_KINDS = frozenset(kind.value for kind in Kind)
_LIMITS = frozenset({"rate", "concurrency", "size", "time"})
_LONGEST = 64
"""Characters of a request's id that are taken over from whoever asks."""


@dataclass(frozen=True, slots=True)
class Exposition:
    """What `/metrics` answers."""

    body: bytes
    content_type: str = CONTENT_TYPE


class Telemetry:
    """What a process tells of itself; safe for any number of threads."""

    def __init__(
        self,
        watched: Seeing,
        expose: Callable[[], bytes] = bytes,
        end: Callable[[], None] = lambda: None,
        *,
        on: bool = True,
    ) -> None:
        """Use `of` or `off`."""
        self._seeing = watched
        self._expose = expose
        self._end = end
        self._on = on
        self._shared: Shared | None = None

    @classmethod
    def off(cls) -> Telemetry:
        """One that sees nothing and costs nothing."""
        return cls(Seeing(NoOpTracer(), Instruments(NoOpMeter("palate"))), on=False)

    @classmethod
    def of(
        cls, settings: Settings, *, spans: SpanProcessor | None = None, reader: MetricReader | None = None
    ) -> Telemetry:
        """The one that the settings ask for.

        `spans` and `reader` see what is recorded beside the collector, or instead of one: tests, and programs that
        have their own. Nothing is sent before the first is recorded.
        """
        from palate.seeing.providers import Providers  # noqa: PLC0415  the SDK, only where it is used

        made = Providers.of(settings, spans, reader)
        watched = Seeing(made.tracer, Instruments(made.meter), settings.trace_content)
        return cls(watched, made.exposition, made.close)

    def share(self, folder: Path) -> None:
        """Be one of several workers, who leave their metrics in `folder` for each other. Raises StoreError."""
        if self._on and self._shared is None:
            try:
                self._shared = Shared(folder, self._expose)
            except OSError as error:
                raise StoreError(f"The metrics of several workers cannot be kept in {folder} ({error}).") from error

    def close(self) -> None:
        """Send what waits, for a few seconds at most, and end."""
        if self._shared is not None:
            self._shared.close()
            self._shared = None
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # what is watched

    def request(self, method: str, headers: Mapping[str, str] | None = None) -> SeenRequest | NoRequest:
        """Watch one HTTP request.

        It goes on the trace of a ``traceparent`` among its headers, and by the id of an ``x-request-id`` that is
        short and plain; else by a new one (`request.request`).
        """
        given = {name.lower(): value for name, value in (headers or {}).items()}
        name = request_id(given.get("x-request-id", ""))
        return SeenRequest(self._seeing, parent_of(given), method, name) if self._on else NoRequest(name)

    def turn(
        self,
        *,
        door: str,
        catalogue: str = "",
        conversation: str = "",
        text: str = "",
        within: SeenRequest | NoRequest | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Watch:
        """Watch one turn, `within` a request or on the trace that `headers` name.

        `door` is one of `palate.seeing.turns.DOORS`. `text` is used only where the settings trace contents.
        """
        if not self._on:
            return NoTurn()
        parent = within.inside if within else parent_of(headers) if headers else Context()
        request = within.request if within else ""
        return SeenTurn(
            self._seeing,
            parent,
            door=door,
            conversation=conversation,
            catalogue=catalogue,
            request=request,
            text=text,
        )

    # what is counted

    def queued(self, seconds: float, where: str = "limit") -> None:
        """A request waited for its place: for a free worker, or a limit on how many run at once."""
        self._seeing.instruments.queued.record(seconds, {"where": bounded(where, {"limit", "worker"})})

    def limited(self, limit: str) -> None:
        """A request was refused for its `rate`, `concurrency`, `size` or `time`."""
        self._seeing.instruments.limited.add(1, {"limit": bounded(limit, _LIMITS)})

    def feedback(self, kind: str) -> None:
        """Somebody did something with an item; `kind` is one of `palate.domain.Kind`."""
        self._seeing.instruments.feedback.add(1, {"kind": bounded(kind, _KINDS)})

    def store_failed(self) -> None:
        """The store could not be read or written, outside of a turn."""
        self._seeing.instruments.store_errors.add(1)

    def looked_up(self, cache: str, hit: bool) -> None:
        """Something was looked up in a cache; `cache` is a name out of the code, never of a request."""
        self._seeing.instruments.lookups.add(1, {"cache": cache, "result": "hit" if hit else "miss"})

    # what is given out

    def exposition(self) -> Exposition:
        """The metrics as Prometheus reads them, of all workers where there are several."""
        return Exposition(self._shared.exposition() if self._shared else self._expose())


def request_id(given: str) -> str:
    """The id of a request: the one that was `given`, where it is short and of plain letters; else a new one."""
    plain = given.isascii() and all(letter.isalnum() or letter in "-_." for letter in given)
    return given if given and plain and len(given) <= _LONGEST else uuid.uuid4().hex
