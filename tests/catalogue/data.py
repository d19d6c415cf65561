"""Where the data sets for development are, if they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

import palate


def shared(name: str) -> Path:
    """A file of the shared data beside the checkout; skips without it."""
    path = Path(palate.__file__).parents[1].parent / "shared" / "data" / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path
