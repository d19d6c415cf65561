"""`palate eval simulate` and `palate bench turn`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from palate.settings import Settings
from palate.store.store import Store
from tests.retrieval import world
from tests.test_cli import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("palate")
    with Store.open(Settings(data_dir=folder)) as store:
        store.replace_items("small", world.SCHEMA, world.catalogue().items, "1")
    return folder


def simulate(folder: Path, *more: str) -> tuple[int, str, str]:
    done = run("eval", "simulate", "--catalogue", "small", "--users", "3", *more, folder=folder)
    return done.returncode, done.stdout, done.stderr


def test_rows_are_printed_and_a_second_run_has_no_conversation_again(folder: Path, tmp_path: Path) -> None:
    code, out, err = simulate(folder, "--no-llm", "--json", "--out", str(tmp_path))
    assert code == 0, err
    (row,) = json.loads(out)
    assert (row["system"], row["users"]) == ("palate-no-llm", 3)
    assert row["claims_supported"] <= row["claims"]
    before = len(list(Store.open(Settings(data_dir=folder)).users()))
    code, again, err = simulate(folder, "--no-llm", "--json", "--out", str(tmp_path))
    assert code == 0, err
    assert "3 are there" in err
    assert json.loads(again) == json.loads(out)
    assert {path.suffix for path in tmp_path.iterdir()} == {".jsonl", ".json", ".md", ".html"}
    assert before == len(list(Store.open(Settings(data_dir=folder)).users()))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--no-llm", "--systems", "langchain"), "--no-llm"),
        (("--systems", "nothing"), "There is no system nothing"),
        (("--no-llm", "--data", "/nowhere/at/all"), "There is no /nowhere/at/all"),
        (("--no-llm", "--catalogue", "unknown"), "There is no catalogue 'unknown'"),
        (("--no-llm", "--language", "fr"), "--language"),
    ],
)
def test_what_cannot_be_run_is_said_in_a_line(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    code, _, err = simulate(folder, *arguments)
    assert code == 1
    assert told in err
    assert "Traceback" not in err


def test_a_model_that_is_not_there_is_said(folder: Path, tmp_path: Path) -> None:
    done = run(
        "eval", "simulate", "--catalogue", "small", "--users", "1", "--systems", "palate", "--out", str(tmp_path),
        folder=folder, PALATE_LLM_URL="http://127.0.0.1:9/v1",
    )  # fmt: skip
    assert done.returncode == 1
    assert "There is no language model" in done.stderr
    assert "--no-llm" in done.stderr


def test_turns_are_timed(folder: Path) -> None:
    done = run("bench", "turn", "--catalogue", "small", "--conversations", "2", "--no-llm", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)["rows"]
    assert (row["system"], row["turns"], row["failed"], row["model_calls"]) == ("palate-no-llm", 4, 0, 0.0)
    assert row["seconds_p50"] <= row["seconds_p95"]
