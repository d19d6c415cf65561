"""That the faults are faults: a full disk takes nothing, a clock jumps and its steady sister does not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.faults.parts import WANTED, Clock, Disk, FileLimit, SmallDisk, library

WRITER = """
import sys
for number, line in enumerate(sys.stdin):
    try:
        with open(f"{sys.argv[1]}/{number}", "wb") as file:
            file.write(b"x" * 10_000)
        print("written", flush=True)
    except OSError:
        print("full", flush=True)
"""
TELLER = """
import sys, time
for line in sys.stdin:
    print(time.time(), time.monotonic(), flush=True)
"""


class Asked:
    """A program that answers each line with one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = process.pid

    def answer(self) -> str:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def asked(program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Asked]:
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})},
    ) as process:  # fmt: skip
        yield Asked(process)


@pytest.mark.parametrize("kind", [SmallDisk, FileLimit])
def test_a_full_disk_takes_nothing_until_there_is_room_again(kind: type[Disk], tmp_path: Path) -> None:
    if kind is SmallDisk and os.geteuid():
        pytest.skip("only root may mount a disk")
    disk = SmallDisk(tmp_path / "disk", 1_000_000) if kind is SmallDisk else FileLimit(tmp_path / "disk")
    with disk, asked(WRITER, str(disk.folder)) as writer:
        assert writer.answer() == "written"
        disk.fill(writer.pid)
        assert writer.answer() == "full"
        disk.empty(writer.pid)
        assert writer.answer() == "written"


def test_the_wall_clock_jumps_and_the_steady_one_does_not(tmp_path: Path) -> None:
    if library() is None:
        missing(WANTED)
    clock = Clock(tmp_path)
    with asked(TELLER, environment=clock.environment) as teller:
        for seconds in (3600, -3600):
            clock.jump(seconds)
            until = time.monotonic() + 30
            while abs(float(teller.answer().split()[0]) - time.time() - seconds) > 60:
                assert time.monotonic() < until
                time.sleep(0.05)
            assert abs(float(teller.answer().split()[1]) - time.monotonic()) < 60
