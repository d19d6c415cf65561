"""What this process takes of the machine, looked up when somebody asks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from opentelemetry.metrics import CallbackOptions, Meter, Observation

_STATM, _OPEN = Path("/proc/self/statm"), Path("/proc/self/fd")


def memory() -> int | None:
    """Bytes that are resident now; None where the system does not say (it has no /proc)."""
    try:
        return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


def files() -> int | None:
    """Open files and connections; None where the system does not say."""
    try:
        return sum(1 for _ in _OPEN.iterdir())
    except OSError:
        return None


def observe(meter: Meter) -> None:
    """Have `meter` look these up, under the names of OpenTelemetry's conventions."""

    def seen(value: float | None) -> Iterable[Observation]:
        return () if value is None else (Observation(value),)

    def resident(_: CallbackOptions) -> Iterable[Observation]:
        return seen(memory())

    def spent(_: CallbackOptions) -> Iterable[Observation]:
        return seen(time.process_time())

    def opened(_: CallbackOptions) -> Iterable[Observation]:
        return seen(files())

    meter.create_observable_up_down_counter("process.memory.usage", [resident], "By", "Physical memory in use.")
    meter.create_observable_counter("process.cpu.time", [spent], "s", "CPU seconds, of user and system.")
    meter.create_observable_up_down_counter(
        "process.unix.file_descriptor.count", [opened], "{file_descriptor}", "Open file descriptors."
    )
