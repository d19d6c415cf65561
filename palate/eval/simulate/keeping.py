"""Finished conversations, a line each, so that a run goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import palate
from palate.errors import SimulationError
from palate.eval.simulate.talking import Talked

APART = ("ui", "cli", "benchmark", "eval", "doctor.py", "terminal.py")
"""Parts of palate that change no conversation …"""
TALKING = ("users", "systems", "talking.py", "musts.py", "shelf.py", "folder.py")
"""… and parts of the evaluation that do."""
OTHERS = ("catalogue", "domain.py", "errors.py", "eval", "llm", "settings.py", "store")
"""All that a conversation with something else than palate depends on, with the vectors."""


class Kept:
    """The conversations of one run: settings and code make its name."""

    def __init__(self, folder: Path, settings: dict[str, Any], *, palates: bool = True) -> None:
        """`folder` is made; `palates`: whether palate itself is talked to. Raises SimulationError."""
        told = json.dumps(settings, sort_keys=True, ensure_ascii=False)
        key = hashlib.sha256(f"{told}\n{code_hash(palates=palates)}".encode()).hexdigest()[:16]
        self.path = folder / f"talks-{key}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._mend()
        except OSError as error:
            raise SimulationError(f"The results cannot be kept in {folder} ({error}).") from error

    def all(self) -> list[Talked]:
        """What was finished before; a line that cannot be read is left out, its conversation is had again."""
        return list(self._read())

    def add(self, talked: Talked) -> None:
        """Keep one. Raises SimulationError."""
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(talked.as_dict(), ensure_ascii=False) + "\n")
        except OSError as error:
            raise SimulationError(f"The results cannot be kept in {self.path} ({error}).") from error

    def _read(self) -> Iterator[Talked]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                try:
                    yield Talked.of(json.loads(line))
                except (ValueError, KeyError, TypeError):
                    continue

    def _mend(self) -> None:
        """End a last line that was cut in the middle, so that the next one stands on its own."""
        if not self.path.exists():
            return
        with self.path.open("rb+") as file:
            if file.seek(0, 2) and (file.seek(-1, 2), file.read(1))[1] != b"\n":
                file.write(b"\n")


def code_hash(*, palates: bool = True) -> str:
    """Of everything that a conversation depends on: no figure may come from other code than the code at hand."""
    root = Path(palate.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if not path.is_file() or path.suffix == ".pyc":
            continue
        if parts[0] in APART and not (parts[:2] == ("eval", "simulate") and len(parts) > 2 and parts[2] in TALKING):
            continue
        if not palates and parts[0] not in OTHERS and parts[:2] != ("retrieval", "vectors"):
            continue
        digest.update("/".join(parts).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
