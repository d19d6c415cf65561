"""Every command, setting and path in the pages about running palate exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from palate.settings import Settings
from tests.deploy.files import ROOT
from tests.deploy.test_files import BESIDE, parsed

PAGES = [ROOT / "docs" / "service.md", ROOT / "docs" / "sizing.md"]
THEIRS = {"experiment", "eval", "bench", "train"}
"""Commands with parts of their own, or which others bring."""


def commands(page: Path) -> list[list[str]]:
    """palate's own command lines, in blocks and between backticks, without what is no option."""
    text = page.read_text("utf-8")
    lines = [
        line.split("#")[0] for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) for line in block.splitlines()
    ]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    found = []
    for line in lines:
        if match := re.match(r"(?:PALATE_\w+=\S+ )?palate ([a-z][a-z-]* .*|[a-z-]+)$", line.strip()):
            found.append(["palate", *shlex.split(match[1])])
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_can_be_typed(page: Path) -> None:
    found = [command for command in commands(page) if command[1] not in THEIRS]
    assert len(found) > (10 if page.name == "service.md" else 0)
    for command in found:
        if "N" not in command and "palate" not in command[1:]:
            parsed(command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_and_file_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = {found.lower().rstrip("_") for found in re.findall(r"PALATE_([A-Z_]+)", text)}
    assert named - BESIDE - {""} <= Settings.model_fields.keys()
    for path in re.findall(r"\b((?:deploy|docs|palate|examples|tests)/[\w/-]+\.[a-z]+)\b", text):
        assert (ROOT / path).exists(), path


def test_the_limits_are_told_as_they_are() -> None:
    text = PAGES[0].read_text("utf-8")
    told = Settings.model_fields
    for name in ("requests_per_minute", "requests_at_once", "turns_at_once", "max_body", "max_text"):
        assert f"{told[name].default:,}" in text, name
    assert f"{told['head_timeout'].default:g} s" in text
