"""Whole runs at a small size, each system in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from palate.benchmark import running
from palate.benchmark.parents import Parents
from palate.benchmark.requests import SELECTIVITIES
from palate.benchmark.retrieval import FIGURES, Plan, Report, bench, faster
from palate.errors import BenchmarkError
from palate.retrieval.vectors.embeddings import EmbeddingCache
from tests.retrieval.encoders import WordEncoder

HERE = "tests.benchmark.peers:"


def run(folder: Path, parents: Parents, *systems: str, size: int = 150, **options: Any) -> Report:
    plan = Plan((size,), systems, 6, seed=3, **options)
    return bench(plan, WordEncoder(), EmbeddingCache(folder / "embeddings.db"), folder, parents=parents)


def rows_of(report: Report, system: str) -> list[Any]:
    return [row for row in report.rows if row["system"] == system]


def test_every_figure_of_a_row(tmp_path: Path, parents: Parents) -> None:
    report = run(tmp_path, parents, f"{HERE}Careless", update=True)
    rows = rows_of(report, f"{HERE}Careless")
    assert [row["selectivity"] for row in rows] == list(SELECTIVITIES)
    for row in rows:
        assert row["items"] == 150
        assert row["build_s"] == 2.5
        assert row["train_s"] == 7.0
        assert row["disk_mb"] == 3.0
        assert 15 < row["memory_mb"] < 60
        assert 1 <= row["p50_ms"] <= row["p95_ms"]
        assert row["requests"] == 6
        assert row["build_parts"] == {"thinking": 2.0, "writing": 0.5}
        # Requests 3 to 8 are timed, those before warm up.
        assert row["stages"]["sleeping"]["p50_ms"] == 6.5
        assert row["update_ms"] == 14.0
    everything, _, few = rows
    assert everything["allowed"] == 150
    # 100 of 150 rows at random have two thirds of the nearest 100.
    assert 0.5 < everything["recall_at_100"] < 0.8
    assert few["allowed"] < 15
    truth = rows_of(report, "exact")
    assert [row["recall_at_100"] for row in truth] == [1, 1, 1]
    assert not list(tmp_path.glob("bench-*")), "scratch files are gone"


def test_one_json_object(tmp_path: Path, parents: Parents) -> None:
    found = json.loads(json.dumps(run(tmp_path, parents).as_dict()))
    assert found["command"] == "bench retrieval"
    assert found["seed"] == 3
    assert found["machine"]["cores"] >= 1
    assert found["encoding"]["encoder"] == "words-1"
    assert found["encoding"]["request"]["p95_ms"] > 0
    assert found["encoding"]["item"]["p95_ms"] > 0
    for row in found["rows"]:
        assert {"system", "items", "selectivity", *FIGURES} <= row.keys()


def test_items_are_encoded_once(tmp_path: Path, parents: Parents) -> None:
    assert run(tmp_path, parents).encoding["item"]
    assert "item" not in run(tmp_path, parents).encoding


@pytest.mark.parametrize(
    ("system", "says"),
    [
        ("Late", "only half"),
        ("Miscounting", "is met by 150 items, and 1,000,000 were found"),
        ("Dying", "ended with status 9"),
        ("Missing", "Missing"),
    ],
)
def test_a_system_that_fails_has_rows_that_say_so(tmp_path: Path, parents: Parents, system: str, says: str) -> None:
    report = run(tmp_path, parents, HERE + system)
    rows = rows_of(report, HERE + system)
    assert len(rows) == 3
    for row in rows:
        assert says in row["error"]
    if system == "Dying":
        assert [row["p50_ms"] is None for row in rows] == [False, True, True]
    assert len(rows_of(report, "exact")) == 3


def test_one_that_hangs_is_ended(tmp_path: Path, parents: Parents, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, parents)
    monkeypatch.setattr(running, "GRACE", 3.0)
    report = run(tmp_path, parents, f"{HERE}Hanging", build_limit=5.0)
    for row in rows_of(report, f"{HERE}Hanging"):
        assert "--build-limit" in row["error"]


def test_the_peers_as_they_come(tmp_path: Path, parents: Parents) -> None:
    pytest.importorskip("langchain_chroma", reason="the peers are in the dev group")
    report = run(tmp_path, parents, "chroma-where", "ensemble")
    for system in ("chroma-where", "ensemble"):
        rows = rows_of(report, system)
        assert not any("error" in row for row in rows), rows
        assert all(row["recall_at_100"] > 0.9 for row in rows), rows
        assert all(row["disk_mb"] > 0 and row["memory_mb"] > 0 for row in rows)
    ensemble, chroma = rows_of(report, "ensemble")[0], rows_of(report, "chroma-where")[0]
    assert ensemble["build_s"] >= chroma["build_s"], "both stand on one collection"
    assert ensemble["build_parts"].keys() == {"chroma", "bm25"}


def test_a_peer_that_takes_too_long_to_build(tmp_path: Path, parents: Parents) -> None:
    report = run(tmp_path, parents, "chroma-where", "ensemble", size=9000, build_limit=0.0001)
    for row in (*rows_of(report, "chroma-where"), *rows_of(report, "ensemble")):
        assert "of 9,000 items" in row["error"], "both stand on one collection"


@pytest.mark.parametrize("plan", [Plan((100,), ("nobody",)), Plan((0,)), Plan(()), Plan((100,), (), 0)])
def test_what_cannot_be_measured_is_said_at_once(tmp_path: Path, parents: Parents, plan: Plan) -> None:
    with pytest.raises(BenchmarkError):
        bench(plan, WordEncoder(), EmbeddingCache(tmp_path / "embeddings.db"), tmp_path, parents=parents)
    assert not list(tmp_path.iterdir())


def test_how_many_times_faster() -> None:
    rows = [
        {"system": "palate", "items": 10, "selectivity": 1.0, "p95_ms": 2.0},
        {"system": "ensemble", "items": 10, "selectivity": 1.0, "p95_ms": 30.0},
        {"system": "ensemble", "items": 20, "selectivity": 1.0, "p95_ms": None},
    ]
    assert faster(rows, 10, 1.0) == 15
    assert faster(rows, 20, 1.0) is None


def test_vectors_of_requests_have_length_one(tmp_path: Path, parents: Parents) -> None:
    from palate.benchmark.parents import asked

    class Long(WordEncoder):
        def query(self, text: str) -> Any:
            return super().query(text) * 5

    found = asked(["a comedy", "horror in space"], Long())
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)


def test_palate_itself(tmp_path: Path, parents: Parents) -> None:
    report = run(tmp_path, parents, "palate", size=400, update=True, people=80)
    rows = rows_of(report, "palate")
    assert not any("error" in row for row in rows), rows
    for row in rows:
        assert row["recall_at_100"] >= 0.97
        assert row["disk_mb"] > 0
        assert row["update_ms"] > 0
        assert {"constraints", "dense", "lexical", "graph", "fusion", "diversity"} <= row["stages"].keys()
        assert "encode" not in row["stages"], "it depends on the encoder alone"
        assert row["p50_ms"] >= max(times["p50_ms"] for times in row["stages"].values())
        assert row["train_s"] > 0
    assert sum(rows[0]["build_parts"].values()) == pytest.approx(rows[0]["build_s"], abs=0.05)
