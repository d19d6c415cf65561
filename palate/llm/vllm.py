"""vLLM with the flags that the agent needs.

vLLM is a server with pins of its own and lives in an environment of its own; here is only how to start it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from palate.errors import ModelError, ModelUnavailable, PortBusy
from palate.llm.address import models_at

CONTEXT = 8192
"""Tokens that a prompt and its reply may have together; palate's longest prompt has about 2,000."""
MODELS = (
    (70, "Qwen/Qwen3-32B"),
    (40, "Qwen/Qwen3-14B"),
    (20, "Qwen/Qwen3-8B"),
    (10, "Qwen/Qwen3-4B"),
    (0, "Qwen/Qwen3-1.7B"),
)
"""From so many GB of GPU memory on, this model: its weights in bfloat16 and some room for conversations."""
DEFAULT = "Qwen/Qwen3-8B"
TOOL_PARSERS = (
    ("qwen3-coder", "qwen3_coder"),
    ("qwen", "hermes"),
    ("hermes", "hermes"),
    ("llama-4", "llama4_pythonic"),
    ("llama-3", "llama3_json"),
    ("mistral", "mistral"),
    ("ministral", "mistral"),
    ("gpt-oss", "openai"),
    ("granite", "granite"),
    ("phi-4-mini", "phi4_mini_json"),
)
"""A part of a model's name, and vLLM's parser for the tool calls of that family; the first that fits."""
POLL = 2.0
"""Seconds between two looks whether the server is ready."""


def vllm_command(
    python: str, model: str, *, name: str, host: str, port: int, context: int = CONTEXT, more: Sequence[str] = ()
) -> list[str]:
    """Build the command that serves `model` (a hub's name or a folder) as `name`.

    The ``vllm`` command itself is avoided: it refuses builds whose distribution has another name.
    """
    family = model.lower()
    command = [python, "-m", "vllm.entrypoints.openai.api_server", "--model", model, "--served-model-name", name]
    command += ["--host", host, "--port", str(port), "--max-model-len", str(context), "--enable-prefix-caching"]
    # Between two fields a small model may write blanks for ever, and every blank is a token.
    command += ["--structured-outputs-config", json.dumps({"backend": "guidance", "disable_any_whitespace": True})]
    parser = next((parser for part, parser in TOOL_PARSERS if part in family), None)
    if parser:
        command += ["--enable-auto-tool-choice", "--tool-call-parser", parser]
    if "qwen3" in family:  # it would think aloud for thousands of tokens before the first word
        command += ["--default-chat-template-kwargs", json.dumps({"enable_thinking": False})]
    return [*command, *more]


def serve_llm(
    model: str | None = None, *, host: str = "127.0.0.1", port: int = 8000, say: Callable[[str], None] = print
) -> int:
    """Start vLLM in the foreground, `say` the two variables to set, and return its exit status.

    `model` None: one that fits the GPU. Raises `ModelUnavailable` where vLLM is not installed, `PortBusy`.
    """
    python = _python_with_vllm()
    _require_free(host, port)
    model = model or model_for(gpu_gigabytes())
    reach = socket.gethostname() if host in {"0.0.0.0", "::"} else host
    url = f"http://{f'[{reach}]' if ':' in reach else reach}:{port}/v1"
    say(f"Starting vLLM with {model}; the first start downloads it.")
    server = subprocess.Popen(vllm_command(python, model, name=model, host=host, port=port))
    try:
        while server.poll() is None and not _answers(url):
            _wait(server)
        if server.poll() is None:
            say(f"vLLM is ready. Where palate runs, set:\n\n  PALATE_LLM_URL={url}\n  PALATE_LLM_MODEL={model}\n")
        return server.wait()
    except KeyboardInterrupt:
        return server.wait()  # the terminal has told the server too
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait()


def model_for(gigabytes: float | None) -> str:
    """Choose the default model for so much GPU memory; None: unknown."""
    return DEFAULT if gigabytes is None else next(model for least, model in MODELS if gigabytes >= least)


def gpu_gigabytes() -> float | None:
    """Return the memory of the largest GPU in GB (10⁹ bytes), None where ``nvidia-smi`` tells none."""
    if shutil.which("nvidia-smi") is None:
        return None
    query = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    told = subprocess.run(query, capture_output=True, text=True, check=False).stdout.split()
    sizes = [int(size) for size in told if size.isdigit()]  # MiB each
    return max(sizes) * 2**20 / 1e9 if sizes else None


def _python_with_vllm() -> str:
    if importlib.util.find_spec("vllm"):
        return sys.executable
    command = shutil.which("vllm")
    python = Path(command).resolve().with_name("python") if command else None
    if python and python.exists():
        return str(python)
    raise ModelUnavailable(
        "vLLM is not installed here. On a machine with a GPU, give it an environment of its own on PATH:\n"
        "  python3 -m venv ~/vllm && ~/vllm/bin/pip install vllm && PATH=~/vllm/bin:$PATH palate serve-llm\n"
        "Without a GPU, palate runs its embedded model by itself: palate demo"
    )


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusy(
                f"Another program listens on port {port}. Choose another: palate serve-llm --port"
            ) from error


def _answers(url: str) -> bool:
    try:
        return bool(models_at(url, os.environ.get("VLLM_API_KEY", "none"), POLL))
    except ModelError:
        return False


def _wait(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(POLL)
    except subprocess.TimeoutExpired:
        return
