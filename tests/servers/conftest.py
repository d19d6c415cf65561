"""One embedded model for all tests that need it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from palate.app import Palate
from palate.settings import Settings
from tests.conftest import missing

PATIENCE = 1500.0
"""Seconds for 1.1 GB of weights to come, where they are not there yet."""
SLOW = {"llm_read_timeout": 120.0, "llm_write_timeout": 240.0, "llm_stall_timeout": 120.0}
"""A busy machine is no failure of palate."""


@pytest.fixture(scope="package")
def recommender(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    """The films, with the embedded model ready."""
    folder = Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("embedded") / "data"))
    with Palate.open(Settings(data_dir=folder, **SLOW)) as opened:  # type: ignore[arg-type]
        opened.start(index=False)
        status = opened.wait_for_model(PATIENCE)
        if status.state != "ready":
            missing(f"the embedded model ({status.detail})")
        yield opened
