"""palate experiment: define one, list all, report on one, stop it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from palate.cli.opening import plainly
from palate.errors import ExperimentError
from palate.settings import Settings

if TYPE_CHECKING:
    from palate.experiments import Counted, Experiment, Plan, Verdict

_SET = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""How a set of prompts may be called: as a folder beside the file, and nowhere else."""
Name = Annotated[str, typer.Argument(help="Of the experiment; `palate experiment list` has them.")]


class Keeping(Protocol):
    """Where experiments are kept, and what came of them."""

    def listed(self) -> Sequence[Experiment]:
        """All of them, by name. Raises StoreError."""

    def find(self, name: str) -> Experiment:
        """One of them. Raises UnknownExperiment and StoreError."""

    def check(self, experiment: Experiment) -> None:
        """See that one could be added now. Raises what `add` raises."""

    def add(self, experiment: Experiment) -> None:
        """Keep a new one. Raises ExperimentError where it cannot run or be counted, NotFound and StoreError."""

    def stop(self, name: str, at: datetime) -> Experiment:
        """Stop one that runs. Raises ExperimentError where it does not, UnknownExperiment and StoreError."""

    def counted(self, experiment: Experiment, most: Mapping[str, int]) -> Counted:
        """What came of each variant: of the people who came first, `most` of a variant. Raises StoreError."""


Opened = Callable[[], AbstractContextManager[Keeping]]


def commands(opened: Opened) -> typer.Typer:
    """The commands over what `opened` opens."""
    app = typer.Typer(no_args_is_help=True, help="Compare variants of palate on the people who use it.")

    @app.command("define")
    def define(
        path: Annotated[Path, typer.Argument(help="TOML or JSON: name, variants, metric, baseline, minimum_effect.")],
        check: Annotated[bool, typer.Option("--check", help="Say what it takes and keep nothing.")] = False,
    ) -> None:
        """Read an experiment from a file and start it."""
        with plainly():
            made = replace(read(path), started=None if check else datetime.now(UTC), stopped=None)
            for name, texts in made.prompts.items():
                from palate.agent.prompts.sets import Prompts

                Prompts.of(name, texts)
            with opened() as kept:
                (kept.check if check else kept.add)(made)
            print("\n".join(_defined(made)))

    @app.command("list")
    def list_(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False) -> None:
        """List the experiments."""
        with plainly(), opened() as kept:
            found = kept.listed()
        if as_json:
            print(json.dumps([one.as_dict() for one in found], ensure_ascii=False, indent=2))
        for one in () if as_json else found:
            shares = ", ".join(f"{variant.name} {variant.share:.4g}" for variant in one.variants)
            print(f"{one.name}: {_standing(one)}; {shares}; counts {one.metric}")

    @app.command("report")
    def report(
        name: Name, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
    ) -> None:
        """Say what may be concluded by now; look as often as you like."""
        from palate.experiments import plan, verdict

        with plainly():
            with opened() as kept:
                one = kept.find(name)
                counted = kept.counted(one, plan(one).people)
            found = verdict(one, counted.outcomes, counted.came)
            if as_json:
                print(json.dumps(_as_dict(found) | {"switched": counted.switched}, ensure_ascii=False, indent=2))
                return
            print(found.text)
            if counted.switched:
                print(f"Not counted, because they saw more than one variant: {counted.switched:,}.")

    @app.command("stop")
    def stop(name: Name) -> None:
        """End an experiment: from now on everybody gets the settings."""
        with plainly(), opened() as kept:
            kept.stop(name, datetime.now(UTC))
            print(f"{name} is stopped. Read it with: palate experiment report {name}")

    return app


def read(path: Path) -> Experiment:
    """The experiment of a TOML or JSON file. Raises ExperimentError."""
    from palate.experiments import Experiment

    try:
        text = path.read_text("utf-8")
        data = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ExperimentError(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise ExperimentError(f"{path} holds no experiment; it needs name, variants, metric and so on.")
    return Experiment.of(data | {"prompts": _prompts(path, data)})


def _prompts(path: Path, data: Mapping[str, Any]) -> dict[str, Any]:
    """The sets of prompts that the file holds, and those that its variants name and that lie in folders beside it."""
    found: dict[str, Any] = dict(data.get("prompts") or {})
    changes = [one.get("changes") or {} for one in data.get("variants") or () if isinstance(one, dict)]
    for name in (one.get("prompts") for one in changes if isinstance(one, dict)):
        if isinstance(name, str) and _SET.fullmatch(name) and name not in found:
            files = sorted((path.parent / name).glob("*.j2"))
            try:
                found[name] = {file.stem: file.read_text("utf-8") for file in files}
            except (OSError, ValueError) as error:
                raise ExperimentError(f"The prompts {name!r} cannot be read: {error}") from error
    return found


@contextmanager
def kept() -> Iterator[Keeping]:
    """The experiments of the store that is set."""
    from palate.store.store import Store

    with Store.open(Settings()) as store:
        yield store.experiments


def _defined(one: Experiment) -> list[str]:
    from palate.experiments import plan

    found: Plan = plan(one)
    people = ", ".join(f"{name} {count:,}" for name, count in found.people.items())
    return [
        f"{one.name}: {_standing(one)}.",
        f"It takes {found.total:,} people ({people}) to find {one.metric} at {one.baseline + one.difference:.4g} "
        f"instead of {one.baseline:.4g} in {one.power:.0%} of cases.",
    ]


def _standing(one: Experiment) -> str:
    if one.started is None:
        return "not started"
    if one.stopped is not None:
        return f"ran from {one.started:%Y-%m-%d} to {one.stopped:%Y-%m-%d}"
    return f"running since {one.started:%Y-%m-%d}"


def _as_dict(found: Verdict) -> dict[str, Any]:
    """For JSON, which knows nothing infinite."""
    whole = {**asdict(found), "conclusion": str(found.conclusion), "final": found.final}
    finite: dict[str, Any] = json.loads(json.dumps(whole), parse_constant=lambda _: None)
    return finite
