"""The result of scoring on dialogues, for a program (JSON) and for people (Markdown, HTML with plots)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from palate.catalogue.dialogues.sets import Counts
from palate.errors import DialogueError
from palate.eval.dialogues.agent_report import AgentReport
from palate.eval.dialogues.cases import Subset
from palate.eval.dialogues.gains import Gain
from palate.eval.dialogues.protocols import TELLING, Protocol
from palate.eval.dialogues.published import PUBLISHED
from palate.eval.intervals import Interval
from palate.eval.report import machine

COMMAND = "eval dialogues"
SHOWN = ("recall@1", "recall@10", "recall@50", "ndcg@10", "mrr@10")


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one subset."""

    system: str
    set: str
    protocol: str
    subset: Subset
    cases: int
    candidates: int
    metrics: Mapping[str, Interval]
    slices: Mapping[str, Mapping[str, tuple[float, int]]]
    """Recall@10 and cases by what they are told apart by."""
    milliseconds: tuple[float, float]
    """P50 and p95 of a turn."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        told: dict[str, Any] = {
            "system": self.system,
            "set": self.set,
            "protocol": self.protocol,
            "subset": str(self.subset),
            "cases": self.cases,
            "candidates": self.candidates,
        }
        told |= {name: interval.as_dict() for name, interval in self.metrics.items()}
        return told | {
            "p50_ms": self.milliseconds[0],
            "p95_ms": self.milliseconds[1],
            "recall@10_by": {
                by: {name: {"mean": mean, "cases": cases} for name, (mean, cases) in cut.items()}
                for by, cut in self.slices.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """One system's mean less another's, case by case."""

    system: str
    other: str
    subset: Subset
    metric: str
    interval: Interval


@dataclass(frozen=True)
class DialogueReport:
    """All systems under one protocol."""

    command: str
    seeds: Sequence[int]
    counts: Mapping[str, Counts]
    protocol: Protocol
    part: str
    shared: int
    """Turns of the part that training has word for word (`Protocol.shared`)."""
    rows: Sequence[Row]
    differences: Sequence[Difference]
    gains: Sequence[Gain]
    """Of each part of the ranker, for one seed."""
    cost: Mapping[str, float]
    """Seconds of one training and of everything, and the most memory in MB."""
    spoken: AgentReport | None = None
    """What was scored with a language model; all rows are then of its sample."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        set_ = self.rows[0].set if self.rows else ""
        return {
            "command": COMMAND,
            "line": self.command,
            "machine": machine(),
            "seed": list(self.seeds),
            "protocol": {"name": self.protocol.name, "rule": self.protocol.rule, "part": self.part},
            "shared_turns": {"of": len(self.protocol.turns[self.part]), "in_training": self.shared},
            "loaded": {part: asdict(counts) for part, counts in self.counts.items()},
            "cost": dict(self.cost),
            "rows": [row.as_dict() for row in self.rows],
            "differences": [
                {
                    "system": each.system,
                    "other": each.other,
                    "subset": str(each.subset),
                    "metric": each.metric,
                    **each.interval.as_dict(),
                }
                for each in self.differences
            ],
            "gains": [
                {
                    "part": each.part,
                    "subset": str(each.subset),
                    "metric": "recall@10",
                    "cases": each.cases,
                    **each.interval.as_dict(),
                }
                for each in self.gains
            ],
            "published": [
                {"system": p.system, "subset": str(p.subset), "recall": p.recall, "source": p.source}
                for p in PUBLISHED.get(set_, ())
            ],
            **(self.spoken.as_dict() if self.spoken else {}),
        }

    def write(self, stem: Path) -> list[Path]:
        """`stem` with .json, .md and .html. Raises DialogueError and, without matplotlib, MissingPackage."""
        from palate.eval.dialogues.page import page  # noqa: PLC0415

        made = {
            ".json": json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n",
            ".md": self.markdown(),
            ".html": page(self),
        }
        try:
            stem.parent.mkdir(parents=True, exist_ok=True)
            for suffix, text in made.items():
                stem.with_name(stem.name + suffix).write_text(text, "utf-8")
        except OSError as error:
            raise DialogueError(f"The report cannot be written to {stem.parent} ({error}).") from error
        return [stem.with_name(stem.name + suffix) for suffix in made]

    def markdown(self) -> str:
        """Tables, the best first, and what was published beside them."""
        lines = [f"# {self.title}", "", *self._about(), ""]
        for subset in Subset:
            lines += [f"## {subset}", "", _line(("system", *SHOWN, "p95 ms")), _line(("---",) * (len(SHOWN) + 2))]
            lines += [_line(self._cells(row)) for row in self.of(subset)]
            lines += ["", *self._published(subset)]
        lines += self.spoken.markdown() if self.spoken else []
        lines += ["## palate less others, paired", ""]
        lines += [_line(("other", "subset", "metric", "difference", "95 %")), _line(("---",) * 5)]
        lines += [
            _line((d.other, str(d.subset), d.metric, f"{100 * d.interval.mean:+.2f}", _range(d.interval)))
            for d in self.differences
        ]
        if self.gains:
            lines += ["", "## What each part of the ranker adds, recall@10, paired, not learned anew without it", ""]
            lines += [_line(("part", "subset", "cases", "gain", "95 %")), _line(("---",) * 5)]
            lines += [
                _line((g.part, str(g.subset), f"{g.cases:,}", f"{100 * g.interval.mean:+.2f}", _range(g.interval)))
                for g in self.gains
            ]
        return "\n".join(lines) + "\n"

    @property
    def title(self) -> str:
        """Set, protocol and part."""
        return f"{self.rows[0].set if self.rows else ''}, protocol {self.protocol.name}, {self.part}"

    def _about(self) -> list[str]:
        cost = self.cost
        first = self.rows[0] if self.rows else None
        return [
            f"Rule: {self.protocol.rule}.",
            *(self.spoken.lines() if self.spoken else ()),
            f"Cases: {self._cases(Subset.STANDARD):,} standard, {self._cases(Subset.NEW):,} new; "
            f"candidates: {first.candidates if first else 0:,}; "
            f"seeds: {', '.join(map(str, self.seeds))} (means over them, intervals over dialogues).",
            f"Of {len(self.protocol.turns[self.part]):,} turns {self.shared:,} stand in a training dialogue with "
            f"their answer: the last {TELLING} utterances word for word, and the items recommended then.",
            f"One training took {cost['train_s']:,.0f} s, everything {cost['total_s']:,.0f} s, and at most "
            f"{cost['peak_mb']:,.0f} MB of memory, on {os.cpu_count()} cores.",
            f"Command: `{self.command}`",
            *(f"{part}: {line}" for part, counts in self.counts.items() for line in counts.lines()),
        ]

    def _cases(self, subset: Subset) -> int:
        return next((row.cases for row in self.rows if row.subset is subset), 0)

    def of(self, subset: Subset) -> list[Row]:
        """The rows of a subset, the best first."""
        rows = [row for row in self.rows if row.subset is subset]
        return sorted(rows, key=lambda row: -row.metrics["recall@10"].mean)

    def _cells(self, row: Row) -> list[str]:
        cells = [f"{100 * row.metrics[name].mean:.2f} ({_range(row.metrics[name])})" for name in SHOWN]
        return [row.system, *cells, f"{row.milliseconds[1]:.1f}"]

    def _published(self, subset: Subset) -> list[str]:
        told = [p for p in PUBLISHED.get(self.rows[0].set if self.rows else "", ()) if p.subset is subset]
        if not told:
            return []
        lines = ["Published, under rules of their own, so not to be ranked with the above:", ""]
        lines += [_line(("system", "recall@1", "recall@10", "recall@50", "source")), _line(("---",) * 5)]
        for each in told:
            cells = ["–" if value is None else f"{100 * value:.1f}" for value in each.recall]
            lines.append(_line((each.system, *cells, each.source)))
        return [*lines, ""]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _range(interval: Interval) -> str:
    return f"{100 * interval.low:.2f} to {100 * interval.high:.2f}"
