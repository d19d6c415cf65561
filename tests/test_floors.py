"""A floor imports only the floors below it, and `palate` exports what it says."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import palate

ROOT = Path(palate.__file__).parent
FLOORS = (
    ("domain", "errors", "settings", "preference", "passage"),
    ("masking",),
    ("experiments",),
    ("store",),
    ("catalogue",),
    ("retrieval",),
    ("personal",),
    ("tools",),
    ("llm",),
    ("agent",),
    ("watching",),
    ("turn", "beside", "hook", "memory", "once", "impressions", "handover", "backup"),
    ("live",),
    ("varying",),
    ("turns", "looking"),
    ("app",),
    ("flow",),
    ("seeing",),
    ("ui",),
    ("api",),
    ("eval", "benchmark"),
    ("terminal", "doctor"),
    ("cli",),
)
HEIGHT = {name: height for height, names in enumerate(FLOORS) for name in names}
APART = {"llm": {"domain", "errors", "settings", "llm"}, "experiments": {"errors", "experiments"}}
"""What may import even less than its height allows."""


def imports(path: Path) -> set[str]:
    """The floors that a file imports, also those within functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "palate" else [node.module]
            )
        found |= {name.split(".")[1] for name in names if name.startswith("palate.")}
    return found


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_floor_imports_only_the_floors_below(path: Path) -> None:
    floor = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if floor == "__init__":
        return
    assert floor in HEIGHT, f"{floor} is on no floor: add it to FLOORS"
    above = {name for name in imports(path) if HEIGHT[name] > HEIGHT[floor]}
    beside = {name for name in imports(path) if HEIGHT[name] == HEIGHT[floor] and name not in FLOORS[HEIGHT[floor]]}
    assert not above | beside
    if floor in APART:
        assert imports(path) <= APART[floor]


def test_no_file_outgrows_its_concept() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in ROOT.rglob("*.py")}
    long = {name: length for name, length in lengths.items() if length > 400}
    assert not long


def test_public_names() -> None:
    assert palate.__all__ == [
        "Constraint",
        "Fact",
        "Item",
        "Kind",
        "Palate",
        "PalateError",
        "Recommendation",
        "Settings",
        "Slate",
        "Turn",
        "open",
    ]
    assert all(getattr(palate, name) for name in palate.__all__)
    with pytest.raises(AttributeError):
        _ = palate.nothing_of_that_name


def test_asking_without_a_model_does_not_pay_for_the_page_or_the_model() -> None:
    code = (
        "import sys, palate.app\n"
        "heavy = ('gradio', 'openai', 'langchain_openai', 'xllamacpp', 'chromadb', 'torch')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
