"""palate experiment, over experiments that are kept in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from palate.cli.experimenting import commands
from palate.errors import UnknownExperiment
from palate.experiments import Experiment, Outcome

TOML = """
name = "rare"
metric = "liked"
baseline = 0.1
minimum_effect = 0.2

[[variants]]
name = "now"
share = 0.5

[[variants]]
name = "rare"
share = 0.5
changes = { novelty = 0.3 }
"""


class Kept:
    """Keeps them in a dictionary; what came of them is said by the test."""

    def __init__(self) -> None:
        self.all: dict[str, Experiment] = {}
        self.came: Mapping[str, Outcome] = {}
        self.most: Mapping[str, int] = {}

    def experiments(self) -> Sequence[Experiment]:
        return [self.all[name] for name in sorted(self.all)]

    def experiment(self, name: str) -> Experiment:
        if name not in self.all:
            raise UnknownExperiment(f"There is no experiment {name!r}; palate experiment list has them.")
        return self.all[name]

    def keep(self, experiment: Experiment) -> None:
        self.all[experiment.name] = experiment

    def outcomes(self, experiment: Experiment, most: Mapping[str, int]) -> Mapping[str, Outcome]:
        self.most = most
        return self.came

    def said(self, *words: str | Path, code: int = 0) -> str:
        """What a command prints."""

        @contextmanager
        def opened() -> Iterator[Kept]:
            yield self

        done = CliRunner().invoke(commands(opened), [str(word) for word in words])
        assert done.exit_code == code, done.output
        return done.output


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rare.toml"
    path.write_text(TOML, "utf-8")
    return path


def test_from_a_file_to_its_end(kept: Kept, file: Path) -> None:
    told = kept.said("define", file)
    assert "rare: running since" in told
    assert (
        "It takes 9,296 people (now 4,648, rare 4,648) to find liked at 0.12 instead of 0.1 in 80% of cases." in told
    )
    assert kept.all["rare"].running
    assert kept.all["rare"].variants[1].changes == {"novelty": 0.3}

    kept.came = {"now": Outcome.share(156, 15), "rare": Outcome.share(156, 25)}
    assert kept.said("report", "rare").startswith("Not yet: 312 of 9,296 people.")
    assert kept.most == {"now": 4648, "rare": 4648}

    assert "rare: running since" in kept.said("list")
    assert "is stopped" in kept.said("stop", "rare")
    assert kept.said("report", "rare").startswith("Stopped after 312 of 9,296 people, too early")
    assert "rare: ran from" in kept.said("list")
    assert "does not run" in kept.said("stop", "rare", code=1)


def test_json(kept: Kept, file: Path) -> None:
    kept.said("define", file)
    (listed,) = json.loads(kept.said("list", "--json"))
    assert Experiment.of(listed) == kept.all["rare"]
    found = json.loads(kept.said("report", "rare", "--json"))
    assert found["conclusion"] == "not yet"
    assert found["comparisons"][0]["needed"] is None, "nobody came: no difference would be enough"
    assert found["final"] is False


def test_checking_keeps_nothing(kept: Kept, file: Path) -> None:
    assert "rare: not started." in kept.said("define", file, "--check")
    assert not kept.all


def test_a_json_file(kept: Kept, file: Path, tmp_path: Path) -> None:
    kept.said("define", file)
    path = tmp_path / "other.json"
    path.write_text(json.dumps(replace(kept.all["rare"], name="other").as_dict()), "utf-8")
    kept.said("define", path)
    assert kept.all["other"].started != kept.all["rare"].started, "it begins when it is defined"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.toml", "name = ", "cannot be read"),
        ("x.json", "[]", "holds no experiment"),
        ("x.toml", TOML.replace("0.3", "3"), "sets novelty to 3"),
        ("x.toml", "name = 'x'", "needs variants and metric"),
    ],
)
def test_files_that_are_none(kept: Kept, tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert said in kept.said("define", tmp_path / name, code=1)
    assert not kept.all


def test_what_is_not_there_or_there_already(kept: Kept, file: Path, tmp_path: Path) -> None:
    assert "cannot be read" in kept.said("define", tmp_path / "none.toml", code=1)
    assert "no experiment 'rare'" in kept.said("report", "rare", code=1)
    assert "no experiment 'rare'" in kept.said("stop", "rare", code=1)
    kept.said("define", file)
    assert "already" in kept.said("define", file, code=1)
