"""The embedded server's process: starts, fails, dies with its parent, remembers what it has read.

Most of it with a stand-in for xllamacpp that serves without a model; the last tests with the real one.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from palate.errors import ModelError, ModelTimeout, ModelUnavailable, WeightsError
from palate.llm.embedded import CONTEXT, EmbeddedServer
from palate.llm.fetching import fetch
from palate.llm.model import Model
from palate.llm.weights import QWEN_CODER
from palate.settings import Settings
from tests.conftest import missing
from tests.llm.conftest import LONG

STAND_IN = Path(__file__).with_name("stand_in")
"""A folder with a module `xllamacpp`."""
PATIENCE = 300.0
"""Seconds for the real model on a busy machine."""
PROMPTS = [[{"role": "system", "content": "Read."}, {"role": "user", "content": "hello"}]]


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weights for the stand-in; their content tells it what to do."""
    monkeypatch.setenv("PYTHONPATH", str(STAND_IN))
    path = tmp_path / "tiny.gguf"
    path.write_text("serve")
    return path


@pytest.fixture
def server(weights: Path, tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(weights, tmp_path / "prompts")
    yield server
    server.close()


def ended(pid: int) -> bool:
    """Wait for the end of a process that is not a child of this one."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], LONG)[0])
    finally:
        os.close(watched)


def pid_of(server: EmbeddedServer) -> int:
    return server._process.pid


def test_it_answers_with_its_key_only(server: EmbeddedServer) -> None:
    assert server.name == "tiny"
    server.check(LONG)
    server.api_key = "another"
    with pytest.raises(ModelError, match="key"):
        server.check(LONG)


def test_its_settings(weights: Path, tmp_path: Path) -> None:
    server = EmbeddedServer(weights, tmp_path / "prompts", threads=3)
    try:
        told = json.loads((tmp_path / "tiny.gguf.settings").read_text())
    finally:
        server.close()
    assert told["hostnames"] == ["127.0.0.1"]
    assert told["n_threads"] == 3
    assert told["n_ctx"] == told["n_parallel"] * 4096
    assert int(told["GOMP_SPINCOUNT"]) <= 3000


def test_closing_ends_its_process(server: EmbeddedServer) -> None:
    pid = pid_of(server)
    server.close()
    assert ended(pid)
    assert not [thread for thread in threading.enumerate() if thread.name == "palate-llama"]


def test_a_killed_server_is_noticed(server: EmbeddedServer) -> None:
    os.kill(pid_of(server), signal.SIGKILL)
    assert ended(pid_of(server))
    with pytest.raises(ModelUnavailable, match="stopped"):
        server.check(LONG)


def test_one_that_dies_while_it_is_looked_at_is_no_wrong_address(server: EmbeddedServer) -> None:
    os.kill(pid_of(server), signal.SIGKILL)  # its port goes before the process is seen to have ended
    with pytest.raises(ModelUnavailable, match="embedded model") as failure:
        server.check(LONG)
    assert "PALATE_LLM_URL" not in str(failure.value)


def test_one_that_hangs_is_no_wrong_address(server: EmbeddedServer) -> None:
    os.kill(pid_of(server), signal.SIGSTOP)
    try:
        with pytest.raises(ModelTimeout, match=r"embedded model did not answer within 0\.2 s"):
            server.check(0.2)
    finally:
        os.kill(pid_of(server), signal.SIGCONT)


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("crash", r"status 3.*out of memory"),
        ("abort", r"status -6"),
        ("ImportError: libgomp.so.1: cannot open shared object file", r"apt-get install libgomp1"),
    ],
)
def test_a_server_that_cannot_start_says_why(weights: Path, tmp_path: Path, does: str, told: str) -> None:
    weights.write_text(does)
    with pytest.raises(ModelUnavailable, match=told):
        EmbeddedServer(weights, tmp_path / "prompts")


def test_a_start_can_be_broken_off(weights: Path, tmp_path: Path) -> None:
    weights.write_text("hang")
    stop = threading.Event()
    stop.set()
    with pytest.raises(ModelUnavailable, match="closing"):
        EmbeddedServer(weights, tmp_path / "prompts", stop=stop)


def test_it_does_not_outlive_a_parent_that_is_killed(weights: Path, tmp_path: Path) -> None:
    starts = (
        "import sys, pathlib; from palate.llm.embedded import EmbeddedServer\n"
        "server = EmbeddedServer(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))\n"
        "print(server._process.pid, flush=True); sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", starts, str(weights), str(tmp_path / "prompts")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    assert ended(pid)


def test_ctrl_c_in_the_terminal_is_not_for_it(server: EmbeddedServer) -> None:
    assert os.getpgid(pid_of(server)) != os.getpgid(0)


def test_what_was_read_ahead_is_kept_for_the_next_start(weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"

    def start_with(prompts: list[list[dict[str, str]]]) -> list[str]:
        server = EmbeddedServer(weights, folder)
        try:
            with Model(server.url, server.name, server.api_key) as model:
                server.warm_up(model, prompts)
        finally:
            server.close()
        return (tmp_path / "tiny.gguf.asked").read_text().split()

    assert start_with(PROMPTS) == ["chat", "save", "save"]
    assert start_with(PROMPTS) == ["restore", "restore", "chat"]
    other = [[{"role": "system", "content": "Read otherwise."}]]
    assert start_with(other) == ["chat", "save", "save"]
    assert len(list(folder.iterdir())) == 2, "what no prompt needs any more is gone"
    for file in folder.iterdir():
        file.write_text("damaged")
    assert start_with(other) == ["restore", "chat", "save", "save"]


def test_a_folder_that_cannot_be_written_costs_only_time(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    server = EmbeddedServer(weights, tmp_path / "file" / "prompts")
    try:
        with Model(server.url, server.name, server.api_key) as model:
            server.warm_up(model, PROMPTS)
    finally:
        server.close()
    assert (tmp_path / "tiny.gguf.asked").read_text().split()[0] == "chat"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    """The real model, fetched when it is not there."""
    try:
        weights = fetch(QWEN_CODER, Settings().cache_dir / "weights", lambda progress: None)
    except WeightsError as error:
        missing(f"the embedded model ({error})")
    server = EmbeddedServer(weights, tmp_path_factory.mktemp("prompts"))
    with closing(server), Model(server.url, server.name, server.api_key) as model:
        yield model


FORM = {
    "type": "object",
    "properties": {
        "genre": {"enum": ["Comedy", "Horror", "Western"]},
        "year": {"type": "integer", "minimum": 1900, "maximum": 2100},
    },
    "required": ["genre", "year"],
    "additionalProperties": False,
}


@pytest.mark.model
@pytest.mark.parametrize("text", ["a comedy from 1994, please", "我想看一部1994年的喜剧"])
def test_the_real_model_fills_in_forms(real: Model, text: str) -> None:
    asked = [{"role": "system", "content": "Fill in the form from the message."}, {"role": "user", "content": text}]
    filled = real.read(asked, FORM, max_tokens=60, timeout=PATIENCE)
    assert filled.data == {"genre": "Comedy", "year": 1994}
    assert filled.tokens_in > 20
    assert filled.tokens_out > 5


@pytest.mark.model
def test_the_real_model_streams_and_goes_on_after_an_abandoned_reply(real: Model) -> None:
    asked = [{"role": "user", "content": "Count from one to one hundred in words."}]
    abandoned = real.write(asked, max_tokens=1500, timeout=PATIENCE, stall=PATIENCE)
    assert next(abandoned).text
    abandoned.close()  # type: ignore[attr-defined]
    *pieces, last = real.write(asked, max_tokens=8, timeout=PATIENCE, stall=PATIENCE)
    assert all(piece.text for piece in pieces)
    assert (last.cut, last.tokens_out) == (True, 8)
    assert last.tokens_in > 5


@pytest.mark.model
def test_a_prompt_that_is_too_long_is_refused_plainly(real: Model) -> None:
    asked = [{"role": "user", "content": "word " * 2 * CONTEXT}]
    with pytest.raises(ModelError, match="HTTP 400"):
        list(real.write(asked, max_tokens=8, timeout=PATIENCE, stall=PATIENCE))
