"""Whether a process lives, and whether it can answer: what `/health` and `/ready` say."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from palate.app import Status
from palate.errors import PalateError
from palate.store.records import CatalogueInfo

PATIENCE = 2.0
"""Seconds that the store has to answer."""

Stand: TypeAlias = Literal["ok", "degraded", "failed"]


@dataclass(frozen=True, slots=True)
class Health:
    """The process lives."""

    version: str
    pid: int
    uptime: float
    """Seconds since it began to serve."""

    def lines(self) -> list[str]:
        """In plain words."""
        return [f"palate {self.version} has been up for {self.uptime:,.0f} s"]

    def as_dict(self) -> dict[str, Any]:
        """The object that `/health` answers."""
        return {"status": "ok", "version": self.version, "pid": self.pid, "uptime": round(self.uptime, 1)}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an answer needs."""

    name: str
    stand: Stand
    """`degraded`: answers go on without it, worse; `failed`: there can be none."""
    line: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether turns can be answered."""

    parts: Sequence[Part] = field(default_factory=tuple)

    @property
    def ready(self) -> bool:
        """Whether they can, if only by fixed sentences."""
        return all(part.stand != "failed" for part in self.parts)

    @property
    def degraded(self) -> bool:
        """Whether anything is not as it should be."""
        return any(part.stand != "ok" for part in self.parts)

    def lines(self) -> list[str]:
        """In plain words, one line a part."""
        return [f"{part.name}: {part.line}" for part in self.parts]

    def as_dict(self) -> dict[str, Any]:
        """The object that `/ready` answers; with status 200 where it is `ready`, else 503."""
        stand = "degraded" if self.degraded else "ok"
        return {
            "status": stand if self.ready else "failed",
            "ready": self.ready,
            "parts": {part.name: {"status": part.stand, "detail": part.line} for part in self.parts},
        }


class Answering(Protocol):
    """What is asked of a `Palate`."""

    def status(self) -> Status:
        """What is ready and what is on its way."""

    def catalogues(self) -> list[CatalogueInfo]:
        """Every catalogue of the store; raises StoreError."""


def health(version: str, started: float, clock: Callable[[], float] = time.monotonic) -> Health:
    """The process lives, since the moment `started` of `clock`."""
    return Health(version, os.getpid(), clock() - started)


class Readying:
    """Looks whether a `Palate` can answer; keeps one look at a time, however many ask while the store hangs."""

    def __init__(self, palate: Answering, patience: float = PATIENCE) -> None:
        """`patience`: seconds that the store has."""
        self._palate = palate
        self._patience = patience
        self._gate = threading.Lock()
        self._look: _Look | None = None

    def readiness(self) -> Readiness:
        """What can be answered now; waits `patience` seconds at most and raises nothing."""
        status = self._palate.status()
        return Readiness((self._store(), _catalogue(status), _index(status), _model(status)))

    def _store(self) -> Part:
        with self._gate:
            look = self._look
            if look is None or not look.is_alive():
                look = self._look = _Look(self._palate)
                look.start()
        look.join(self._patience)
        if look.is_alive():
            return Part("store", "failed", f"it has not answered for {self._patience:g} s")
        return Part("store", "failed", look.trouble) if look.trouble else Part("store", "ok", "it answers")


class _Look(threading.Thread):
    """One look at the store, which may hang."""

    def __init__(self, palate: Answering) -> None:
        super().__init__(name="palate-ready", daemon=True)
        self._palate = palate
        self.trouble = ""

    def run(self) -> None:
        """Ask it for something small."""
        try:
            self._palate.catalogues()
        except PalateError as error:
            self.trouble = str(error)


def _catalogue(status: Status) -> Part:
    line = f"{status.items:,} {status.noun}"
    return (
        Part("catalogue", "degraded", f"{line} ({status.trouble})")
        if status.trouble
        else Part("catalogue", "ok", line)
    )


def _index(status: Status) -> Part:
    index = status.index
    line = f"{index.state}" + (f", {index.done:,} of {index.total:,}" if index.total else "")
    line += f" ({index.detail})" if index.detail else ""
    return Part("vectors", "ok" if index.state in {"ready", "off"} else "degraded", line)


def _model(status: Status) -> Part:
    model = status.model
    if model.state == "ready":
        return Part("model", "ok", f"{model.name} answers")
    if model.state == "off":
        return Part("model", "ok", "off; fixed sentences answer")
    detail = f" ({model.detail})" if model.detail else ""
    return Part("model", "degraded", f"{model.state}{detail}; fixed sentences answer")
