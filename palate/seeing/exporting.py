"""Where traces and metrics go: to a collector, by OTLP over HTTP, from threads of their own.

Whoever records never waits: spans go into a bounded queue and are dropped when it is full. A collector that does not
answer is told of once in the log, and once again when it is back. Nothing here is OpenTelemetry's global.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from palate.llm.address import is_loopback

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

QUEUE = 4096
"""Spans that wait for the collector; more are dropped."""
BATCH = 512
DELAY = 2.0
"""Seconds between two sendings of spans, and below of metrics."""
INTERVAL = 15.0
PATIENCE = 5.0
"""Seconds that one sending may take, with its repetitions; and that the end of a process waits for the last."""

_log = logging.getLogger(__name__)


class Collector:
    """Whether the collector answers; tells the log when that changes."""

    def __init__(self, endpoint: str) -> None:
        """`endpoint` is its base address, such as ``http://127.0.0.1:4318``."""
        self.base = endpoint.rstrip("/")
        self._there = True
        self.closing = False
        """Whether the process ends: then one that does not answer is not waited for again."""
        self._gate = threading.Lock()

    @property
    def given_up(self) -> bool:
        """Whether there is no sense in sending any more."""
        return self.closing and not self._there

    def took(self, sent: bool) -> None:
        """Whether a sending arrived."""
        with self._gate:
            changed, self._there = self._there != sent, sent
        if changed and sent:
            _log.warning("The collector at %s answers again.", _place(self.base))
        elif changed:
            _log.warning(
                "The collector at %s does not take what it is sent; traces and metrics are dropped until it does.",
                _place(self.base),
            )


class Spans(SpanExporter):
    """Sends spans, and tells the collector's record how it went."""

    def __init__(self, inner: SpanExporter, collector: Collector) -> None:
        self._inner, self._collector = inner, collector

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them. A failure is told once, not each time."""
        if self._collector.given_up:
            return SpanExportResult.FAILURE
        result = self._inner.export(spans)
        self._collector.took(result is SpanExportResult.SUCCESS)
        return result

    def shutdown(self) -> None:
        """Send no more."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing waits here."""
        return self._inner.force_flush(timeout_millis)


class Metrics(MetricExporter):
    """The same for metrics."""

    def __init__(self, inner: MetricExporter, collector: Collector) -> None:
        super().__init__()
        self._inner, self._collector = inner, collector

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> MetricExportResult:
        """Send them. A failure is told once, not each time."""
        if self._collector.given_up:
            return MetricExportResult.FAILURE
        result = self._inner.export(metrics_data, timeout_millis, **kwargs)
        self._collector.took(result is MetricExportResult.SUCCESS)
        return result

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """Send no more."""
        self._inner.shutdown(timeout_millis)

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Nothing waits here."""
        return self._inner.force_flush(timeout_millis)


def spans_to(collector: Collector, headers: Mapping[str, str]) -> SpanProcessor:
    """What sends spans to `collector`, in batches, with `headers`."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    session = _session(collector.base)
    inner = OTLPSpanExporter(f"{collector.base}/v1/traces", headers=headers, timeout=PATIENCE, session=session)
    return BatchSpanProcessor(Spans(inner, collector), QUEUE, DELAY * 1000, BATCH)


def metrics_to(collector: Collector, headers: Mapping[str, str], interval: float = INTERVAL) -> MetricReader:
    """What sends metrics to `collector` every `interval` seconds, with `headers`."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415

    session = _session(collector.base)
    inner = OTLPMetricExporter(f"{collector.base}/v1/metrics", headers=headers, timeout=PATIENCE, session=session)
    return PeriodicExportingMetricReader(Metrics(inner, collector), interval * 1000, PATIENCE * 1000)


def _session(url: str) -> Any:
    """A session; a proxy named by the environment cannot reach this very machine."""
    import requests  # noqa: PLC0415

    session = requests.Session()
    session.trust_env = not is_loopback(url)
    return session


def _place(url: str) -> str:
    """An address without a name and password that may be in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
