"""The metrics of several worker processes behind one port, seen in one scrape.

A scrape reaches whichever worker takes the connection. So each worker claims a place, by a lock that the system
frees when it ends, and leaves its metrics in a file there every few seconds; the worker that is asked gives its own,
fresh, and those of the others, each under a label `worker`. A worker that takes over the place of one that ended
begins its counters anew, as Prometheus expects of a restart.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

EVERY = 5.0
"""Seconds between two writings: so old may the metrics of the other workers be."""
MOST = 64
"""Workers of one machine."""
_LABEL = "worker"

_log = logging.getLogger(__name__)


class Shared:
    """The place of one worker, and a look at those of all."""

    def __init__(self, folder: Path, own: Callable[[], bytes], every: float = EVERY) -> None:
        """`own` gives this worker's metrics in Prometheus's text format. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._own, self._every = folder, own, every
        self._lock, self.place = _claim(folder)
        self._stop = threading.Event()
        self._told = False
        self._write()
        self._thread = threading.Thread(target=self._writes, name="palate-metrics", daemon=True)
        self._thread.start()

    def exposition(self) -> bytes:
        """The metrics of every worker that lives."""
        texts = {self.place: self._own().decode()}
        for path in sorted(self._folder.glob("*.prom")):
            place = path.stem
            if place not in texts and (text := self._left(place)) is not None:
                texts[place] = text
        registry = CollectorRegistry()
        registry.register(_Joined(texts))
        return generate_latest(registry)

    def close(self) -> None:
        """Give the place up."""
        self._stop.set()
        self._thread.join()
        self._path(self.place).unlink(missing_ok=True)
        self._lock.release()

    def _left(self, place: str) -> str | None:
        """What the worker of a place wrote last; None where it has ended."""
        lock = FileLock(self._folder / f"{place}.lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            try:
                return self._path(place).read_text("utf-8")
            except OSError:
                return None
        self._path(place).unlink(missing_ok=True)
        lock.release()
        return None

    def _writes(self) -> None:
        while not self._stop.wait(self._every):
            try:
                self._write()
            except OSError as error:
                if not self._told:
                    _log.warning("The metrics of this worker cannot be left for the others (%s).", error.strerror)
                self._told = True

    def _write(self) -> None:
        path = self._path(self.place)
        part = path.with_suffix(".part")
        part.write_bytes(self._own())
        part.replace(path)

    def _path(self, place: str) -> Path:
        return self._folder / f"{place}.prom"


class _Joined(Collector):
    """Families of several texts, each sample with the place that it came from."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        joined: dict[str, Metric] = {}
        for place, text in self._texts.items():
            for family in text_string_to_metric_families(text):
                whole = joined.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    labels = {**sample.labels, _LABEL: place}
                    whole.add_sample(sample.name, labels, sample.value)
        yield from joined.values()


def _claim(folder: Path) -> tuple[FileLock, str]:
    for number in range(MOST):
        lock = FileLock(folder / f"{number}.lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        return lock, str(number)
    raise OSError(f"{folder} has {MOST} workers already")
