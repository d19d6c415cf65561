"""What the auditor counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Answer: TypeAlias = Mapping[str, Any]
"""The JSON object of ``palate ask --json``, or ``{"error": {"type", "message", "expected"}}`` where `expected` tells
an error in plain words from a crash."""

KINDS = (
    "crash",
    "outside catalogue",
    "hard constraint",
    "named back",
    "shown again",
    "no slate",
    "same slate",
    "false fact",
    "false claim",
    "unsaid",
)
"""Everything that is counted. "same slate": viewers with different tastes are shown the same. "unsaid": the reply
owes the person a word that is not there, for example that nothing meets the request."""

UNVERIFIED = "unverified"
"""Said of a film and not to be told from the catalogue: a story, a name in Chinese letters. Not counted."""


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with one answer."""

    request: str
    kind: str
    detail: str

    def __str__(self) -> str:
        return f"{self.request}: {self.kind}: {self.detail}"
