"""The result of an evaluation, for a person and for a program."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from palate.eval.intervals import Interval

if TYPE_CHECKING:
    from rich.table import Table

COMMAND = "eval histories"
MAIN = "ndcg@10"


@dataclass(frozen=True, slots=True)
class Row:
    """One system."""

    system: str
    users: int
    metrics: Mapping[str, Interval]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: `system`, `users`, and each metric with `mean`, `low`, `high`."""
        return {"system": self.system, "users": self.users} | {
            name: interval.as_dict() for name, interval in self.metrics.items()
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """One system's mean less another's, on one metric; the interval is of the difference, person by person."""

    system: str
    other: str
    metric: str
    interval: Interval

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"system": self.system, "other": self.other, "metric": self.metric, **self.interval.as_dict()}


@dataclass(frozen=True)
class Report:
    """All systems on the same people."""

    seed: int
    data: str
    """What was scored on, in words."""
    rows: Sequence[Row]
    differences: Sequence[Difference]
    missing: Mapping[str, str]
    """Systems that could not be run, and why."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "command": COMMAND,
            "machine": machine(),
            "seed": self.seed,
            "data": self.data,
            "rows": [row.as_dict() for row in self.rows],
            "differences": [each.as_dict() for each in self.differences],
            "missing": dict(self.missing),
        }

    def tables(self) -> list[Table]:
        """For a person: the systems, the best first, and what the ranker is ahead of each by."""
        from rich.table import Table  # noqa: PLC0415

        names = list(self.rows[0].metrics) if self.rows else []
        table = Table("system", *(f"{name}" for name in names), title=self.data, title_justify="left")
        for row in self.rows:
            cells = [row.metrics[name] for name in names]
            table.add_row(row.system, *(f"{cell.mean:.4f}\n{cell.low:.4f}–{cell.high:.4f}" for cell in cells))
        ahead = Table("less", "difference", "95 %", title="Paired differences", title_justify="left")
        for each in self.differences:
            interval = each.interval
            ahead.add_row(
                f"{each.system} − {each.other}, {each.metric}",
                f"{interval.mean:+.4f}",
                f"{interval.low:+.4f} to {interval.high:+.4f}",
            )
        return [table, ahead]


def machine() -> Mapping[str, object]:
    """What a report says of where it was made."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
