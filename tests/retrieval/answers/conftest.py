from __future__ import annotations

from pathlib import Path

import pytest

from palate.passage import Passage
from palate.retrieval.answers.answers import Answers
from tests.answers.shops import read


@pytest.fixture(scope="session")
def passages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Passage, ...]:
    """What the documents of an invented shop say."""
    return read("fernhill", Path(tmp_path_factory.mktemp("fernhill")))


@pytest.fixture(scope="session")
def answers(passages: tuple[Passage, ...]) -> Answers:
    """The same with their vectors, made by the real encoder."""
    made = Answers(passages)
    made.fill()
    return made
