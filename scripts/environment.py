"""Environments of their own in the cache folder: made once, and anew when other packages are asked for.

What is whole carries a stamp, ``complete.json``, with what it was made of. Where the stamp is missing, broken or
another, everything is made from nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from filelock import FileLock

from palate.settings import Settings

Install: TypeAlias = Callable[[Sequence[str], Path], None]
"""Installs, given the beginning of a pip command and the folder of the environment."""

PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


@contextmanager
def locked(name: str) -> Iterator[Path]:
    """Give the cache folder; of several processes that want `name` one works at a time."""
    cache = Settings().cache_dir
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{name}.lock"):
        yield cache


def made(folder: Path, wanted: Sequence[str], what: str, make: Callable[[], None]) -> None:
    """Have `make` fill `folder`, empty then, unless it is stamped with what is `wanted`; `what` is told."""
    stamp = folder / "complete.json"
    if _stamped(stamp) == list(wanted):
        return
    tell(f"{what} in {folder} …")
    began = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make()
    stamp.write_text(json.dumps(list(wanted)), encoding="utf-8")
    tell(f"… done in {time.monotonic() - began:.0f} s.")


def python_of(folder: Path, wanted: Sequence[str], size: str, install: Install | None = None) -> Path:
    """Return the Python of an environment with the packages `wanted`; make it unless it is whole.

    `install` does it where pip cannot install `wanted` as it is; `size` is what is told of the disk it takes.
    """
    python = folder / "bin" / "python"

    def make() -> None:
        venv.create(folder, with_pip=True)
        pip = (str(python), *PIP)
        if install:
            install(pip, folder)
        else:
            run([*pip, "install", *wanted])

    made(folder, wanted, f"Making an environment with {' and '.join(wanted[:2])} ({size})", make)
    return python


def run(command: Sequence[str], **variables: str) -> None:
    """Run a command; when it fails, end with what it said."""
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:5])} … failed:\n{(done.stdout + done.stderr)[-3000:]}")


def tell(text: str) -> None:
    """Say what is going on; standard output is for what other programs read."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def _stamped(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
