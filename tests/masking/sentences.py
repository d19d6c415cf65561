"""Sentences with personal data marked in them, as {kind|what it is}; and sentences without any."""

from __future__ import annotations

import re
from pathlib import Path

from palate.masking.spans import Personal

FOLDER = Path(__file__).parent
_MARK = re.compile(r"\{(\w+)\|([^}]+)\}")


def positives(half: str) -> list[tuple[str, str]]:
    """Sentences of `open` or `held` as people write them, each with what must be left of it."""
    return [
        (_MARK.sub(r"\2", line), _MARK.sub(lambda mark: Personal(mark.group(1)).placeholder, line))
        for line in _lines(f"{half}.positive.txt")
    ]


def negatives(half: str) -> list[str]:
    """Sentences that must stay as they are."""
    return _lines(f"{half}.negative.txt")


def _lines(name: str) -> list[str]:
    return (FOLDER / name).read_text("utf-8").splitlines()
