"""What runs beside the tests: the real service, the stand-in model server, a Chroma server; each can be killed."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import httpx2

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120.0
"""That anything has to start in."""


class Process(ABC):
    """A program on a port of its own, which it keeps when it is started again."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self.log = log
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    def launch(self) -> None:
        """Start, and wait for nothing."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.launch()
        until = time.monotonic() + SECONDS
        while not self.answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"It does not start: {self.log.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it, and wait for that."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(SECONDS)
            self._process = None

    def answers(self) -> bool:
        """Whether it answers."""
        try:
            return httpx2.get(self.url + self.asked(), timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    @abstractmethod
    def command(self) -> Sequence[str]:
        """What to run."""

    @abstractmethod
    def asked(self) -> str:
        """The path that answers 200 once it is up."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGKILL)


class Model(Process):
    """The stand-in model server."""

    def __init__(self, environment: Mapping[str, str], log: Path, speed: tuple[float, float]) -> None:
        """`speed`: seconds to the first token, and for each after it."""
        super().__init__(environment, log)
        self._speed = speed

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "tests.load.stand_in", str(self.port), *map(str, self._speed)]

    def asked(self) -> str:
        return "/v1/models"


class Chroma(Process):
    """A Chroma server over a folder."""

    def __init__(self, environment: Mapping[str, str], log: Path, folder: Path) -> None:
        super().__init__(environment, log)
        self._folder = folder

    def command(self) -> Sequence[str]:
        chroma = Path(sys.executable).with_name("chroma")
        return [str(chroma), "run", "--path", str(self._folder), "--port", str(self.port)]

    def asked(self) -> str:
        return "/api/v2/heartbeat"


class Service(Process):
    """`palate serve`."""

    def __init__(self, environment: Mapping[str, str], log: Path, catalogue: str) -> None:
        super().__init__(environment, log)
        self._catalogue = catalogue

    def command(self) -> Sequence[str]:
        options = ["--port", str(self.port), "--catalogue", self._catalogue, "--no-page"]
        return [sys.executable, "-m", "palate.cli", "serve", *options]

    def asked(self) -> str:
        return "/ready"

    def part(self, name: str) -> str:
        """How a part of it stands, as `/ready` says; empty where that does not answer."""
        try:
            told = httpx2.get(self.url + "/ready", timeout=5).json()
        except httpx2.HTTPError:
            return ""
        return str(told["parts"][name]["status"])

    def wait(self, *names: str, seconds: float = SECONDS) -> None:
        """Wait until these parts are well."""
        until = time.monotonic() + seconds
        while not all(self.part(name) == "ok" for name in names):
            if time.monotonic() > until:
                raise RuntimeError(f"Of {', '.join(names)} something is not well after {seconds:g} s.")
            time.sleep(0.1)

    def vectors(self) -> bool:
        """Whether every item can be found by its vector, though it may be looked whether each is the latest."""
        try:
            told = httpx2.get(self.url + "/ready", timeout=5).json()["parts"]["vectors"]["detail"]
        except httpx2.HTTPError:
            return False
        counts = re.search(r"([\d,]+) of ([\d,]+)", told)
        return counts is not None and counts[1] == counts[2]

    def tracebacks(self) -> int:
        """How many its log has."""
        return self.log.read_text("utf-8", "replace").count("Traceback (most recent call last)")


def free_port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
