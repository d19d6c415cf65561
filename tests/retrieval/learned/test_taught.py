"""Who taught the models: told without names."""

from __future__ import annotations

from pathlib import Path

import pytest

from palate.errors import TrainingError
from palate.retrieval.learned.taught import FILE, Taught

PEOPLE = [f"person {number}" for number in range(1000)]


def test_who_is_among_them(tmp_path: Path) -> None:
    assert Taught.load(tmp_path) is None
    Taught.of(PEOPLE, "2026").save(tmp_path)
    taught = Taught.load(tmp_path)
    assert taught is not None
    assert (taught.trained_at, taught.erased, len(taught.digests)) == ("2026", 0, 1000)
    assert all(one in taught for one in PEOPLE)
    assert not any(f"nobody {number}" in taught for number in range(1000))
    assert b"person" not in (tmp_path / FILE).read_bytes()


def test_somebody_is_taken_out(tmp_path: Path) -> None:
    Taught.of(PEOPLE, "2026").without("person 7").save(tmp_path)
    taught = Taught.load(tmp_path)
    assert taught is not None
    assert "person 7" not in taught
    assert "person 8" in taught
    assert taught.erased == 1


def test_two_trainings_cannot_be_compared() -> None:
    one, other = Taught.of(PEOPLE, "a"), Taught.of(PEOPLE, "b")
    assert not set(one.digests.tolist()) & set(other.digests.tolist())


@pytest.mark.parametrize("damage", [b"", b"nothing of the kind"])
def test_damage_is_told(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    with pytest.raises(TrainingError, match="Who taught"):
        Taught.load(tmp_path)
