"""Whole turns against a real vLLM server: its CPU build, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.app import Palate
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


def test_a_conversation_in_english_and_chinese(server: tuple[str, str], demo_folder: Path) -> None:
    url, name = server
    settings = Settings(
        data_dir=demo_folder,
        llm_url=url,
        llm_model=name,
        llm_read_timeout=300,
        llm_write_timeout=600,
        llm_stall_timeout=300,
    )
    with Palate.open(settings) as recommender:
        recommender.start(index=False)
        status = recommender.wait_for_model(600)
        assert status.state == "ready", status.detail
        assert status.where == url
        check(talk(recommender))
