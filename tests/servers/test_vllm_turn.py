"""Whole turns against a real vLLM server: its CPU build, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.app import Palate
from palate.eval.simulate.plan import Plan
from palate.eval.simulate.running import simulate
from palate.eval.simulate.systems.palate_door import WITH_MODEL
from palate.settings import Settings
from tests.conftest import missing
from tests.servers.conversation import check, talk

pytestmark = pytest.mark.vllm

SCRIPT = Path(__file__).parents[2] / "scripts" / "vllm_cpu.py"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, str]]:
    """The address and the model's name; the server ends when its input is closed."""
    process = subprocess.Popen(
        [sys.executable, SCRIPT, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdin
    try:
        line = next((said for said in process.stdout if said.startswith("READY ")), None)
        if line is None:
            missing("a vLLM server (its log says why)")
        _, url, name = line.split()
        yield url, name
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


@pytest.fixture
def settings(server: tuple[str, str], demo_folder: Path) -> Settings:
    """Patient ones: the server has two slow cores."""
    url, name = server
    return Settings(
        data_dir=demo_folder,
        llm_url=url,
        llm_model=name,
        llm_read_timeout=300,
        llm_write_timeout=600,
        llm_stall_timeout=300,
    )


def test_a_conversation_in_english_and_chinese(settings: Settings) -> None:
    with Palate.open(settings) as recommender:
        recommender.start(index=False)
        status = recommender.wait_for_model(600)
        assert status.state == "ready", status.detail
        assert status.where == settings.llm_url
        check(talk(recommender))


def test_simulated_people_talk_to_it_in_english_and_chinese(settings: Settings, tmp_path: Path) -> None:
    plan = Plan(users=2, systems=(WITH_MODEL,), out=tmp_path)
    report = simulate(settings, plan)
    (row,) = report.as_rows()
    assert {each.talked.language for each in report.rows[0].scored} == {"en", "zh"}
    assert row["users"] == 2
    assert row["claims_supported"] > 0
    assert row["failed_turns"] == row["invented_titles"] == row["constraint_violations"] == row["repeats"] == 0
    assert 0 < row["model_calls_per_turn"] <= 2.1
    assert row["tokens_per_turn"] > 0
