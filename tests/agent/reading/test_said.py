"""What people say, in many registers and both languages, and what the reader without a model must make of it.

The tables have the columns and the golds of tests/utterances. Those of `missed.*.tsv` are not understood yet.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.agent.state import Act
from tests.utterances.contexts import Stage
from tests.utterances.gold import Case, parse
from tests.utterances.judging import judge
from tests.utterances.scoring import understood

FOLDER = Path(__file__).parent


def cases(name: str) -> list[Case]:
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Case(name, line, row["context"], tuple(map(Act, row["act"].split("|"))), parse(row["gold"]), row["text"])
        for line, row in enumerate(rows, 2)
    ]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage.open(tmp_path_factory.mktemp("said")) as opened:
        yield opened


def _named(case: Case) -> str:
    return f"{case.file}:{case.line}"


@pytest.mark.parametrize("case", [*cases("said.en"), *cases("said.zh")], ids=_named)
def test_is_understood(stage: Stage, case: Case) -> None:
    verdict = judge(case, understood(stage, case), stage.context(case.context, case.language).catalogue)
    assert verdict.act in case.acts
    assert not verdict.wrong


@pytest.mark.xfail(strict=True, reason="not understood yet")
@pytest.mark.parametrize("case", [*cases("missed.en"), *cases("missed.zh")], ids=_named)
def test_is_not_understood_yet(stage: Stage, case: Case) -> None:
    verdict = judge(case, understood(stage, case), stage.context(case.context, case.language).catalogue)
    assert verdict.right
