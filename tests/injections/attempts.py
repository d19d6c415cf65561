"""The attempts, and what must not come of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FILE = Path(__file__).parent / "attempts.jsonl"


class Where(StrEnum):
    """What the order is hidden in."""

    USER = "user"
    TITLE = "title"
    DESCRIPTION = "description"
    REVIEW = "review"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One text that orders something."""

    id: str
    where: Where
    kind: str
    """How it tries: override, role, message (one faked), prompt, tool, link, markup, fence, praise and so on."""
    language: str
    text: str
    must_not: tuple[str, ...]
    """What a reply that followed it would say, lower case."""
    column: str = ""
    """Of a value: its column."""
    alone: bool = False
    """Of a message: whether nothing else is in it, so that there is nothing to recommend."""


def read_attempts() -> Sequence[Attempt]:
    """All of them, in the file's order."""
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    return [
        Attempt(**{**row, "where": Where(row["where"]), "must_not": tuple(said.lower() for said in row["must_not"])})
        for row in rows
    ]
