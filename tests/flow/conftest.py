from __future__ import annotations

from collections.abc import Iterator

import pytest

from palate.app import Palate
from tests.flow.shop import open_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palate]:
    """Nobody takes a hand-over."""
    with open_shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened
