"""The files of `deploy/`, read as what reads them would."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


@dataclass(frozen=True)
class Instruction:
    """A line of a Dockerfile, its continuations joined."""

    word: str
    rest: str

    def words(self) -> list[str]:
        """Its arguments: of the JSON form as JSON, of the other as a shell would split them."""
        return json.loads(self.rest) if self.rest.startswith("[") else shlex.split(self.rest)


def dockerfile() -> list[list[Instruction]]:
    """The instructions by stage; what comes before the first is the first of the list."""
    text = "\n".join(line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if not line.startswith("#"))
    stages: list[list[Instruction]] = [[]]
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            if word == "FROM":
                stages.append([])
            stages[-1].append(Instruction(word, re.sub(r"\s+", " ", rest.strip())))
    return stages


def image() -> dict[str, Instruction]:
    """The last stage; of instructions that come several times the last."""
    return {each.word: each for each in dockerfile()[-1]}


def image_environment() -> dict[str, str]:
    """What ENV sets."""
    return dict(word.split("=", 1) for word in image()["ENV"].words())


def image_check() -> list[str]:
    """The command of HEALTHCHECK."""
    found: list[str] = json.loads(image()["HEALTHCHECK"].rest.split("CMD ", 1)[1])
    return found


def compose() -> dict[str, Any]:
    """compose.yaml."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def unit() -> dict[str, list[str]]:
    """The settings of the [Service] section by name."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in (DEPLOY / "palate.service").read_text().splitlines():
        if line.startswith("["):
            section = line
        elif "=" in line and not line.startswith("#") and section == "[Service]":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def uncommented_toml() -> str:
    """palate.toml with every setting that it offers."""
    lines = (DEPLOY / "palate.toml").read_text().splitlines()
    return "\n".join(line.removeprefix("# ") if re.match(r"# [a-z_]+ = ", line) else line for line in lines)


def ini() -> configparser.ConfigParser:
    """The unit as an ini file, for its sections' names."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "palate.service")
    return parser
