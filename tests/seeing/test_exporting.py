"""To a real collector over HTTP, and to one that is dead."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.metrics.export import MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from pydantic import SecretStr

from palate.agent.events import StateChanged, ToolFinished, ToolStarted, TurnFinished
from palate.seeing import exporting
from palate.seeing.exporting import Collector, Metrics, Spans
from palate.seeing.telemetry import Telemetry
from palate.settings import Settings
from tests.seeing.collector import collecting

TOLD = (
    StateChanged({"act": "recommend"}, ()),
    ToolStarted("search_items", {}),
    ToolFinished("search_items", 5, 3.0),
    TurnFinished("c", "x", "llm", 1, 2, 3, {"total": 5.0}, {}),
)


def a_turn(telemetry: Telemetry) -> None:
    with telemetry.request("POST") as request:
        with telemetry.turn(door="turns", within=request) as watch:
            list(watch(iter(TOLD)))
        request.answered(200, "/v1/recommend")


def dead() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_traces_and_metrics_arrive() -> None:
    with collecting() as collector:
        key = {"authorization": SecretStr("Bearer of-the-collector")}
        with Telemetry.of(Settings(otlp_endpoint=f"{collector.url}/", otlp_headers=key)) as telemetry:
            a_turn(telemetry)
        names = [span.name for span in collector.spans]
        assert sorted(names) == ["POST /v1/recommend", "execute_tool search_items", "invoke_agent palate"]
        tool, turn, request = sorted(collector.spans, key=lambda span: names.index(span.name))
        by_name = {span.name: span for span in (tool, turn, request)}
        root = by_name["POST /v1/recommend"]
        assert by_name["invoke_agent palate"].parent_span_id == root.span_id
        assert by_name["execute_tool search_items"].parent_span_id == by_name["invoke_agent palate"].span_id
        assert len({span.trace_id for span in collector.spans}) == 1
        resource = collector.traces[0].resource_spans[0].resource
        assert {pair.key: pair.value.string_value for pair in resource.attributes}["service.name"] == "palate"
        assert {"palate.turns", "palate.turn.duration", "http.server.request.duration"} <= collector.measured
        assert {sent["authorization"] for sent in collector.headers} == {"Bearer of-the-collector"}


def test_a_dead_collector_breaks_nothing_and_is_told_of_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PATIENCE", 0.2)
    with Telemetry.of(Settings(otlp_endpoint=dead())) as telemetry:
        for _ in range(200):
            a_turn(telemetry)
        assert b"palate_turns_total" in telemetry.exposition().body
    said = [record.getMessage() for record in caplog.records if record.name == "palate.seeing.exporting"]
    assert len(said) == 1
    assert "does not take what it is sent" in said[0]


class Fickle(SpanExporter):
    """Answers as it is told to."""

    def __init__(self) -> None:
        self.takes = True
        self.asked = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.asked += 1
        return SpanExportResult.SUCCESS if self.takes else SpanExportResult.FAILURE


def test_each_change_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    inner, collector = Fickle(), Collector("http://name:secret@collector.test:4318")
    spans = Spans(inner, collector)
    for takes in (True, False, False, False, True, True):
        inner.takes = takes
        spans.export([])
    assert [record.getMessage() for record in caplog.records] == [
        "The collector at http://collector.test:4318 does not take what it is sent; traces and metrics are dropped "
        "until it does.",
        "The collector at http://collector.test:4318 answers again.",
    ]


def test_a_process_that_ends_does_not_wait_for_a_dead_collector_twice() -> None:
    inner, collector = Fickle(), Collector("http://collector.test:4318")
    spans = Spans(inner, collector)
    collector.closing = True
    assert spans.export([]) is SpanExportResult.SUCCESS
    inner.takes = False
    assert [spans.export([]) for _ in range(5)] == [SpanExportResult.FAILURE] * 5
    assert inner.asked == 2

    class Never:
        def export(self, *_: object, **__: object) -> MetricExportResult:
            raise AssertionError("asked again")

    metrics = Metrics(Never(), collector)  # type: ignore[arg-type]
    assert metrics.export(MetricsData([])) is MetricExportResult.FAILURE


def test_spans_that_nobody_takes_are_dropped_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "QUEUE", 64)
    monkeypatch.setattr(exporting, "BATCH", 64)
    monkeypatch.setattr(exporting, "PATIENCE", 0.2)
    collector = Collector(dead())
    processor = exporting.spans_to(collector, {})
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    try:
        telemetry = Telemetry.of(Settings(), spans=processor)
        for _ in range(500):
            a_turn(telemetry)
        waiting = processor._batch_processor._queue  # type: ignore[attr-defined]
        assert len(waiting) <= 64
        collector.closing = True
        telemetry.close()
    finally:
        logging.getLogger("opentelemetry").setLevel(logging.NOTSET)


def test_nothing_of_the_library_is_made_global() -> None:
    from opentelemetry import metrics, trace

    with Telemetry.of(Settings()) as telemetry:
        a_turn(telemetry)
        assert type(trace.get_tracer_provider()).__name__ == "ProxyTracerProvider"
        assert "Proxy" in type(metrics.get_meter_provider()).__name__
    other = Telemetry.of(Settings())
    assert b"palate_turns_total{" not in other.exposition().body
    other.close()
