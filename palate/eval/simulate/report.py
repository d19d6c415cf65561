"""What came of the conversations: rows for a program, tables for people."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from palate.errors import SimulationError
from palate.eval.intervals import Bootstrap, Interval
from palate.eval.report import machine
from palate.eval.simulate.plan import LANGCHAIN, Plan
from palate.eval.simulate.scoring import Scored
from palate.eval.simulate.talking import TURNS

METRICS: dict[str, Callable[[Scored], float]] = {
    "hit_at_5": lambda each: float(each.talked.hit_turn > 0),
    "turns": lambda each: float(each.talked.counted_turns),
    "recall_at_10": lambda each: float(each.talked.recalled),
}
"""Means over people."""
PER_TURN: dict[str, Callable[[Scored], Sequence[float]]] = {
    "model_calls_per_turn": lambda each: each.calls,
    "tokens_per_turn": lambda each: each.tokens,
    "seconds_per_turn": lambda each: each.seconds,
}
"""Means over turns; their samples are drawn by person."""
PROTOCOL = (
    f"Hit@5 and turns as InteRecAgent counts them: at most {TURNS} turns, a miss counts {TURNS + 1}. Recall@10 as "
    "iEvaLM scores the end: the last slate and the one that comes after asking for more."
)


@dataclass(frozen=True)
class Row:
    """One system."""

    system: str
    scored: Sequence[Scored]
    intervals: Mapping[str, Interval]
    less_langchain: Mapping[str, Interval]
    """Paired by person; empty for LangChain itself and where it took no part."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        claims = sum(each.claims for each in self.scored)
        talk = [each for scored in self.scored for each in scored.talked.turns]
        retrieved = [each.heard.seconds for each in talk if each.heard.retrieved]
        told: dict[str, Any] = {"system": self.system, "users": len(self.scored)}
        told |= {name: round(self.intervals[name].mean, 4) for name in METRICS}
        told |= {
            "invented_titles": sum(len(each.invented) + each.outside for each in self.scored),
            "constraint_violations": sum(len(each.violations) for each in self.scored),
            "constraint_unknown": sum(each.unknown for each in self.scored),
            "claims": claims,
            "claims_supported": sum(each.supported for each in self.scored),
            "claims_contradicted": sum(each.contradicted for each in self.scored),
            "repeats": sum(len(each.repeats) for each in self.scored),
        }
        told |= {name: round(self.intervals[name].mean, 4) for name in PER_TURN}
        taken = [each.talked.accepted for each in self.scored if each.talked.accepted is not None]
        told["accepted_share"] = round(float(np.mean(taken)), 4) if taken else None
        told["retrieved_share"] = round(len(retrieved) / len(talk), 4) if talk else 0.0
        told["seconds_per_turn_retrieved"] = round(float(np.mean(retrieved)), 4) if retrieved else None
        told["failed_turns"] = sum(not each.heard.reply for each in talk)
        told["messages_replaced"] = sum(bool(each.message.replaced) for each in talk)
        told["intervals"] = {name: interval.as_dict() for name, interval in self.intervals.items()}
        told["less_langchain"] = {name: interval.as_dict() for name, interval in self.less_langchain.items()}
        return told


