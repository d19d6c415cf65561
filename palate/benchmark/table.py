"""The rows as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table

from palate.benchmark.retrieval import Report

_COLUMNS = (
    ("p50 ms", "p50_ms"),
    ("p95 ms", "p95_ms"),
    ("recall@100", "recall_at_100"),
    ("build s", "build_s"),
    ("µs/item", "build_us_per_item"),
    ("disk MB", "disk_mb"),
    ("memory MB", "memory_mb"),
    ("update ms", "update_ms"),
)


def tables(report: Report) -> list[Table]:
    """One of the systems, one of palate's stages, one of what could not be measured; those that have rows."""
    return [table for table in (_systems(report), _stages(report), _errors(report)) if table.row_count]


def _systems(report: Report) -> Table:
    table = Table("system", "items", "selectivity", title="Retrieval")
    for name, _ in _COLUMNS:
        table.add_column(name, justify="right")
    last = None
    for row in report.rows:
        if last not in (None, row["items"]):
            table.add_section()
        last = row["items"]
        built = row.get("build_s")
        known = {**row, "build_us_per_item": None if built is None else built / row["items"] * 1e6}
        figures = (_figure(known.get(key)) for _, key in _COLUMNS)
        table.add_row(row["system"], f"{row['items']:,}", f"{row['selectivity']:g}", *figures)
    return table


def _stages(report: Report) -> Table:
    """The stages of a turn; the encoding of the request, which depends on the encoder alone, beside them."""
    table = Table("system", "items", "selectivity", "stage", title="Stages of a turn")
    table.add_column("p50 ms", justify="right")
    table.add_column("p95 ms", justify="right")
    for row in report.rows:
        for stage, times in row.get("stages", {}).items():
            place = (row["system"], f"{row['items']:,}", f"{row['selectivity']:g}", stage)
            table.add_row(*place, _figure(times["p50_ms"]), _figure(times["p95_ms"]))
    times = report.encoding.get("request")
    if times and table.row_count:
        encoder = str(report.encoding["encoder"])
        table.add_row(encoder, "", "", "encoding", _figure(times["p50_ms"]), _figure(times["p95_ms"]))
    return table


def _errors(report: Report) -> Table:
    table = Table("system", "items", "why there are no figures", title="Not measured")
    for system, items, error in dict.fromkeys(_failures(report.rows)):
        table.add_row(system, f"{items:,}", error)
    return table


def _failures(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, int, str]]:
    return ((row["system"], row["items"], row["error"]) for row in rows if row.get("error"))


def _figure(value: float | None) -> str:
    """Three digits that count; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
