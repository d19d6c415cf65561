"""A telemetry whose spans stay in memory, and looks at them and at its metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from palate.seeing.telemetry import Telemetry
from palate.settings import Settings


@dataclass
class Watched:
    """A telemetry and what it recorded."""

    telemetry: Telemetry
    memory: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)

    @classmethod
    def of(cls, **settings: Any) -> Watched:
        memory = InMemorySpanExporter()
        return cls(Telemetry.of(Settings(**settings), spans=SimpleSpanProcessor(memory)), memory)

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        return self.memory.get_finished_spans()

    def named(self, beginning: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name.startswith(beginning)]

    def one(self, beginning: str) -> ReadableSpan:
        (found,) = self.named(beginning)
        return found

    def everything(self) -> str:
        """Every span and every metric as text."""
        return "".join(span.to_json() for span in self.spans) + self.telemetry.exposition().body.decode()

    def value(self, name: str, **labels: str) -> float | None:
        return value(self.telemetry.exposition().body, name, **labels)


def value(exposition: bytes, name: str, **labels: str) -> float | None:
    """The sum of the samples of this name that have these labels; None where there is none."""
    found = [
        sample.value
        for family in text_string_to_metric_families(exposition.decode())
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    return sum(found) if found else None


def about(span: ReadableSpan) -> Mapping[str, Any]:
    return span.attributes or {}


def inside(child: ReadableSpan, parent: ReadableSpan) -> bool:
    assert parent.context is not None
    return child.parent is not None and child.parent.span_id == parent.context.span_id
