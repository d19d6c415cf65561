"""palate experiment: define one, list all, report on one, stop it. Where they are kept is handed in."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from palate.cli.opening import plainly
from palate.errors import ExperimentError

if TYPE_CHECKING:
    from palate.experiments import Experiment, Outcome, Plan, Verdict

Name = Annotated[str, typer.Argument(help="Of the experiment; `palate experiment list` has them.")]


class Keeping(Protocol):
    """Where experiments are kept, and what came of them."""

    def experiments(self) -> Sequence[Experiment]:
        """All of them, by name. Raises StoreError."""

    def experiment(self, name: str) -> Experiment:
        """One of them. Raises UnknownExperiment and StoreError."""

    def keep(self, experiment: Experiment) -> None:
        """Write one, in place of that of the same name. Raises StoreError."""

    def outcomes(self, experiment: Experiment, most: Mapping[str, int]) -> Mapping[str, Outcome]:
        """What came of each variant: of the people who were assigned first, `most` of a variant.

        People who saw more than one variant are not among them. `Outcome.share` is of (people, those with the
        metric's event), `Outcome.ratio` of a pair for each person. Raises StoreError.
        """


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
            if not check:
                with opened() as kept:
                    if made.name in {one.name for one in kept.experiments()}:
                        raise ExperimentError(f"There is an experiment {made.name!r} already; take another name.")
                    kept.keep(made)
            print("\n".join(_defined(made)))

    @app.command("list")
    def list_(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False) -> None:
        """List the experiments."""
        with plainly(), opened() as kept:
            found = kept.experiments()
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
                one = kept.experiment(name)
                outcomes = kept.outcomes(one, plan(one).people)
            found = verdict(one, outcomes)
            print(json.dumps(_as_dict(found), ensure_ascii=False, indent=2) if as_json else found.text)

    @app.command("stop")
    def stop(name: Name) -> None:
        """End an experiment: from now on everybody gets the settings."""
        with plainly(), opened() as kept:
            one = kept.experiment(name)
            if not one.running:
                raise ExperimentError(f"The experiment {name!r} does not run: it is {_standing(one)}.")
            kept.keep(replace(one, stopped=datetime.now(UTC)))
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
    return Experiment.of(data)


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
