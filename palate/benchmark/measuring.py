"""Time, memory and disk, as they are told in every row."""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

MB = 1e6
_T = TypeVar("_T")


class Watch:
    """Seconds since the start, without those that the making of the data took."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self._apart = 0.0

    @property
    def seconds(self) -> float:
        """So far."""
        return perf_counter() - self._start - self._apart

    def apart(self, made: Iterable[_T]) -> Iterator[_T]:
        """What is made step by step, its making not counted."""
        source = iter(made)
        while True:
            before = perf_counter()
            try:
                one = next(source)
            except StopIteration:
                return
            finally:
                self._apart += perf_counter() - before
            yield one


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of several calls."""

    p50: float
    p95: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Times:
        """The median and the 95th percentile, interpolated; of one call at least."""
        return cls(*(round(float(value), 3) for value in np.percentile(milliseconds, [50, 95])))

    def as_dict(self) -> dict[str, float]:
        """As a row tells it."""
        return {"p50_ms": self.p50, "p95_ms": self.p95}


def resident() -> float:
    """MB of this process that lie in memory now, after giving back what is free; and the peak begins anew.

    Where the system does not tell (no /proc), the most there ever was.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    now = _proc("VmRSS")
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    return now


def peak() -> float:
    """The most MB that this process had in memory since the last `resident`."""
    return _proc("VmHWM")


def _proc(name: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (MB if sys.platform == "darwin" else MB / 1024)
    return next(int(line.split()[1]) * 1024 / MB for line in lines if line.startswith(f"{name}:"))


def on_disk(folder: Path) -> float:
    """MB of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MB


def machine() -> dict[str, object]:
    """What it was measured on."""
    model = platform.processor() or platform.machine()
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }
