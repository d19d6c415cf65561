"""`palate train` and `palate eval histories`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from palate.retrieval.learned.models import Models, models_folder
from palate.settings import Settings
from palate.store.store import Store
from tests.retrieval import world
from tests.test_cli import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small world in it, and nobody's histories with another catalogue."""
    folder = tmp_path_factory.mktemp("palate")
    with Store.open(Settings(data_dir=folder)) as store:
        for name in ("small", "quiet"):
            store.replace_items(name, world.SCHEMA, world.catalogue().items, "1")
        store.add_interactions("small", world.interactions(), "test")
    return folder


def test_train_writes_what_can_be_loaded(folder: Path) -> None:
    done = run("train", "--catalogue", "small", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "480 interactions of 40 people" in done.stdout
    models = Models.load(models_folder(folder, "small"))
    assert models.ranker
    assert models.als


def test_train_says_when_there_is_nothing_to_learn_from(folder: Path) -> None:
    done = run("train", "--catalogue", "quiet", folder=folder)
    assert done.returncode == 1
    assert "palate import-history" in done.stderr
    assert "Traceback" not in done.stderr
    assert not models_folder(folder, "quiet").exists()


def test_eval_prints_one_object(folder: Path) -> None:
    done = run("eval", "histories", "--catalogue", "small", "--no-peers", "--json", "--seed", "3", folder=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["seed"] == 3
    assert {"palate", "ranker", "rrf"} <= {row["system"] for row in told["rows"]}


def test_eval_says_which_peer_is_left_out_and_how_to_have_it(folder: Path, tmp_path: Path) -> None:
    done = run("eval", "histories", "--catalogue", "small", "--json", folder=folder, PALATE_CACHE_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "lenskit-itemknn" in json.loads(done.stdout)["missing"]
    assert "lenskit-itemknn was left out" in done.stderr
    assert "make lenskit" in done.stderr
    assert "--lenskit" in done.stderr


def test_eval_of_what_is_no_history(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "colours.csv").write_text("name,colour\na,red\n")
    done = run("eval", "histories", "--catalogue", "small", "--data", str(tmp_path), folder=folder)
    assert done.returncode == 1
    assert "user and an item column" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """A file of dialogues about the small world."""
    lines = [
        {
            "id": str(number),
            "turns": [
                {"role": "user", "text": "something good, please"},
                {"role": "assistant", "text": "try this", "recommended": [world.catalogue().items[number % 5].id]},
            ],
        }
        for number in range(30)
    ]
    path = tmp_path / "talks.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return path


def test_scoring_the_agent_without_a_model_says_what_to_do(folder: Path, talks: Path) -> None:
    url = {"PALATE_LLM_URL": "http://127.0.0.1:9/v1"}
    done = run("eval", "dialogues", str(talks), "--catalogue", "small", "--agent", folder=folder, **url)
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "--no-llm" in done.stderr
    assert "Traceback" not in done.stderr


def test_there_is_no_reranking_without_a_model(folder: Path, talks: Path) -> None:
    done = run("eval", "dialogues", str(talks), "--catalogue", "small", "--rerank-llm", "--no-llm", folder=folder)
    assert done.returncode == 1
    assert "nothing to rerank with" in done.stderr
