"""A child process from outside: its events as they come, within the time that it may take."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import IO, Any

from palate.benchmark.child import Order
from palate.benchmark.requests import SELECTIVITIES
from palate.errors import BenchmarkError

GRACE = 60.0
"""Seconds beside its limits that a process gets to start, to grow the catalogue and to end."""
GROWING = 300e-6
"""Seconds that growing one item may take."""


def events(order: Order, spec: Path) -> Iterator[dict[str, Any]]:
    """Run the process to its end, or end it. Raises BenchmarkError when it fails or takes too long."""
    order.write(spec)
    grown = GRACE + order.size * GROWING
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "palate.benchmark.child", str(spec)],
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )
        assert process.stdout
        lines: Queue[bytes | None] = Queue()
        Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
        doing, until = "built", monotonic() + order.build_limit + grown
        try:
            while True:
                try:
                    line = lines.get(timeout=max(until - monotonic(), 0.01))
                except Empty:
                    limit = "--build-limit" if doing == "built" else "--answer-limit"
                    raise BenchmarkError(f"{order.system} was not {doing} in its time; see {limit}.") from None
                if line is None:
                    break
                event = json.loads(line)
                if event["event"] == "failed":
                    raise BenchmarkError(event["error"])
                if event["event"] == "built":
                    doing = "measured"
                    until = monotonic() + order.answer_limit * 2 * len(SELECTIVITIES) + grown
                yield event
            if process.wait():
                complaints.seek(0)
                last = complaints.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                raise BenchmarkError(f"{order.system} ended with status {process.returncode}: {last}")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()


def _read(pipe: IO[bytes], lines: Queue[bytes | None]) -> None:
    with suppress(ValueError):
        for line in pipe:
            lines.put(line)
    lines.put(None)
