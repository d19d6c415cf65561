"""The whole evaluation, small."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from palate.catalogue.demo.report import Reading
from palate.domain import Item
from palate.errors import CatalogueError, MappingError, TrainingError
from palate.eval.histories import Plan, evaluate
from palate.eval.reading import read_folder
from palate.eval.report import Report
from palate.retrieval.engine import Engine
from palate.retrieval.people.histories import Histories
from tests.conftest import missing
from tests.retrieval import world

DATA = Path(__file__).parents[3] / "shared" / "data" / "movielens"


@pytest.fixture(scope="module")
def report() -> Report:
    catalogue = world.catalogue()
    lines: list[str] = []
    made = evaluate(
        Engine(catalogue),
        world.histories(catalogue),
        Plan(lenskit=Path("/nowhere/python")),
        "a small world",
        lines.append,
    )
    assert any("ranker" in line for line in lines)
    return made


def test_every_system_on_the_same_people(report: Report) -> None:
    rows = {row.system: row for row in report.rows}
    assert {"palate", "ranker", "rrf", "als", "itemitem", "next", "people", "interests", "popularity"} <= set(rows)
    assert {"implicit-als", "implicit-bpr"} <= set(rows)
    assert {row.users for row in report.rows} == {world.PEOPLE}
    for row in report.rows:
        for name in ("ndcg@10", "recall@10", "mrr@10", "coverage", "gini", "novelty", "diversity", "long_tail"):
            interval = row.metrics[name]
            assert interval.low <= interval.mean <= interval.high
    # Two camps that are easily told apart: who knows the camp is far ahead of what is popular with all.
    assert rows["ranker"].metrics["ndcg@10"].mean > rows["popularity"].metrics["ndcg@10"].mean


def test_what_cannot_be_run_is_told(report: Report) -> None:
    assert set(report.missing) == {"lenskit-itemknn"}
    assert "/nowhere/python" in report.missing["lenskit-itemknn"]
    assert "make lenskit" in report.missing["lenskit-itemknn"]


def test_the_report_for_programs(report: Report) -> None:
    told = json.loads(json.dumps(report.as_dict()))
    assert {"command", "machine", "seed", "rows"} <= set(told)
    assert told["command"] == "eval histories"
    for row in told["rows"]:
        assert {"system", "users", "ndcg@10", "recall@10"} <= set(row)
        assert set(row["ndcg@10"]) == {"mean", "low", "high"}
    pairs = {(each["system"], each["other"]) for each in told["differences"]}
    assert {("ranker", "itemitem"), ("ranker", "implicit-als"), ("palate", "palate-undiversified")} <= pairs
    by_name = {row["system"]: row["ndcg@10"]["mean"] for row in told["rows"]}
    for each in told["differences"]:
        assert each["mean"] == pytest.approx(by_name[each["system"]] - by_name[each["other"]])


def test_the_report_for_people(report: Report) -> None:
    systems, ahead = report.tables()
    assert systems.row_count == len(report.rows)
    assert ahead.row_count == len(report.differences)


def test_nobody_to_ask() -> None:
    catalogue = world.catalogue()
    with pytest.raises(TrainingError):
        evaluate(Engine(catalogue), Histories.of(catalogue, []), Plan(peers=False), "nothing")


def items() -> list[Item]:
    return [
        Item(str(100 + n), f"Title {n}", {}, {"year": 1990 + n}, ids={"imdb": f"tt{123450 + n:07}"}) for n in range(5)
    ]


def test_a_folder_is_read_by_what_its_columns_say(tmp_path: Path) -> None:
    tables: dict[str, list[tuple[str, ...]]] = {
        "opinions.csv": [
            ("userId", "movieId", "rating", "timestamp"),
            ("1", "7", "4.0", "1000"),
            ("1", "8", "2", "2000"),
        ],
        "tags.csv": [("userId", "movieId", "tag", "timestamp"), ("1", "7", "funny", "1000")],
        "names.csv": [
            ("movieId", "title"),
            ("7", "Title 1 (1991)"),
            ("8", "Title 3, The (1993)"),
            ("9", "Else (1980)"),
        ],
        "ids.csv": [("movieId", "imdbId"), ("8", "0123452")],
    }
    for name, rows in tables.items():
        with (tmp_path / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    read = read_folder(tmp_path, items())
    assert [(each.user_id, each.item_id) for each in read.interactions] == [("1", "101"), ("1", "102")]
    assert read.rows == 2


def test_a_folder_without_histories(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("movieId,title\n7,Title 1 (1991)\n")
    with pytest.raises(MappingError, match="who did something"):
        read_folder(tmp_path, items())
    (tmp_path / "done.csv").write_text("user_id,item_id,rating\n1,77,3\n")
    with pytest.raises(CatalogueError, match="catalogue"):
        read_folder(tmp_path, items())


def test_histories_of_films_join_by_id_and_by_title(reading: Reading) -> None:
    if not DATA.is_dir():
        missing(f"{DATA}")
    read = read_folder(DATA, reading.items)
    assert read.rows == 100_004
    assert len(read.interactions) > 0.95 * read.rows
    assert len({each.user_id for each in read.interactions}) == 671
