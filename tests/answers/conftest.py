from __future__ import annotations

from collections.abc import Iterator

import pytest

from palate.app import Palate
from tests.answers.stage import opened


@pytest.fixture(scope="package")
def fernhill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    """An outdoor shop with its documents."""
    with opened("fernhill", tmp_path_factory.mktemp("fernhill")) as palate:
        yield palate


@pytest.fixture(scope="package")
def lantern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    """A tea shop whose documents are mostly Chinese."""
    with opened("lantern", tmp_path_factory.mktemp("lantern")) as palate:
        yield palate
