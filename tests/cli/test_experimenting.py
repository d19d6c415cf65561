"""palate experiment, over experiments that are kept in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from palate.cli.experimenting import commands
from palate.errors import ExperimentError, UnknownExperiment
from palate.experiments import Counted, Experiment, Outcome

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
        self.switched = 0

    def listed(self) -> Sequence[Experiment]:
        return [self.all[name] for name in sorted(self.all)]

    def find(self, name: str) -> Experiment:
        if name not in self.all:
            raise UnknownExperiment(f"There is no experiment {name!r}; palate experiment list has them.")
        return self.all[name]

    def check(self, experiment: Experiment) -> None:
        if experiment.name in self.all:
            raise ExperimentError(f"There is an experiment {experiment.name!r} already; take another name.")

    def add(self, experiment: Experiment) -> None:
        self.check(experiment)
        self.all[experiment.name] = experiment

    def stop(self, name: str, at: datetime) -> Experiment:
        if not self.find(name).running:
            raise ExperimentError(f"The experiment {name!r} does not run.")
        self.all[name] = replace(self.all[name], stopped=at)
        return self.all[name]

    def counted(self, experiment: Experiment, most: Mapping[str, int]) -> Counted:
        self.most = most
        return Counted(self.came, {name: came.people for name, came in self.came.items()}, self.switched)

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
    assert "8,984 more people are needed" in kept.said("report", "rare")
    assert "Not counted" not in kept.said("report", "rare")
    assert kept.most == {"now": 4648, "rare": 4648}
    kept.switched = 3
    assert kept.said("report", "rare").endswith("Not counted, because they saw more than one variant: 3.\n")

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
    assert found["switched"] == 0


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


PROMPTED = TOML.replace("{ novelty = 0.3 }", '{ prompts = "warm" }')


def test_prompts_lie_in_a_folder_beside_the_file(kept: Kept, file: Path) -> None:
    file.write_text(PROMPTED, "utf-8")
    assert "such as write.j2, into the folder warm beside" in kept.said("define", file, code=1)
    prompt = file.parent / "warm" / "write.j2"
    prompt.parent.mkdir()
    prompt.write_text("{# version: 3 #}\nWrite warmly about {{ noun.many|inside(40) }}.", "utf-8")
    kept.said("define", file)
    assert kept.all["rare"].prompts == {"warm": {"write": prompt.read_text("utf-8")}}
    assert Experiment.of(kept.all["rare"].as_dict()) == kept.all["rare"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("wrote", "{# version: 1 #}\nWrite.", "there are read, read-films"),
        ("write", "Write.", "does not begin with its version"),
        ("write", "{# version: 1 #}\n{{ nuon.many|inside(9) }}", "'nuon' is undefined"),
        ("write", "{# version: 1 #}\n{{ noun.many }}", "no filter"),
        ("write", "{# version: 1 #}\n{{ noun.many", "cannot be used"),
        ("write-items", "{# version: 1 #}\n{% if not chinese %}{{ line|data(9) }}{% endif %}", "'line' is undefined"),
        ("write", "{# version: 1 #}\n{{ (1 / 0)|inside(9) }}", "division by zero"),
    ],
)
def test_prompts_that_would_fail_are_refused(kept: Kept, file: Path, name: str, text: str, said: str) -> None:
    file.write_text(PROMPTED, "utf-8")
    (file.parent / "warm").mkdir()
    (file.parent / "warm" / f"{name}.j2").write_text(text, "utf-8")
    assert said in kept.said("define", file, code=1)
    assert not kept.all


def test_a_set_of_prompts_is_no_path(kept: Kept, file: Path) -> None:
    file.write_text(TOML.replace("{ novelty = 0.3 }", '{ prompts = "../elsewhere" }'), "utf-8")
    elsewhere = file.parent.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "write.j2").write_text("{# version: 1 #}\nWrite.", "utf-8")
    assert "there are none" in kept.said("define", file, code=1)


def test_what_cannot_be_varied_is_said_with_what_can(kept: Kept, file: Path) -> None:
    file.write_text(TOML.replace("novelty", "colour"), "utf-8")
    told = kept.said("define", file, code=1)
    assert "cannot change 'colour'; it can change ranker, diversity, diversifier, novelty" in told
