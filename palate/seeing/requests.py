"""One HTTP request, watched: a server span, its metrics, a log line, and its id beside every line logged within."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Self

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind

from palate.seeing import seeing
from palate.seeing.seeing import Seeing

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UNKNOWN = "unknown"


class SeenRequest:
    """Watches one request; a context manager."""

    def __init__(self, watched: Seeing, parent: Context, method: str, request: str) -> None:
        self._seeing = watched
        self._parent = parent
        self._method = method if method in _METHODS else "_OTHER"
        self.request = request
        self._status = 0
        self._route = ""

    def answered(self, status: int, route: str = "") -> None:
        """Its answer has begun: the HTTP status, and the route's template (``/v1/conversations/{id}``), no path."""
        self._status, self._route = status, route

    def __enter__(self) -> Self:
        from structlog.contextvars import bind_contextvars  # noqa: PLC0415  where there is no service it is not needed

        self._started = time.perf_counter()
        self._about = {"http.request.method": self._method}
        self._seeing.instruments.requests_active.add(1, self._about)
        self.span: Span = self._seeing.tracer.start_span(self._method, self._parent, SpanKind.SERVER)
        self.inside = seeing.within(self.span) if self.span.get_span_context().is_valid else self._parent
        """The context of what happens in the request."""
        self._bound = seeing.told({"request": self.request, "trace": seeing.trace_id(self.span)})
        bind_contextvars(**self._bound)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        from structlog.contextvars import unbind_contextvars  # noqa: PLC0415

        took = time.perf_counter() - self._started
        status = self._status or (500 if isinstance(error, Exception) else 499)
        route = self._seeing.routes(self._route or _UNKNOWN)
        counts = self._seeing.instruments
        counts.requests_active.add(-1, self._about)
        about: dict[str, str | int] = {**self._about, "http.route": route, "http.response.status_code": status}
        counts.request.record(took, about)
        if self.span.is_recording():
            self.span.update_name(f"{self._method} {route}")
            self.span.set_attributes({**about, "palate.request.id": self.request})
            if isinstance(error, Exception):
                seeing.broke(self.span, error)
            elif status >= 500:
                self.span.set_attribute("error.type", str(status))
                self.span.set_status(seeing.FAILED)
        if seeing.log.isEnabledFor(logging.INFO):
            level = logging.ERROR if status >= 500 else logging.INFO
            fields = {"method": self._method, "route": route, "status": status, "duration_ms": round(took * 1000, 1)}
            failed = {"error": type(error).__name__} if isinstance(error, Exception) else {}
            seeing.log.log(level, "request", extra={**self._bound, **fields, **failed})
        unbind_contextvars(*self._bound)
        self.span.end()


class NoRequest:
    """Watches nothing."""

    inside = Context()

    def __init__(self, request: str) -> None:
        self.request = request

    def answered(self, status: int, route: str = "") -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        """Nothing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing."""
