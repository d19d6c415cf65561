"""The programs that `deploy/` names, run in processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import ROOT, compose

SECONDS = 120.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def of_this_environment(command: Sequence[str]) -> list[str]:
    """The same with this environment's programs."""
    program, *rest = command
    name = Path(program).name
    return [sys.executable if name.startswith("python") else str(Path(sys.executable).with_name(name)), *rest]


def with_port(command: Sequence[str], port: int, usual: str) -> list[str]:
    """The same with another port."""
    return [part.replace(usual, str(port)) for part in command]


def plain_environment(told: Mapping[str, str]) -> dict[str, str]:
    """An environment without anybody's settings but those told."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PALATE_")}
    return {**ours, "PYTHONPATH": str(ROOT), **told}


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, *, heard: bool = True
) -> Iterator[subprocess.Popen[str]]:
    """A program in a process of its own, killed afterwards where it has not ended.

    `heard`: its standard output is read by the test; else it goes into a file, since a full pipe would stop it.
    """
    with (folder / "errors").open("w") as errors:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdout=subprocess.PIPE if heard else errors,
            stderr=errors,
            text=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def is_ready(process: subprocess.Popen[str], folder: Path) -> str:
    """The line that tells the address; fails with what was written where there is none."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("READY "):
            return line.split()[1]
    pytest.fail((folder / "errors").read_text())


def checked(command: Sequence[str]) -> int:
    """The exit status of a healthcheck, in Docker's words: 0 is healthy."""
    words = command[1:] if command[0] == "CMD" else command
    return subprocess.run(of_this_environment(words), check=False, stderr=subprocess.DEVNULL).returncode


def ended(process: subprocess.Popen[str]) -> int:
    """How it ends when it is told to stop."""
    process.send_signal(signal.SIGTERM)
    return process.wait(SECONDS)


@contextmanager
def chroma(folder: Path) -> Iterator[str]:
    """Compose's Chroma server on a free port, keeping its files in `folder`; its address."""
    told: Any = compose()["services"]["chroma"]
    port = free_port()
    usual = told["command"][told["command"].index("--port") + 1]
    command = of_this_environment(with_port(told["command"], port, usual))
    command[command.index("--path") + 1] = str(folder / "chroma")
    check = with_port(told["healthcheck"]["test"], port, usual)
    assert checked(check) == 1
    with running(command, plain_environment(told["environment"]), folder, heard=False) as process:
        while checked(check):
            assert process.poll() is None, (folder / "errors").read_text()
        yield f"http://127.0.0.1:{port}"
