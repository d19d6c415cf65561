from __future__ import annotations

import json
from pathlib import Path

import pytest

from palate.catalogue.demo.report import Action, Finding, LoadReport

REPORT = LoadReport(
    "films-1-abc",
    5,
    (
        Finding("1", "Heat", Action.MENDED, "cast", "torn", "Ed Begley, Jr.", "Ed Begley Jr."),
        Finding("1", "Heat", Action.MENDED, "runtime", "too short", "1.0"),
        Finding("2", "Amélie", Action.NOTED, "imdbID", "another cut", "tt1", "Heat"),
        Finding("3", "", Action.SET_ASIDE, "Title", "no title"),
        Finding("1", "Heat", Action.SET_ASIDE, "ID", "same id"),
    ),
)


def test_counts_are_of_rows() -> None:
    assert (REPORT.mended, REPORT.set_aside, REPORT.kept) == (1, 2, 3)
    assert REPORT.reasons["mended: torn"] == 1
    assert REPORT.summary() == "5 rows came in: 1 mended, 2 set aside, 3 kept."


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    REPORT.write(tmp_path / "report.jsonl")
    assert LoadReport.read(tmp_path / "report.jsonl") == REPORT
    assert [path.name for path in tmp_path.iterdir()] == ["report.jsonl"]


def test_every_line_is_json_and_the_first_counts(tmp_path: Path) -> None:
    REPORT.write(tmp_path / "report.jsonl")
    head, *lines = map(json.loads, (tmp_path / "report.jsonl").read_text("utf-8").splitlines())
    assert (head["came_in"], head["mended"], head["set_aside"]) == (5, 1, 2)
    assert lines[0]["reason"] == "torn"
    assert lines[2]["title"] == "Amélie"


@pytest.mark.parametrize("content", ["", "{", "{}\n", '{"fingerprint": "x", "came_in": 1}\n{"odd": 1}\n'])
def test_something_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.jsonl"
    path.write_text(content)
    with pytest.raises(ValueError, match="not a load report"):
        LoadReport.read(path)
