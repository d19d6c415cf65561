"""What an experiment may be, and its JSON."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from palate.errors import ExperimentError
from palate.experiments import Experiment, Variant
from palate.experiments.changes import CHANGES
from palate.retrieval.options import Options
from palate.settings import Settings

NOW = datetime(2026, 11, 23, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "name": "novelty",
    "variants": [
        {"name": "now", "share": 0.5},
        {"name": "rare", "share": 0.5, "changes": {"novelty": 0.3, "ranker": False}},
    ],
    "metric": "liked",
    "baseline": 0.1,
    "minimum_effect": 0.2,
}


def test_there_and_back() -> None:
    one = Experiment.of(GOOD | {"started": "2026-11-23T00:00:00+00:00", "salt": "x"})
    assert Experiment.of(json.loads(json.dumps(one.as_dict()))) == one
    assert one.running
    assert one.control.name == "now"
    assert one.difference == pytest.approx(0.02)
    moved = one.with_shares({"now": 0.3})
    again = Experiment.of(json.loads(json.dumps(moved.as_dict())))
    assert again == moved, "who belongs where is kept too"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "Novelty!"}, "small letters"),
        ({"name": 7}, "small letters"),
        ({"variants": GOOD["variants"][:1]}, "two variants or more"),
        ({"variants": [GOOD["variants"][0]] * 2}, "one name"),
        ({"variants": [{"name": "a", "share": 0.7}, {"name": "b", "share": 0.7}]}, "add up to 1.4"),
        ({"variants": [{"name": "a", "share": 0}, {"name": "b", "share": 0.7}]}, "above 0"),
        ({"variants": [{"name": "a", "share": "x"}, {"name": "b", "share": 0.7}]}, "above 0"),
        ({"variants": [{"name": "a", "share": 1 / 3}, {"name": "b", "share": 0.5}]}, "0.0001"),
        ({"variants": [{"name": "a", "part": 1}]}, "cannot be read"),
        ({"variants": 3}, "cannot be read"),
        ({"metric": ""}, "what is counted"),
        ({"baseline": 0}, "between 0 and 1"),
        ({"baseline": 2.5}, "needs a deviation"),
        ({"baseline": True}, "must be a number"),
        ({"baseline": float("nan")}, "must be a number"),
        ({"deviation": 0}, "above 0"),
        ({"minimum_effect": -0.1}, "above 0"),
        ({"minimum_effect": 9.5}, "more than all people"),
        ({"alpha": 0.7}, "alpha"),
        ({"power": 1}, "power"),
        ({"started": "2026-11-23"}, "time zone"),
        ({"started": "soon"}, "cannot be read"),
        ({"stopped": "2026-11-23T00:00:00+00:00"}, "before it was started"),
        ({"spans": [[0, 10, "now"]]}, "spans"),
        ({"spans": [[0, 5000, "now"], [4000, 9000, "rare"]]}, "spans"),
        ({"colour": 1}, "no 'colour'"),
    ],
)
def test_what_makes_no_sense(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        Experiment.of(GOOD | changed)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ExperimentError, match="metric and baseline and minimum_effect"):
        Experiment.of({"name": "x", "variants": GOOD["variants"]})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "cannot change 'colour'"),
        ({"novelty": 2}, "0 to 1"),
        ({"novelty": True}, "0 to 1"),
        ({"diversifier": "best"}, "mmr or dpp"),
        ({"slate_size": 2.5}, "whole number"),
        ({"slate_size": 21}, "whole number"),
        ({"ranker": 1}, "true or false"),
        ({"prompts": ""}, "name of a set"),
    ],
)
def test_changes_that_cannot_be_made(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        Experiment("x", (Variant("a", 0.5), Variant("b", 0.5, changes)), "liked", 0.1, 0.2)


def test_changes_are_settings_and_fit_where_those_do() -> None:
    options = {field.name for field in dataclasses.fields(Options)}
    assert set(CHANGES) - {"ranker", "prompts"} <= set(Settings.model_fields) & options
    assert "ranker" in options
    for name, value in {
        "diversity": 1,
        "diversifier": "dpp",
        "novelty": 0.5,
        "long_tail": 0,
        "slate_size": 20,
    }.items():
        assert CHANGES[name][0](value)
        assert getattr(Settings.model_validate({name: value}), name) == value


def test_it_runs_from_start_to_stop() -> None:
    one = Experiment.of(GOOD)
    started = dataclasses.replace(one, started=NOW)
    stopped = dataclasses.replace(started, stopped=NOW + timedelta(days=7))
    assert [each.running for each in (one, started, stopped)] == [False, True, False]
