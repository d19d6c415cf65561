"""Conversations as tests: eval simulate, bench turn."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from palate.cli.opening import plainly
from palate.settings import Settings


def simulate(
    users: Annotated[int, typer.Option(min=1, help="How many people talk, each with every system.")] = 60,
    catalogue: Annotated[str, typer.Option("--catalogue", help="The catalogue; see `palate catalogues`.")] = "films",
    no_llm: Annotated[bool, typer.Option("--no-llm", help="Only palate without a language model.")] = False,
    kind: Annotated[
        str, typer.Option(help="Who talks: rules (no model) or model (it writes their messages).")
    ] = "rules",
    systems: Annotated[
        str, typer.Option(help="Of palate, palate-no-llm and langchain, with commas; by default all of them.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Of everything that is drawn by chance.")] = 0,
    data: Annotated[
        Path | None, typer.Option("--data", help="Histories, e.g. MovieLens; without them people are imagined.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder of conversations and report; a run goes on with what is there.")
    ] = None,
    language: Annotated[str, typer.Option(help="What people speak: en, zh or both.")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as a JSON array.")] = False,
) -> None:
    """Simulated people with a hidden target talk to palate and to a LangChain agent; what comes of it is counted."""
    from typing import cast

    from palate.eval.simulate.plan import SYSTEMS, Kind, Plan
    from palate.eval.simulate.running import simulate as run
    from palate.eval.simulate.systems.palate_door import WITHOUT

    settings = Settings()
    with plainly():
        names = tuple(name.strip() for name in systems.split(",") if name.strip())
        names = names or ((WITHOUT,) if no_llm else SYSTEMS)
        plan = Plan(users, catalogue, cast("Kind", kind), names, seed, data, language, out)
        plan.check(no_llm=no_llm)
        report = run(settings, plan, _say)
        for path in report.write(plan.folder(settings) / "report"):
            _say(f"written: {path}")
    print(json.dumps(report.as_rows(), ensure_ascii=False, indent=2) if as_json else report.markdown())


def turn(
    conversations: Annotated[int, typer.Option(min=1, help="Conversations, of two or three turns each.")] = 6,
    catalogue: Annotated[str, typer.Option("--catalogue", help="The catalogue; see `palate catalogues`.")] = "films",
    systems: Annotated[
        str, typer.Option(help="Of palate, palate-no-llm and langchain, with commas; by default all of them.")
    ] = "",
    no_llm: Annotated[bool, typer.Option("--no-llm", help="Only palate without a language model.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Seconds, tokens and model calls of one turn: palate with a model, without one, and a LangChain agent."""
    from palate.benchmark.turn import bench
    from palate.eval.simulate.systems.palate_door import WITHOUT

    names = [name.strip() for name in systems.split(",") if name.strip()] or ([WITHOUT] if no_llm else [])
    with plainly():
        report = bench(Settings(), names, conversations, catalogue, _say)
    print(json.dumps(report.as_dict(), ensure_ascii=False, indent=2) if as_json else report.markdown())


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
