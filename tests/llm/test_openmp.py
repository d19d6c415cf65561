from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from palate.llm.openmp import NAME, library_path


def test_a_system_that_has_it_needs_nothing(tmp_path: Path) -> None:
    assert library_path(tmp_path / "lib", system=True) == {}
    assert not (tmp_path / "lib").exists()


def test_the_carried_library_is_found_under_its_system_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/somewhere")
    for _ in range(2):
        assert library_path(tmp_path / "lib", system=False) == {"LD_LIBRARY_PATH": f"{tmp_path / 'lib'}:/somewhere"}
    assert hasattr(ctypes.CDLL(str(tmp_path / "lib" / NAME)), "GOMP_parallel")


def test_a_folder_that_cannot_be_written_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert library_path(tmp_path / "file" / "lib", system=False)
