"""Files that nobody hopes for, brought in by the command and then asked for: nothing is lost, all is said."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Op, Query
from palate.retrieval.engine import Engine
from palate.settings import Settings
from palate.store.store import Store
from tests.hardships.worlds import GIANT
from tests.test_cli import run

HEAD = ("sku", "name", "category", "price", "stock", "description")
GOODS = (
    ("1", "Canvas Backpack", "Bags", "$80.00", "3", "A sturdy canvas pack"),
    ("1", "Doubled Backpack", "Bags", "$81.00", "3", "The same id again"),
    ("2", "", "Bags", "$10.00", "1", "Nobody named it"),
    ("3", "Bespoke Trunk", "Trunks", "call us", "1", "Made to measure"),
    ("4", "תיק גב קנבס", "Bags", "$70.00", "2", "תיק חזק לטיולים"),
    ("5", "Paper Bag", "Bags", "$0.50", "0", "Folds flat"),
    ("6", "Rucksack of Many Words", "Bags", "$60.00", "4", GIANT),
)


def table(path: Path, rows: Iterable[Iterable[str]], head: Iterable[str] = HEAD) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def many(path: Path, count: int, words: str) -> Path:
    return table(path, ((f"p{n}", f"{words} {n}", "Bags", f"${n}.00", "1", words * 20) for n in range(count)))


def engine_of(folder: Path, name: str) -> Engine:
    with Store.open(Settings(data_dir=folder)) as store:
        info = store.catalogue(name)
        catalogue = Catalogue(info.schema, store.items(name), name)
        return Engine(catalogue, triples=store.triples(name))


def size_of(folder: Path, name: str) -> int | None:
    with Store.open(Settings(data_dir=folder)) as store:
        return next((info.size for info in store.catalogues() if info.name == name), None)


def start(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PALATE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "palate.cli", *arguments],
        env=environment | {"PALATE_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the odd goods came."""
    folder = tmp_path_factory.mktemp("shop")
    done = run("import", str(table(folder / "goods.csv", GOODS)), "--name", "goods", "--yes", folder=folder / "data")
    assert done.returncode == 0, done.stderr
    assert "7 rows came in: 5 products" in done.stdout
    return folder / "data"


def test_what_could_not_be_used_is_told_line_by_line(shop: Path) -> None:
    (path,) = shop.rglob("*rejects*")
    told: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [entry["line"] for entry in told] == [3, 4, 5]
    assert "same id" in told[0]["reason"]
    assert "title" in told[1]["reason"]
    assert "call us" in json.dumps(told[2])


def test_what_came_in_is_found(shop: Path) -> None:
    engine = engine_of(shop, "goods")
    titles = {words: engine.recommend(Query(words)).items[0].title for words in ("תיק גב", "canvas", "many words")}
    assert titles == {
        "תיק גב": "תיק גב קנבס",
        "canvas": "Canvas Backpack",
        "many words": "Rucksack of Many Words",
    }
    cheap = engine.recommend(Query(constraints=(Constraint("price", Op.RANGE, high=100.0, unit="USD"),), size=10))
    assert "Bespoke Trunk" not in {item.title for item in cheap.items}
    assert len(cheap.items) == 4


def test_triples_with_ids_that_nobody_knows(shop: Path, tmp_path: Path) -> None:
    triples = [("1", "made for", "hikers"), ("4", "made for", "hikers"), ("Q9", "part of", "Q8"), ("", "", "")]
    path = table(tmp_path / "edges.csv", triples, ("head", "relation", "tail"))
    done = run("import-graph", str(path), "--catalogue", "goods", "--yes", folder=shop)
    assert done.returncode == 0, done.stderr
    assert "3 edges" in done.stdout
    near = engine_of(shop, "goods").recommend(Query(liked=("1",), size=10)).recommendations
    facts = [fact.value for one in near if one.item.id == "4" for fact in one.facts]
    assert any("hikers" in value for value in facts), facts


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty.csv has no rows"),
        ("head.csv", b"sku,name,price\n", "head.csv has no rows"),
        ("noise.csv", bytes(range(256)) * 40, "title"),
        ("broken.json", b'[{"id": 1, "title": "A"', "broken.json"),
        ("cut.csv.gz", gzip.compress(b"sku,name\n1,A bag\n" * 500, mtime=0)[:40], "cut.csv.gz"),
        ("picture.parquet", b"PAR1 this is none", "picture.parquet"),
        ("nothing.json", b"[]", "nothing.json"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("import", str(tmp_path / name), "--name", "none", "--yes", folder=tmp_path / "data")
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert says in done.stderr
    if (tmp_path / "data").exists():
        assert size_of(tmp_path / "data", "none") is None


def test_a_catalogue_of_one(tmp_path: Path) -> None:
    path = table(tmp_path / "one.csv", GOODS[:1])
    assert run("import", str(path), "--name", "one", "--yes", folder=tmp_path / "data").returncode == 0
    engine = engine_of(tmp_path / "data", "one")
    assert [item.id for item in engine.recommend(Query("anything")).items] == ["1"]
    assert engine.recommend(Query(liked=("1",))).items == []


def test_an_import_killed_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    old = many(tmp_path / "goods.csv", 50, "old")
    assert run("import", str(old), "--name", "goods", "--yes", folder=data).returncode == 0
    new = many(tmp_path / "goods.csv", 40_000, "new")
    process = start("import", str(new), "--name", "goods", "--yes", folder=data)
    until = time.monotonic() + 60
    # It is under way from when its report of rejects or its spool is there; the lock is the first sign of it.
    while not any(data.glob("*importing-goods*")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if process.returncode == -signal.SIGKILL:
        assert size_of(data, "goods") in {50, 40_000}
    done = run("import", str(new), "--name", "goods", "--yes", folder=data)
    assert done.returncode == 0, done.stderr
    assert size_of(data, "goods") == 40_000


def test_two_imports_at_once_wait_for_each_other(tmp_path: Path) -> None:
    data = tmp_path / "data"
    paths = [many(tmp_path / f"{words}.csv", 3_000, words) for words in ("first", "second")]
    both = [start("import", str(path), "--name", "goods", "--yes", folder=data) for path in paths]
    ends = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    with Store.open(Settings(data_dir=data)) as store:
        words = {item.title.split()[0] for item in store.items("goods")}
    assert words in ({"first"}, {"second"}), "one after the other, never a mixture"
    assert size_of(data, "goods") == 3_000
