"""The command that starts vLLM, and what is said where it cannot start."""

from __future__ import annotations

import json
import socket
import stat
import sys
from pathlib import Path

import pytest

from palate.errors import ModelUnavailable, PortBusy
from palate.llm import vllm
from palate.llm.vllm import gpu_gigabytes, model_for, serve_llm, vllm_command


def flags(model: str) -> dict[str, str]:
    command = vllm_command("python", model, name="it", host="127.0.0.1", port=8000)
    assert command[:3] == ["python", "-m", "vllm.entrypoints.openai.api_server"]
    return {
        flag: "" if value.startswith("--") else value
        for flag, value in zip(command, [*command[1:], "--"], strict=True)
        if flag.startswith("--")
    }


def test_the_flags_that_the_agent_needs() -> None:
    found = flags("Qwen/Qwen3-8B")
    assert found["--model"] == "Qwen/Qwen3-8B"
    assert found["--served-model-name"] == "it"
    assert (found["--host"], found["--port"]) == ("127.0.0.1", "8000")
    assert "--enable-prefix-caching" in found
    assert json.loads(found["--structured-outputs-config"])["disable_any_whitespace"] is True
    assert json.loads(found["--default-chat-template-kwargs"]) == {"enable_thinking": False}


@pytest.mark.parametrize(
    ("model", "parser"),
    [
        ("Qwen/Qwen3-8B", "hermes"),
        ("/models/qwen2.5-coder-0.5b-instruct", "hermes"),
        ("Qwen/Qwen3-Coder-30B-A3B-Instruct", "qwen3_coder"),
        ("meta-llama/Llama-3.3-70B-Instruct", "llama3_json"),
        ("mistralai/Ministral-8B-Instruct-2410", "mistral"),
        ("somebody/unheard-of", None),
    ],
)
def test_tool_calls_are_parsed_as_the_family_writes_them(model: str, parser: str | None) -> None:
    found = flags(model)
    assert found.get("--tool-call-parser") == parser
    assert ("--enable-auto-tool-choice" in found) is (parser is not None)


def test_only_models_that_think_aloud_are_told_not_to() -> None:
    assert "--default-chat-template-kwargs" not in flags("Qwen/Qwen2.5-7B-Instruct")


@pytest.mark.parametrize(
    ("gigabytes", "model"),
    [
        (None, "Qwen/Qwen3-8B"),
        (8, "Qwen/Qwen3-1.7B"),
        (16, "Qwen/Qwen3-4B"),
        (24, "Qwen/Qwen3-8B"),
        (80, "Qwen/Qwen3-32B"),
    ],
)
def test_the_default_model_fits_the_gpu(gigabytes: float | None, model: str) -> None:
    assert model_for(gigabytes) == model


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize(("said", "gigabytes"), [("24576\n81920\n", 85.9), ("No devices were found", None)])
def test_the_largest_gpu_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, gigabytes: float | None
) -> None:
    program(tmp_path, "nvidia-smi", f"printf '{said}'")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_gigabytes() == pytest.approx(gigabytes, abs=0.1)


def test_without_a_gpu_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_gigabytes() is None


def test_without_vllm_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(ModelUnavailable, match=r"(?s)environment of its own.*serve-llm"):
        serve_llm()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment on PATH that has vllm; its Python does what a test writes."""
    monkeypatch.setitem(sys.modules, "vllm", None)
    program(tmp_path, "vllm", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_busy_port_is_told(environment: Path) -> None:
    program(environment, "python", "exit 0")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortBusy, match="--port"):
            serve_llm(port=other.getsockname()[1])


def test_a_server_that_cannot_start_gives_its_status(environment: Path) -> None:
    program(environment, "python", "exit 3")
    said: list[str] = []
    assert serve_llm("m", port=free_port(), say=said.append) == 3
    assert not any("ready" in line for line in said)


def test_the_two_variables_are_told_when_it_is_ready(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vllm, "POLL", 0.05)
    serves = (
        "import http.server as h\\n"
        "class A(h.BaseHTTPRequestHandler):\\n"
        "  def do_GET(self):\\n"
        '    b = b\'{\\"data\\": [{\\"id\\": \\"m\\"}]}\'\\n'
        "    self.send_response(200); self.send_header('Content-Length', str(len(b))); self.end_headers()\\n"
        "    self.wfile.write(b)\\n"
        "h.HTTPServer(('127.0.0.1', PORT), A).handle_request()\\n"
    )
    port = free_port()
    program(environment, "python", f'printf "{serves}" | sed s/PORT/{port}/ | exec python3 -')
    said: list[str] = []
    assert serve_llm("m", port=port, say=said.append) == 0
    assert f"PALATE_LLM_URL=http://127.0.0.1:{port}/v1" in said[-1]
    assert "PALATE_LLM_MODEL=m" in said[-1]
