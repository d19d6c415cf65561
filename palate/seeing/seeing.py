"""What every watch of a process shares: where spans begin, what counts, what is logged."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from palate.seeing.instruments import Few, Instruments

log = logging.getLogger("palate.service")
"""Where one line a request and one a turn go; what they carry is in `palate.seeing.logs.FIELDS`."""

_PROPAGATOR = TraceContextTextMapPropagator()
FAILED = Status(StatusCode.ERROR)


@dataclass(frozen=True, slots=True)
class Seeing:
    """The parts of a `Telemetry`."""

    tracer: Tracer
    instruments: Instruments
    content: bool = False
    """Whether what people and models say is put into spans."""
    tools: Few = field(default_factory=lambda: Few(100))
    """Names of tools as labels: palate's own and a team's."""
    routes: Few = field(default_factory=lambda: Few(200))
    models: Few = field(default_factory=lambda: Few(20))
    catalogues: Few = field(default_factory=lambda: Few(50))


def parent_of(headers: Mapping[str, str]) -> Context:
    """What a request goes on from: the trace of its ``traceparent`` (W3C), else none."""
    lower = {name.lower(): value for name, value in headers.items() if name.lower() in _PROPAGATOR.fields}
    return _PROPAGATOR.extract(lower, Context())


def within(span: Span) -> Context:
    """The context of what happens inside `span`."""
    return trace.set_span_in_context(span, Context())


def trace_id(span: Span) -> str:
    """The trace of a span, in hexadecimal; empty where nothing is traced."""
    there = span.get_span_context()
    return trace.format_trace_id(there.trace_id) if there.is_valid else ""


def broke(span: Span, error: BaseException) -> None:
    """Mark a span as failed, by the kind of error alone: its words may be a person's."""
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(Status(StatusCode.ERROR, type(error).__name__))


def messages(said: Sequence[Mapping[str, str]]) -> str:
    """Messages as the GenAI conventions write them into an attribute."""
    return json.dumps(
        [{"role": one["role"], "parts": [{"type": "text", "content": one["content"]}]} for one in said],
        ensure_ascii=False,
    )


def answer(text: str, reason: str) -> str:
    """The same for what a model or an agent answered, and why it ended there."""
    part = {"type": "text", "content": text}
    return json.dumps([{"role": "assistant", "parts": [part], "finish_reason": reason}], ensure_ascii=False)


def wall(started: float) -> int:
    """A moment of `time.perf_counter` as nanoseconds of the epoch, as spans have them."""
    return time.time_ns() - int((time.perf_counter() - started) * 1e9)


def told(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a log line without those that say nothing."""
    return {name: value for name, value in fields.items() if value not in (None, "")}
