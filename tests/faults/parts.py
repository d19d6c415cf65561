"""Parts of a world that fail on demand: a disk that is full, a clock that jumps."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

WANTED = "libfaketime (Debian and Ubuntu: apt install libfaketime)"


class Disk(ABC):
    """Where the data folder lies."""

    how: str
    """How it becomes full, for the table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def at(cls, folder: Path, room: int) -> Disk:
        """A disk of so many bytes where this process may mount one, else a limit to the service's files."""
        return SmallDisk(folder, room) if os.geteuid() == 0 else FileLimit(folder)

    @abstractmethod
    def fill(self, pid: int) -> None:
        """Leave no room for the process."""

    @abstractmethod
    def empty(self, pid: int) -> None:
        """Make room again."""

    def __enter__(self) -> Self:
        self.folder.mkdir()
        return self

    @abstractmethod
    def __exit__(self, *_: object) -> None:
        """Leave nothing behind that the temporary folder does not take along."""


class SmallDisk(Disk):
    """A disk in memory, filled to its last byte."""

    how = "tmpfs"

    def __init__(self, folder: Path, room: int) -> None:
        super().__init__(folder)
        self._room = room
        self._ballast = folder / "ballast"

    def fill(self, pid: int) -> None:
        block = b"\0" * 65_536
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(block)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def empty(self, pid: int) -> None:
        self._ballast.unlink()

    def __enter__(self) -> Self:
        super().__enter__()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self._room}", "palate-faults", self.folder], check=True)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=True)


class FileLimit(Disk):
    """No file of the process may grow: what an ordinary user can do to it while it runs."""

    how = "RLIMIT_FSIZE"

    def fill(self, pid: int) -> None:
        self._limit(pid, 0)

    def empty(self, pid: int) -> None:
        self._limit(pid, resource.RLIM_INFINITY)

    def __exit__(self, *_: object) -> None:
        """The process is gone, and its limit with it."""

    @staticmethod
    def _limit(pid: int, size: int) -> None:
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size if size >= 0 else most, most))


class Clock:
    """The wall clock of a process; its monotonic one goes on, as after a correction of a computer's clock."""

    def __init__(self, folder: Path) -> None:
        self._library = library()
        self._told = folder / "clock"
        self.jump(0)

    @property
    def environment(self) -> dict[str, str]:
        """For the process; nothing where there is no libfaketime."""
        if self._library is None:
            return {}
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._told),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_RESET": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def jump(self, seconds: int) -> None:
        """Be so many seconds ahead of the real time; takes up to a second."""
        new = self._told.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n", "ascii")
        new.replace(self._told)


def library() -> Path | None:
    """Where libfaketime is, None where it is not installed."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
