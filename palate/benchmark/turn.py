"""`palate bench turn`: what one turn takes, of palate with a model and without, and of the LangChain agent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from palate.errors import UnknownCatalogue
from palate.eval.report import machine
from palate.eval.simulate.folder import as_file, prepare
from palate.eval.simulate.plan import SYSTEMS, Plan
from palate.eval.simulate.shelf import Shelf
from palate.eval.simulate.systems.door import Heard
from palate.eval.simulate.systems.opening import Systems
from palate.eval.simulate.users.drawing import from_catalogue
from palate.settings import Settings

FILMS = (
    ("a French comedy from the sixties", "older please", "under 100 minutes"),
    ("something like Alien but without gore", "more recent", "not a comedy"),
    ("films by Hayao Miyazaki", "show me more", "shorter ones"),
    ("我想看九十年代的美国喜剧", "不要爱情片", "再老一点"),
    ("a thriller with Tom Hanks", "something else", "newer"),
    ("推荐一部科幻片，评分高一点", "短一点的", "换一批"),
)
"""Conversations on the demo films, a message each turn."""


@dataclass(frozen=True)
class Timed:
    """All turns of one system."""

    system: str
    heard: Sequence[Heard]

    def as_dict(self) -> dict[str, Any]:
        """Median and p95 of seconds, means of tokens and calls; turns that failed are counted and left out."""
        done = [each for each in self.heard if each.reply]
        seconds = [each.seconds for each in done]
        p50, p95 = np.percentile(seconds, [50, 95]) if seconds else (None, None)
        return {
            "system": self.system,
            "turns": len(self.heard),
            "failed": len(self.heard) - len(done),
            "seconds_p50": _rounded(p50),
            "seconds_p95": _rounded(p95),
            "tokens_in": _mean([each.tokens_in for each in done]),
            "tokens_out": _mean([each.tokens_out for each in done]),
            "model_calls": _mean([each.calls for each in done]),
            "retrieved": _mean([float(each.retrieved) for each in done]),
        }


@dataclass(frozen=True)
class TurnReport:
    """Every system on the same messages."""

    catalogue: str
    model: str
    rows: Sequence[Timed]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "command": "bench turn",
            "machine": dict(machine()),
            "catalogue": self.catalogue,
            "model": self.model,
            "rows": [row.as_dict() for row in self.rows],
        }

    def markdown(self) -> str:
        """A table."""
        told = [row.as_dict() for row in self.rows]
        names = list(told[0]) if told else []
        lines = [f"Turns on {self.catalogue}; model: {self.model or 'none'}", ""]
        lines += [f"| {' | '.join(names)} |", f"|{' --- |' * len(names)}"]
        lines += [f"| {' | '.join('–' if row[name] is None else str(row[name]) for name in names)} |" for row in told]
        return "\n".join(lines) + "\n"


def bench(
    settings: Settings, systems: Sequence[str], conversations: int, catalogue: str, say: Callable[[str], None]
) -> TurnReport:
    """Have each conversation with each system, turn by turn beside each other, so that all meet the same machine.

    Raises SimulationError, UnknownCatalogue, ModelUnavailable, MissingPackage.
    """
    plan = Plan(conversations, catalogue, systems=tuple(systems or SYSTEMS))
    plan.check()
    with as_file(settings) as here:
        return _compared(here, plan, say)


def _compared(settings: Settings, plan: Plan, say: Callable[[str], None]) -> TurnReport:
    catalogue, conversations = plan.catalogue, plan.users
    prepare(settings, catalogue)
    if not settings.store_path.exists():
        raise UnknownCatalogue(f"There is no catalogue {catalogue!r} in {settings.data_dir}; see palate import.")
    shelf = Shelf.read(settings.store_path, catalogue)
    cast = from_catalogue(shelf, conversations, 0, "both")
    heard: dict[str, list[Heard]] = {name: [] for name in plan.systems}
    with ExitStack() as stack:
        opened = Systems(settings, shelf, cast.interactions, stack, say)
        model = opened.start_model() if plan.needs_model else ""
        for persona in cast.people:
            talks = {name: opened.get(name).begin(persona) for name in plan.systems}
            person = opened.person(persona, "rules")
            messages = [person.open().text, person.more().text]
            if shelf.name == "films":
                messages = list(FILMS[persona.number % len(FILMS)])
            for place, text in enumerate(messages):
                # Who is first takes turns: the first finds the model's cache cold, and the machine as it is.
                order = [*plan.systems[place % len(plan.systems) :], *plan.systems[: place % len(plan.systems)]]
                for name in order:
                    heard[name].append(talks[name].say(text))
            say(f"{persona.number + 1} of {conversations} conversations")
    return TurnReport(catalogue, model, [Timed(name, heard[name]) for name in plan.systems])


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 3) if values else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)
