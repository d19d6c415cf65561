"""OpenTelemetry's providers, made for one `Telemetry`; the library's global ones are not touched."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from importlib.metadata import version

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import Meter
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import NoOpTracer, Tracer
from prometheus_client import CollectorRegistry, generate_latest

from palate.seeing import exporting
from palate.seeing.process import observe
from palate.settings import Settings

_NAME = "palate"


@dataclass(frozen=True, slots=True)
class Providers:
    """Where a process's spans and measurements go."""

    meter: Meter
    tracer: Tracer
    _registry: CollectorRegistry
    _meters: MeterProvider
    _tracers: TracerProvider | None
    _collector: exporting.Collector | None
    _scraping: threading.Lock

    @classmethod
    def of(cls, settings: Settings, spans: SpanProcessor | None, reader: MetricReader | None) -> Providers:
        """Those that the settings ask for, beside `spans` and `reader`."""
        about = {"service.name": _NAME, "service.version": version(_NAME), "service.instance.id": str(os.getpid())}
        resource = Resource(about)
        registry = CollectorRegistry()
        readers: list[MetricReader] = [PrometheusMetricReader(scope_info_enabled=False, registry=registry)]
        readers += [reader] if reader else []
        processors = [spans] if spans else []
        collector = exporting.Collector(settings.otlp_endpoint) if settings.otlp_endpoint else None
        if collector is not None:
            headers = {name: value.get_secret_value() for name, value in settings.otlp_headers.items()}
            readers.append(exporting.metrics_to(collector, headers))
            processors.append(exporting.spans_to(collector, headers))
        meters = MeterProvider(readers, resource, AlwaysOffExemplarFilter(), shutdown_on_exit=False)
        meter = meters.get_meter(_NAME)
        observe(meter)
        tracers = TracerProvider(ParentBased(ALWAYS_ON), resource, shutdown_on_exit=False) if processors else None
        if tracers is not None:
            for processor in processors:
                tracers.add_span_processor(processor)
        tracer = tracers.get_tracer(_NAME) if tracers else NoOpTracer()
        return cls(meter, tracer, registry, meters, tracers, collector, threading.Lock())

    def exposition(self) -> bytes:
        """The metrics of this process in Prometheus's text format."""
        # Two at once would each get some of the other's: the reader hands what it collects through one queue.
        with self._scraping:
            return generate_latest(self._registry)

    def close(self) -> None:
        """Send what waits, for a few seconds at most."""
        if self._collector is not None:
            self._collector.closing = True
        if self._tracers is not None:
            self._tracers.shutdown()
        self._meters.shutdown(exporting.PATIENCE * 1000)
