"""What was learned, as one file: written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEAD = "head"


def write(
    path: Path, head: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], *, compressed: bool = False
) -> None:
    """A head of plain values, and arrays; who reads at the same time sees the old file or the new. Raises OSError."""
    told = {HEAD: np.frombuffer(json.dumps(head).encode(), np.uint8), **arrays}
    save = np.savez_compressed if compressed else np.savez
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as file:
        try:
            save(file, allow_pickle=False, **told)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
