"""The two catalogues that the utterances speak of, opened once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.utterances.contexts import Stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage.open(tmp_path_factory.mktemp("utterances")) as opened:
        yield opened