@dataclass(frozen=True)
class SimulationReport:
    """All systems with the same people."""

    plan: Plan
    source: str
    model: str
    rows: Sequence[Row]

    def as_rows(self) -> list[dict[str, Any]]:
        """For `--json`."""
        return [row.as_dict() for row in self.rows]

    def as_dict(self) -> dict[str, Any]:
        """The rows with what was run and every fault."""
        return {
            "command": "eval simulate",
            "machine": dict(machine()),
            "plan": self.plan.key(self.model) | {"systems": list(self.plan.systems)},
            "people": self.source,
            "protocol": PROTOCOL,
            "rows": self.as_rows(),
            "faults": {row.system: faults(row.scored) for row in self.rows},
        }

    def markdown(self) -> str:
        """A table and what went wrong."""
        plan = self.plan
        lines = [f"# Simulated conversations: {plan.catalogue}", ""]
        lines += [
            f"{len(self.rows[0].scored) if self.rows else 0} people ({plan.kind}; {plan.language}), {self.source}."
        ]
        lines += [PROTOCOL, f"Model: {self.model or 'none'}. Seed: {plan.seed}.", ""]
        told = self.as_rows()
        names = [name for name in (told[0] if told else {}) if name not in {"intervals", "less_langchain"}]
        lines += [_line(("", *(str(row["system"]) for row in told))), _line(("---",) * (len(told) + 1))]
        for name in names[1:]:
            lines.append(_line((name, *(_cell(row, name) for row in told))))
        ahead = [row for row in self.rows if row.less_langchain]
        if ahead:
            lines += [
                "",
                f"## Less {LANGCHAIN}, person by person",
                "",
                _line(("system", "metric", "difference", "95 %")),
            ]
            lines += [_line(("---",) * 4)]
            lines += [
                _line((row.system, name, f"{each.mean:+.3f}", f"{each.low:+.3f} to {each.high:+.3f}"))
                for row in ahead
                for name, each in row.less_langchain.items()
            ]
        for row in self.rows:
            wrong = faults(row.scored)
            if any(wrong.values()):
                lines += ["", f"## What {row.system} got wrong", ""]
                lines += [f"- {kind}: {text}" for kind, texts in wrong.items() for text in texts[:20]]
        return "\n".join(lines) + "\n"

    def html(self) -> str:
        """The same as one page."""
        body = "".join(_block(block) for block in self.markdown().split("\n\n"))
        style = "body{font:15px sans-serif;max-width:72em;margin:2em auto}td,th{padding:.2em .7em;text-align:left}"
        title = html.escape(f"Simulated conversations: {self.plan.catalogue}")
        return (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
            f"{body}</html>\n"
        )

    def write(self, stem: Path) -> list[Path]:
        """`stem` with .json, .md and .html. Raises SimulationError."""
        made = {
            ".json": json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n",
            ".md": self.markdown(),
            ".html": self.html(),
        }
        try:
            stem.parent.mkdir(parents=True, exist_ok=True)
            for suffix, text in made.items():
                stem.with_name(stem.name + suffix).write_text(text, "utf-8")
        except OSError as error:
            raise SimulationError(f"The report cannot be written to {stem.parent} ({error}).") from error
        return [stem.with_name(stem.name + suffix) for suffix in made]


def build(plan: Plan, source: str, model: str, scores: Sequence[Scored]) -> SimulationReport:
    """One row a system, with intervals by the same bootstrap over people."""
    by_system = {name: [each for each in scores if each.talked.system == name] for name in plan.systems}
    by_system = {
        name: sorted(scored, key=lambda each: each.talked.number) for name, scored in by_system.items() if scored
    }
    rows = []
    for name, scored in by_system.items():
        people = Bootstrap(len(scored), plan.seed)
        intervals = {metric: people.mean(_values(scored, of)) for metric, of in METRICS.items()}
        groups = np.repeat(np.arange(len(scored)), [len(each.talked.turns) for each in scored])
        turns = Bootstrap(groups, plan.seed)
        intervals |= {
            metric: turns.mean(np.asarray([value for each in scored for value in of(each)], np.float64))
            for metric, of in PER_TURN.items()
        }
        rows.append(Row(name, scored, intervals, _ahead(name, scored, by_system, people)))
    return SimulationReport(plan, source, model, rows)


def faults(scored: Sequence[Scored]) -> dict[str, list[str]]:
    """Everything that is wrong, by its kind, with the person's number."""
    return {
        kind: [f"person {each.talked.number}, {text}" for each in scored for text in getattr(each, kind)]
        for kind in ("invented", "violations", "repeats", "wrong")
    }


def _ahead(
    name: str, scored: Sequence[Scored], by_system: Mapping[str, Sequence[Scored]], people: Bootstrap
) -> Mapping[str, Interval]:
    other = by_system.get(LANGCHAIN)
    if other is None or name == LANGCHAIN:
        return {}
    found = {metric: people.difference(_values(scored, of), _values(other, of)) for metric, of in METRICS.items()}
    for metric, mean in PER_TURN.items():
        one, two = (np.asarray([np.mean(mean(each)) for each in side]) for side in (scored, other))
        found[metric] = people.difference(one, two)
    return found


def _values(scored: Sequence[Scored], of: Callable[[Scored], float]) -> Any:
    return np.asarray([of(each) for each in scored], np.float64)


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    said = "–" if value is None else f"{value:,.3f}" if isinstance(value, float) else f"{value:,}"
    interval = row["intervals"].get(name)
    return f"{said} ({interval['low']:,.3f} to {interval['high']:,.3f})" if interval else said


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _block(block: str) -> str:
    rows = [row for row in block.split("\n") if row]
    if not rows:
        return ""
    if rows[0].startswith("#"):
        level = len(rows[0]) - len(rows[0].lstrip("#"))
        return f"<h{level}>{html.escape(rows[0].lstrip('# '))}</h{level}>"
    if rows[0].startswith("|"):
        cells = [
            [html.escape(cell.strip()) for cell in row.strip("|").split("|")] for row in rows if "---" not in row
        ]
        body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
        return f"<table>{body}</table>"
    return "".join(f"<p>{html.escape(row)}</p>" for row in rows)
