"""palate experiment from its definition to its end, on a real store with simulated people."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from palate.api.house import settings_of
from palate.app import Palate
from palate.cli import app
from palate.domain import Interaction, Kind, User
from palate.settings import Settings
from palate.store.records import Feedback
from tests.store.conftest import environment, settings_for
from tests.test_cli import run
from tests.test_live import TEAS, bring_in, eventually

TOML = """
name = "{name}"
metric = "liked"
baseline = 0.2
minimum_effect = {effect}
catalogue = "tea"

[[variants]]
name = "now"
share = 0.5
changes = {{ slate_size = 1 }}

[[variants]]
name = "other"
share = 0.5
changes = {{ slate_size = {size} }}
"""
Said = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bring_in(tmp_path, TEAS)
    return tmp_path


@pytest.fixture
def said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What a command prints, over the store of the folder."""
    monkeypatch.setenv("PALATE_DATA_DIR", str(folder))

    def command(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["experiment", *words])
        assert done.exit_code == code, done.output
        return done.output

    return command


@pytest.fixture
def teas(folder: Path) -> Iterator[Palate]:
    with Palate.open(Settings(data_dir=folder), catalogue="tea", model=False) as palate:
        yield palate


def defined(folder: Path, said: Said, name: str, *, size: int, effect: float) -> dict[str, Any]:
    path = folder / f"{name}.toml"
    path.write_text(TOML.format(name=name, size=size, effect=effect), "utf-8")
    assert f"{name}: running since" in said("define", str(path))
    return report(said, name)


def report(said: Said, name: str) -> dict[str, Any]:
    found = json.loads(said("report", name, "--json"))
    assert isinstance(found, dict)
    return found


def come(palate: Palate, people: range, chance: random.Random) -> None:
    """Let people ask for a tea and like the one that they came for, where they see it."""
    for number in people:
        user, favourite = f"p{number}", chance.choice(TEAS)["sku"]
        palate.store.add_user(User(user, user))
        slate = palate.recommend("tea", user=user).slate
        assert slate is not None
        if slate.position(favourite):
            done = Interaction(user, favourite, Kind.LIKED, 1.0)
            palate.store.slates.react(Feedback(done, slate_id=slate.id), "tea")


def test_a_variant_that_is_better_is_found_and_not_before_it_is_sure(folder: Path, said: Said, teas: Palate) -> None:
    """One tea is shown, or three: a fifth of the people like what they see, or three fifths."""
    found = defined(folder, said, "three", size=3, effect=1.0)
    assert (found["conclusion"], found["people"]) == ("not yet", 0)
    needed, chance, looks = found["needed"], random.Random(6), []
    assert 100 < needed < 400
    for first in range(0, needed, 10):
        come(teas, range(first, first + 10), chance)
        looks.append(report(said, "three"))
        if looks[-1]["final"]:
            break
        assert looks[-1]["conclusion"] == "not yet"
        assert looks[-1]["winner"] == ""
        missing = f"{needed - looks[-1]['people']:,} more people are needed"
        assert missing in said("report", "three")
    end = looks[-1]
    assert (end["conclusion"], end["winner"], end["switched"]) == ("better", "other", 0)
    assert len(looks) > 2, "twenty people are not enough for anything"
    (compared,) = end["comparisons"]
    relative = compared["lift"]["relative"]
    assert 0 < relative["low"] < relative["value"] < (relative["high"] or 1e9)
    assert relative["low"] < 2.0, "three times as many is within the interval"
    assert "Give everybody other." in said("report", "three")
    assert "is stopped" in said("stop", "three")
    assert eventually(lambda: _experiment_of(teas) == "")
    assert report(said, "three")["conclusion"] == "better"


def _experiment_of(palate: Palate) -> str:
    slate = palate.recommend("tea", user="p0").slate
    assert slate is not None
    return slate.experiment


def test_two_variants_that_are_the_same_are_never_told_apart(folder: Path, said: Said, teas: Palate) -> None:
    needed, chance = defined(folder, said, "same", size=1, effect=1.2)["needed"], random.Random(11)
    came = 0
    while True:
        come(teas, range(came, came + 10), chance)
        came += 10
        found = report(said, "same")
        assert found["mismatch"] is None or found["mismatch"]["p"] > 0.001
        if found["final"]:
            break
        assert (found["conclusion"], found["winner"]) == ("not yet", "")
    assert (found["conclusion"], found["winner"]) == ("no difference", "now")
    assert found["people"] == needed
    assert "Keep now." in said("report", "same")


def test_stopped_early_it_concludes_nothing(folder: Path, said: Said, teas: Palate) -> None:
    defined(folder, said, "three", size=3, effect=1.0)
    come(teas, range(20), random.Random(1))
    said("stop", "three")
    assert said("report", "three").startswith("Stopped after 20 of ")
    assert "too early to conclude anything" in said("report", "three")


def test_who_saw_both_variants_is_left_out_and_told(folder: Path, said: Said, teas: Palate) -> None:
    defined(folder, said, "three", size=3, effect=1.0)
    come(teas, range(12), random.Random(1))
    slate = teas.recommend("tea", user="p3").slate
    assert slate is not None
    with teas.store._writing() as session:
        from palate.store.tables import SlateRow

        row = session.get(SlateRow, slate.id)
        assert row is not None
        row.variant = "other" if row.variant == "now" else "now"
        session.add(row)
    assert report(said, "three")["people"] == 11
    assert said("report", "three").endswith("Not counted, because they saw more than one variant: 1.\n")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_commands_in_either_database_and_for_a_tenant(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = settings_for(kind, request, tmp_path)
    path = tmp_path / "size.toml"
    path.write_text(TOML.format(name="size", size=3, effect=1.0).replace('catalogue = "tea"\n', ""), "utf-8")

    def typed(*words: str, tenant: str = "") -> tuple[int, str]:
        for name, value in environment(settings_of(house, tenant)).items():
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(app, ["experiment", *words])
        return done.exit_code, done.output

    assert typed("define", str(path), "--check")[0] == 0
    assert typed("list") == (0, "")
    assert typed("define", str(path))[0] == 0
    assert "size: running since" in typed("list")[1]
    assert typed("list", tenant="acme") == (0, ""), "a tenant has experiments of its own"
    assert "Not yet: 0 of " in typed("report", "size")[1]
    path.write_text(path.read_text("utf-8").replace('"size"', '"more"'), "utf-8")
    assert typed("define", str(path)) == (
        1,
        "Everybody takes part in 'size', and nobody in two experiments at once. Wait for it, or end it: palate "
        "experiment stop size\n",
    )
    assert typed("stop", "size")[0] == 0
    code, told = typed("stop", "size")
    assert code == 1
    assert "already" in told
    assert typed("define", str(path), tenant="acme")[0] == 0
    assert "more: running since" in typed("list", tenant="acme")[1]
    assert "more" not in typed("list")[1]
    assert typed("report", "none") == (1, "There is no experiment 'none'; palate experiment list has them.\n")


def test_the_command_in_a_process_of_its_own(folder: Path) -> None:
    done = run("experiment", "list", folder=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
