"""Bringing data in, as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from palate.settings import Settings
from palate.store.store import Store
from tests.test_cli import run

GOODS = "id,name,price,colour\n1,Tent,$99,green\n2,Mug [red],call us,red\n3,,5,red\n"


@pytest.fixture
def goods(tmp_path: Path) -> Path:
    path = tmp_path / "goods.csv"
    path.write_text(GOODS, "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def titles(folder: Path, name: str) -> list[str]:
    with Store.open(Settings(data_dir=folder)) as store:
        return [item.title for item in store.items(name)]


def test_an_import_shows_how_it_reads_and_what_it_could_not_use(goods: Path, folder: Path) -> None:
    done = run("import", str(goods), "--name", "shop", "--noun", "thing", "--yes", folder=folder)
    assert done.returncode == 0, done.stderr
    for words in (
        "price (money, USD)",
        "colour (colour)",
        "Mug [red]",
        "'things'",
        "1 row not used",
        "rejects.jsonl",
    ):
        assert words in done.stdout
    assert titles(folder, "shop") == ["Tent", "Mug [red]"]
    again = run("import", str(goods), "--name", "shop", "--noun", "thing", "--yes", folder=folder)
    assert "Nothing has changed: 2 things." in again.stdout
    assert "shop: 2 things" in run("catalogues", folder=folder).stdout
    assert json.loads(run("catalogues", "--json", folder=folder).stdout)[0]["items"] == 2


def test_of_a_folder_the_largest_table_is_read(goods: Path, folder: Path) -> None:
    (goods.parent / "kinds.csv").write_text("id,name\n1,x\n", "utf-8")
    (goods.parent / "picture.png").write_bytes(b"\x89PNG" * 400)
    done = run("import", str(goods.parent), "--name", "shop", "--yes", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "goods.csv is read, the largest table in" in done.stdout
    assert titles(folder, "shop") == ["Tent", "Mug [red]"]
    (folder.parent / "empty").mkdir()
    none = run("import", str(folder.parent / "empty"), "--name", "none", "--yes", folder=folder)
    assert (none.returncode, "name a file" in none.stderr) == (1, True)


def test_without_a_terminal_and_without_yes_nothing_is_imported(goods: Path, folder: Path) -> None:
    done = run("import", str(goods), "--name", "shop", folder=folder, text="y\n")
    assert done.returncode == 1
    assert "--yes" in done.stderr
    assert not folder.exists()


@pytest.mark.parametrize(("answer", "there"), [(b"y\n", ["Tent", "Mug [red]"]), (b"n\n", [])])
def test_on_a_terminal_one_is_asked(goods: Path, folder: Path, answer: bytes, there: list[str]) -> None:
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    try:
        command = [sys.executable, "-m", "palate.cli", "import", str(goods), "--name", "shop"]
        environment = os.environ | {"PALATE_DATA_DIR": str(folder)}
        with subprocess.Popen(command, stdin=slave, stdout=subprocess.PIPE, env=environment) as process:
            os.write(master, answer)
            said, _ = process.communicate(timeout=120)
    finally:
        os.close(master)
        os.close(slave)
    assert b"Import it so?" in said
    assert process.returncode == (0 if there else 1)
    assert titles(folder, "shop") == there


def test_a_written_mapping_can_be_changed_and_used(goods: Path, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    done = run("import", str(goods), "--name", "shop", "--write-mapping", str(path), folder=folder)
    assert done.returncode == 0, done.stderr
    path.write_text(path.read_text("utf-8").replace('title = "name"', 'title = "colour"'), "utf-8")
    done = run("import", str(goods), "--name", "shop", "--mapping", str(path), folder=folder)
    assert done.returncode == 0, done.stderr
    assert titles(folder, "shop") == ["green", "red", "red"]
    path.write_text('title = "Nme"\n', "utf-8")
    done = run("import", str(goods), "--name", "shop", "--mapping", str(path), folder=folder)
    assert (done.returncode, "'Nme', which the file does not have" in done.stderr) == (1, True)


def test_histories_graphs_and_names(goods: Path, folder: Path, tmp_path: Path) -> None:
    run("import", str(goods), "--name", "shop", "--yes", folder=folder)
    (tmp_path / "log.csv").write_text("user,item,event\na,1,buy\nb,2,view\nb,9,view\n", "utf-8")
    (tmp_path / "graph.csv").write_text("head,relation,tail\n1,goes with,2\n", "utf-8")
    (tmp_path / "names.csv").write_text("name,id\n帐篷,1\n", "utf-8")
    done = run("import-history", str(tmp_path / "log.csv"), "--catalogue", "shop", "--yes", folder=folder)
    assert "a: 1 = Tent (buy)" in done.stdout
    assert "2 interactions (2 new" in done.stdout
    done = run("import-graph", str(tmp_path / "graph.csv"), "--catalogue", "shop", "--yes", folder=folder)
    assert "Tent [1] —goes with→ Mug [red] [2]" in done.stdout
    done = run("import-aliases", str(tmp_path / "names.csv"), "--catalogue", "shop", folder=folder)
    assert "1 name (1 new" in done.stdout
    with Store.open(Settings(data_dir=folder)) as store:
        assert len(list(store.histories("shop"))) == 2
        assert (len(store.triples("shop")), len(store.aliases("shop"))) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["import", "none.csv", "--name", "x", "--yes"], "none.csv cannot be read"),
        (["import-history", "none.csv", "--catalogue", "x", "--yes"], "No catalogue is called 'x'"),
        (["import-graph", "none.csv", "--catalogue", "x", "--yes"], "No catalogue is called 'x'"),
        (["import-aliases", "none.csv", "--catalogue", "x"], "No catalogue is called 'x'"),
    ],
)
def test_a_plain_line_and_no_traceback(folder: Path, arguments: list[str], says: str) -> None:
    done = run(*arguments, folder=folder)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_answers_are_shown_counted_and_given(folder: Path, goods: Path) -> None:
    run("import", str(goods), "--name", "shop", "--yes", folder=folder)
    helps = goods.parent / "help"
    helps.mkdir()
    (helps / "returns.md").write_text(
        "# Returns\n\n## How long do I have?\n\nYou can return it for 30 days.\n", "utf-8"
    )
    (helps / "faq.csv").write_text("question,answer\n几点开门？,九点。\nEmpty?,\n", "utf-8")
    (helps / "logo.png").write_bytes(b"\x89PNG")
    done = run("import-answers", str(helps), "--catalogue", "shop", folder=folder)
    assert done.returncode == 0, done.stderr
    for words in (
        "2 passages (2 new",
        "returns.md: 1",
        "Languages: zh 1, en 1",
        "“How long do I have?” (returns.md, line 5): You can return it for 30 days.",
        "1 row not used",
        "1 × it has no answer",
        "Not read, of no known kind: logo.png",
    ):
        assert words in done.stdout
    assert ", 2 answers" in run("catalogues", folder=folder).stdout
    assert json.loads(run("catalogues", "--json", folder=folder).stdout)[0]["answers"] == 2
    asked = run("ask", "how long can I return it?", "--catalogue", "shop", "--no-llm", folder=folder)
    assert "From “How long do I have?”, returns.md: “You can return it for 30 days.”" in asked.stdout
    broken = run("import-answers", str(goods), "--catalogue", "shop", folder=folder)
    assert broken.returncode == 1
    assert "nothing that could be an answer" in broken.stderr
    assert "Traceback" not in broken.stderr
