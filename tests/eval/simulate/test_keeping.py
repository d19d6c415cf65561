"""Which changes of the code have conversations held anew."""

from __future__ import annotations

from pathlib import Path

import pytest

import palate
from palate.eval.simulate.keeping import code_hash


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small tree of code that stands for palate's."""
    for name in (
        "agent/graph.py",
        "llm/model.py",
        "retrieval/engine.py",
        "retrieval/vectors/flat.py",
        "ui/page.py",
        "eval/report.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    monkeypatch.setattr(palate, "__file__", str(tmp_path / "__init__.py"))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "palates", "others"),
    [
        ("agent/graph.py", True, False),
        ("retrieval/engine.py", True, False),
        ("retrieval/vectors/flat.py", True, True),
        ("llm/model.py", True, True),
        ("ui/page.py", False, False),
        ("eval/report.py", False, False),
    ],
)
def test_only_what_a_system_runs_counts(code: Path, name: str, palates: bool, others: bool) -> None:
    before = code_hash(), code_hash(palates=False)
    (code / name).write_text("x = 2\n")
    after = code_hash(), code_hash(palates=False)
    assert (before[0] != after[0], before[1] != after[1]) == (palates, others)
