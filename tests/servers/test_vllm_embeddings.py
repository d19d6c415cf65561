"""The encoder at an address, against a real vLLM server that serves MiniLM."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from palate.errors import ModelUnavailable
from palate.retrieval.vectors.encoder import encoder_for
from palate.settings import Settings
from tests.conftest import missing

pytestmark = [pytest.mark.vllm, pytest.mark.sentences]

SCRIPTS = Path(__file__).parents[2] / "scripts"
QUIET = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that name a server of MiniLM."""
    python = Settings().cache_dir / "vllm-cpu" / "bin" / "python"
    prepare = [sys.executable, str(SCRIPTS / "sentences_cpu.py"), "prepare"]
    done = subprocess.run(prepare, capture_output=True, text=True, check=False)
    if not python.exists() or done.returncode:
        missing("vLLM's CPU build (scripts/vllm_cpu.py prepare) or MiniLM (scripts/sentences_cpu.py prepare)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = json.loads(done.stdout)["encoder"]
    command = [
        *(str(python), "-m", "vllm.entrypoints.openai.api_server", "--model", model, "--served-model-name", "minilm"),
        *("--host", "127.0.0.1", "--port", str(port), "--runner", "pooling", "--dtype", "float32", "--enforce-eager"),
    ]
    log = tmp_path_factory.mktemp("vllm") / "log"
    with log.open("wb") as words:
        server = subprocess.Popen(
            command, env={**os.environ, **QUIET}, stdin=subprocess.DEVNULL, stdout=words, stderr=words,
            start_new_session=True,
        )  # fmt: skip
    try:
        settings = Settings(encoder=f"openai:127.0.0.1:{port}#minilm", encoder_timeout=60)
        for _ in range(600):
            assert server.poll() is None, log.read_text(errors="replace")[-2000:]
            try:
                encoder_for(settings).query("ready?")
                break
            except ModelUnavailable:
                time.sleep(1)
        yield settings
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def test_requests_and_items_meet(settings: Settings) -> None:
    encoder = encoder_for(settings)
    found = encoder.passages(["Paper Boats (1988), Animation Family", "The Cellar (2012), Horror"] * 40)
    assert found.shape == (80, encoder.dimensions) == (80, 384)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-4)
    query = encoder.query("a cartoon for children")
    assert query @ found[0] > query @ found[1] + 0.1


def test_a_text_longer_than_the_model_takes_is_cut(settings: Settings) -> None:
    assert encoder_for(settings).query("long words " * 3000).shape == (384,)
