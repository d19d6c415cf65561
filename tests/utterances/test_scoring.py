"""Counting, what is printed of held-out files, and a model that need not be asked twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.agent.state import Act
from palate.errors import ModelTimeout
from tests.agent.scripted import ScriptedModel
from tests.utterances.__main__ import score
from tests.utterances.contexts import Stage
from tests.utterances.gold import read_cases
from tests.utterances.remembering import Remembering
from tests.utterances.scoring import run, shares


def test_shares_add_up(stage: Stage) -> None:
    results = list(run(stage, read_cases("open.en")[:30]))
    *acts, every = shares(results)
    assert [share.name for share in acts] == [a.value for a in Act if a in {r.case.acts[0] for r in results}]
    assert sum(share.count for share in acts) == every.count == 30
    assert sum(share.both for share in acts) == every.both <= min(every.acts, every.rest)
    assert every.share == every.both / 30


def test_of_held_out_files_only_counts_are_printed(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    score(stage, ["held.zh"], None, show=False)
    said = capsys.readouterr().out
    assert "recommend" in said
    assert not any(case.text in said for case in read_cases("held.zh"))
    score(stage, ["held.zh"], None, show=True)
    shown = capsys.readouterr().out
    assert any(case.text in shown for case in read_cases("held.zh"))


def test_a_model_is_asked_once_for_each_prompt(stage: Stage, tmp_path: Path) -> None:
    cases = read_cases("open.en")[:6]
    first, second = ScriptedModel([{"act": "recommend"}] * 6), ScriptedModel()
    once = list(run(stage, cases, Remembering(first, tmp_path)))
    again = list(run(stage, cases, Remembering(second, tmp_path)))
    assert first.read_prompts
    assert second.read_prompts == []
    assert [r.verdict for r in again] == [r.verdict for r in once]


def test_a_failure_is_told_and_not_kept(stage: Stage, tmp_path: Path) -> None:
    cases = [case for case in read_cases("open.en") if "gran" in case.text][:1]
    (failed,) = run(stage, cases, Remembering(ScriptedModel([ModelTimeout("It took too long.")]), tmp_path))
    assert failed.notices
    assert list(tmp_path.iterdir()) == []
