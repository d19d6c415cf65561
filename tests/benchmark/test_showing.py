"""The table and the plot show every row, those without figures too."""

from __future__ import annotations

import struct
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from palate.benchmark.plot import check, draw
from palate.benchmark.requests import SELECTIVITIES
from palate.benchmark.retrieval import Report
from palate.benchmark.table import tables
from palate.errors import BenchmarkError


def row(system: str, items: int, share: float, **more: Any) -> dict[str, Any]:
    figures = {"p50_ms": 1.5, "p95_ms": 2.25, "recall_at_100": 0.981, "build_s": 12.0, "disk_mb": 5, "memory_mb": 6}
    return {"system": system, "items": items, "selectivity": share, **figures, **more}


def failed(system: str, items: int, share: float) -> dict[str, Any]:
    nothing = dict.fromkeys(("p50_ms", "p95_ms", "recall_at_100", "build_s", "disk_mb", "memory_mb"))
    return {"system": system, "items": items, "selectivity": share, **nothing, "error": "it took too long"}


ROWS = [
    *(row("palate", items, share, stages={"words": {"p50_ms": 0.5, "p95_ms": 0.75}})
      for items in (1000, 50_000) for share in SELECTIVITIES),
    *(failed("ensemble", 50_000, share) for share in SELECTIVITIES),
]  # fmt: skip
ENCODING = {"encoder": "words-1", "request": {"p50_ms": 20.0, "p95_ms": 35.0}}


def shown(report: Report) -> str:
    console = Console(width=140, file=StringIO())
    for table in tables(report):
        console.print(table)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_tables() -> None:
    text = shown(Report(7, tuple(ROWS), ENCODING))
    assert "0.981" in text
    assert "240" in text, "12 s for 50,000 items are 240 µs an item"
    assert "it took too long" in text
    assert text.count("it took too long") == 1
    assert "words" in text
    assert "encoding" in text
    assert "–" in text


def test_no_empty_tables() -> None:
    text = shown(Report(7, (row("exact", 10, 1.0),)))
    assert "Not measured" not in text
    assert "Stages" not in text


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_plot(tmp_path: Path, kind: str) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is in the dev group")
    path = tmp_path / f"curves.{kind}"
    draw(ROWS, path)
    data = path.read_bytes()
    if kind == "png":
        width, height = struct.unpack(">II", data[16:24])
        assert width > 2 * height > 0
    else:
        assert b"palate" in data
        assert b"ensemble" in data


@pytest.mark.parametrize("path", ["curves.txt", "nowhere/curves.png"])
def test_a_plot_that_cannot_be_written_is_said_before_the_hours_of_measuring(tmp_path: Path, path: str) -> None:
    with pytest.raises(BenchmarkError):
        check(tmp_path / path)
