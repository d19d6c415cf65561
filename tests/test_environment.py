"""What the scripts make in the cache folder is made once, and made anew when it is not whole."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "environment.py"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


@pytest.fixture
def make(tmp_path: Path, script: dict[str, Any]) -> Callable[..., int]:
    """Have something made in a folder, and tell how often it was made till now."""
    times: list[int] = []

    def make(*wanted: str, fails: bool = False) -> int:
        def fill() -> None:
            (tmp_path / "made" / f"part{len(times)}").touch(exist_ok=False)
            times.append(1)
            if fails:
                raise OSError("no space left")

        script["made"](tmp_path / "made", wanted, "Making it", fill)
        return len(times)

    return make


def test_what_is_whole_is_left_alone(make: Callable[..., int]) -> None:
    assert [make("torch==2", "gguf"), make("torch==2", "gguf")] == [1, 1]


@pytest.mark.parametrize("stamp", [None, "", "{", '["torch==1"]', '"torch==2"', "\x00\xff"])
def test_what_is_not_whole_is_made_from_nothing(tmp_path: Path, make: Callable[..., int], stamp: str | None) -> None:
    make("torch==2")
    path = tmp_path / "made" / "complete.json"
    path.unlink()
    if stamp is not None:
        path.write_bytes(stamp.encode("latin-1"))
    assert make("torch==2") == 2
    assert sorted(each.name for each in (tmp_path / "made").iterdir()) == ["complete.json", "part1"]


def test_what_failed_is_not_taken_for_whole(make: Callable[..., int]) -> None:
    with pytest.raises(OSError, match="no space"):
        make("torch==2", fails=True)
    assert make("torch==2") == 2


def test_a_command_that_fails_ends_with_what_it_said(script: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match=r"(?s)sh -c .*failed:\nno such package"):
        script["run"](["sh", "-c", "echo no such package; exit 1"])
