"""Each fault with five people and a small catalogue; `make faults` has fifty and the demo films."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.faults.faults import FAULTS, Fault
from tests.faults.running import suffered
from tests.faults.shelves import prepared
from tests.faults.sizes import FAST, SMALL
from tests.faults.worlds import World, alone, shared


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small catalogue, to be copied."""
    return prepared(tmp_path_factory.mktemp("faults") / "kept", SMALL)


@pytest.fixture(scope="module")
def lone(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """SQLite on a disk of its own."""
    with alone(tmp_path_factory.mktemp("alone"), kept, FAST) as one:
        yield one


@pytest.fixture(scope="module")
def servers(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """PostgreSQL and a Chroma server."""
    with shared(tmp_path_factory.mktemp("shared"), kept, FAST) as one:
        yield one


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)
def test_nothing_that_was_acknowledged_is_lost_or_doubled(kind: type[Fault], request: pytest.FixtureRequest) -> None:
    fault = kind()
    if wanted := fault.missing():
        missing(wanted)
    one = request.getfixturevalue("lone" if kind.world is alone else "servers")
    outcome = suffered(fault, one, FAST)
    assert not outcome.found.wrong
    assert outcome.found.turns > FAST.people
    assert outcome.found.feedback
    assert not outcome.tracebacks
