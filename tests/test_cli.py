"""The commands, as a person types them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from palate.doctor import examine
from palate.settings import Settings
from palate.store.store import Store
from tests.shops import BARE, FLASK, PACK, SHOP


def run(*arguments: str, folder: Path, text: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PALATE_")}
    environment |= {"PALATE_DATA_DIR": str(folder), "COLUMNS": "200", **variables}
    command = [sys.executable, "-m", "palate.cli", *arguments]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, env=environment, timeout=240, check=False
    )


@pytest.fixture
def folder(demo_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_folder, tmp_path / "data"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a shop of three, which is opened sooner than the films."""
    folder = tmp_path_factory.mktemp("shop")
    with Store.open(Settings(data_dir=folder)) as store:
        store.replace_items("shop", SHOP, [PACK, FLASK, BARE], "first")
    return folder


def test_ask_sets_up_an_empty_folder_by_itself(tmp_path: Path) -> None:
    done = run("ask", "a comedy", "--no-llm", "--json", folder=tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["items"]) == 5
    assert (tmp_path / "new" / "load-report.jsonl").exists()


def test_ask_goes_on_with_a_conversation(folder: Path) -> None:
    first = json.loads(run("ask", "science fiction after 2010", "--no-llm", "--json", folder=folder).stdout)
    done = run("ask", "something older", "--no-llm", "--json", "--conversation", first["conversation"], folder=folder)
    assert max(item["year"] for item in json.loads(done.stdout)["items"]) < min(
        item["year"] for item in first["items"]
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", "", "--no-llm"], "Nothing was said"),
        (["ask", "x" * 100_000, "--no-llm"], "100,000 characters"),
        (["ask", "a comedy", "--no-llm", "--user", "nobody"], "nobody"),
        (["ask", "a comedy", "--no-llm", "--conversation", "none"], "none"),
    ],
)
def test_a_plain_line_and_no_traceback(shop: Path, arguments: list[str], says: str) -> None:
    done = run(*arguments, "--catalogue", "shop", folder=shop)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dead_model_server_is_said_and_answered_around(shop: Path) -> None:
    asked = ("ask", "a flask", "--catalogue", "shop", "--json")
    done = run(*asked, folder=shop, PALATE_LLM_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 0, done.stderr
    assert [item["title"] for item in json.loads(done.stdout)["items"]][:1] == ["Alder Flask"]
    assert json.loads(done.stdout)["mode"] == "fallback"
    assert "No model server answers" in done.stderr


def test_a_damaged_store_is_kept(tmp_path: Path) -> None:
    (tmp_path / "palate.db").write_bytes(b"this is no database at all, but somebody's file" * 50)
    done = run("ask", "a comedy", "--no-llm", folder=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (tmp_path / "palate.db").read_bytes().startswith(b"this is no database")


def test_the_terminal_chat(folder: Path) -> None:
    talk = "a western\n/no 1\n/like 9\nmore\n/status\n\n/quit\n"
    done = run("chat", "--no-llm", folder=folder, text=talk)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("5. ") >= 2
    assert "Noted." in done.stdout
    assert "No film with that number" in done.stdout
    assert "films: 17,472" in done.stdout


def test_doctor(folder: Path, tmp_path: Path) -> None:
    good = {f.what: f for f in examine(Settings(data_dir=folder, cache_dir=tmp_path))}
    assert "17,472 items" in good["store"].found
    assert good["store"].ok
    (folder / "palate.db").write_bytes(b"broken" * 1000)
    bad = {f.what: f for f in examine(Settings(data_dir=folder, cache_dir=tmp_path, llm_url="http://127.0.0.1:9/v1"))}
    assert not bad["store"].ok
    assert not bad["model"].ok
    assert bad["model"].mend
