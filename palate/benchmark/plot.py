"""The curves: time of a request and cost of building by size, one line a system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from palate.benchmark.requests import SELECTIVITIES
from palate.errors import BenchmarkError, MissingPackage

KINDS = (".png", ".svg", ".pdf")


def check(path: Path) -> None:
    """Tell before the measuring whether a plot can be written. Raises BenchmarkError, MissingPackage."""
    if path.suffix.lower() not in KINDS:
        raise BenchmarkError(f"A plot is written as {', '.join(KINDS)}; {path.name} is none of them.")
    if not path.absolute().parent.is_dir():
        raise BenchmarkError(f"There is no folder {path.absolute().parent} for the plot.")
    try:
        import matplotlib.figure  # noqa: F401, PLC0415
    except ImportError as error:
        raise MissingPackage("A plot needs matplotlib; install it with: pip install matplotlib") from error


def draw(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the plot: p95 for each selectivity, and the building of one item. Raises as `check` does."""
    check(path)
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(4.2 * (len(SELECTIVITIES) + 1), 4.2), layout="constrained")
    axes = figure.subplots(1, len(SELECTIVITIES) + 1)
    for place, share in enumerate(SELECTIVITIES):
        axes[place].set_title("every item allowed" if share == 1 else f"{share * 100:g} % of the items allowed")
        axes[place].sharey(axes[0])
        axes[place].set_ylabel("a request, p95, ms")
    axes[-1].set_title("building")
    axes[-1].set_ylabel("an item, µs")
    for name in dict.fromkeys(row["system"] for row in rows):
        for place, share in enumerate(SELECTIVITIES):
            _line(axes[place], name, [(row["items"], row["p95_ms"]) for row in _of(rows, name, share)])
        built = [(row["items"], row["build_s"]) for row in _of(rows, name, 1.0)]
        _line(axes[-1], name, [(items, seconds and seconds / items * 1e6) for items, seconds in built])
    for axis in axes:
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("items")
        axis.grid(visible=True, which="major", alpha=0.3)
    axes[0].legend()
    figure.savefig(path, dpi=150)


def _of(rows: Sequence[Mapping[str, Any]], system: str, selectivity: float) -> list[Mapping[str, Any]]:
    found = [row for row in rows if row["system"] == system and row["selectivity"] == selectivity]
    return sorted(found, key=lambda row: int(row["items"]))


def _line(axis: Any, name: str, points: Sequence[tuple[int, float | None]]) -> None:
    """One system's points; it keeps its colour in every panel, with points or without."""
    known = [(items, value) for items, value in points if value]
    axis.plot(*zip(*known, strict=True) if known else ([], []), marker="o", label=name)
