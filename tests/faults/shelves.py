"""Data folders with a catalogue and its vectors, made by palate's own commands."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.faults.processes import ROOT
from tests.faults.sizes import FILMS
from tests.faults.talking import KINDS

_FIRST = ("Silent", "Golden", "Broken", "Northern", "Paper", "Hollow", "Velvet", "Distant", "Crooked", "Bitter")
_SECOND = ("Harbour", "Orchard", "Letter", "Station", "Mirror", "Winter", "Parade", "Garden", "River", "Promise")
_PLACES = ("France", "Italy", "Japan", "Germany", "Spain")


def prepared(folder: Path, catalogue: str) -> Path:
    """A data folder with the catalogue and its vectors; made where it is missing, seconds or minutes."""
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        environment = variables(folder)
        fill(environment, folder, catalogue)
        palate(environment, "index", "--catalogue", catalogue)
        (folder / "ready").touch()
    return folder


def copied(source: Path, target: Path, *names: str) -> Path:
    """A data folder of one's own with what is kept of a catalogue; `names`: only these files."""
    target.mkdir(parents=True, exist_ok=True)
    for name in names or ("palate.db", "embeddings.db"):
        shutil.copy(source / name, target / name)
    return target


def fill(environment: Mapping[str, str], folder: Path, catalogue: str) -> None:
    """Bring the catalogue into the store that the environment names; a table lies in `folder` then."""
    if catalogue == FILMS:
        palate(environment, "ask", "a comedy", "--no-llm")
        return
    table = folder / "films.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "genre", "country", "year", "votes", "description"])
        for number in range(100):
            title = f"{_FIRST[number % 10]} {_SECOND[number // 10]}"
            kind, place, year = KINDS[number % 9].split()[0].title(), _PLACES[number % 5], 1950 + number * 7 % 61
            told = f"A {kind.lower()} about a {_SECOND[number // 10].lower()} in {place}."
            writer.writerow([f"f{number}", title, kind, place, year, 5000 - number * 31, told])
    palate(environment, "import", str(table), "--name", catalogue, "--noun", "film/films/电影/部", "--yes")


def variables(data: Path, **more: str) -> dict[str, str]:
    """The environment of a palate over a data folder; nothing of the tester's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PALATE_")}
    limits = {"PALATE_REQUESTS_PER_MINUTE": "1000000", "PALATE_REQUESTS_AT_ONCE": "2000"}
    return {**kept, "PALATE_DATA_DIR": str(data), **limits, **more}


def palate(environment: Mapping[str, str], *arguments: str) -> str:
    """What a command prints. Raises RuntimeError where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "palate.cli", *arguments],
        cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"palate {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done.stdout
