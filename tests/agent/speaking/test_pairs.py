"""The table of sentences, true ones and the same with something false in them, put to the checker."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from palate.agent.text import has_chinese
from tests.agent.speaking.slates import checker

FALSE_REJECTED, TRUE_PASSED = 0.97, 0.95
UNUSUAL_PASSED = 0.8
"""Of true sentences in unusual words: each that is lost costs a templated sentence, never a false claim."""


@dataclass(frozen=True)
class Said:
    """A sentence about a slate."""

    kind: str
    slate: str
    true: bool
    text: str


def read(name: str) -> list[Said]:
    """A file of pairs."""
    rows = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in row.split("|")] for row in rows if row.strip() and not row.startswith("#")]
    return [
        Said(kind, slate, true, text)
        for kind, slate, *two in cells
        for true, text in zip((True, False), two, strict=True)
    ]


def wrong(table: list[Said]) -> list[Said]:
    """What the checker judges wrongly; each sentence by a checker of its own."""
    return [said for said in table if checker(said.slate).check(said.text).ok is not said.true]


def rates(table: list[Said], wrongly: list[Said]) -> dict[tuple[str, bool], str]:
    """By kind and truth: how many were judged rightly of how many."""
    asked, failed = (Counter((said.kind, said.true) for said in some) for some in (table, wrongly))
    return {key: f"{count - failed[key]}/{count}" for key, count in asked.items()}


@pytest.mark.parametrize(("name", "passed"), [("pairs.txt", TRUE_PASSED), ("unseen.txt", UNUSUAL_PASSED)])
def test_what_is_false_is_rejected_and_what_is_true_passes(name: str, passed: float) -> None:
    table = read(name)
    wrongly = wrong(table)
    for true, least in ((False, FALSE_REJECTED), (True, passed)):
        asked = [said for said in table if said.true is true]
        failed = [said for said in wrongly if said.true is true]
        assert len(failed) <= (1 - least) * len(asked), (rates(table, wrongly), [said.text for said in failed])


def test_the_table_is_large_and_speaks_both_languages_of_both_catalogues() -> None:
    table = read("pairs.txt")
    assert len(table) >= 200
    assert len({said.text for said in table if not said.true}) == sum(not said.true for said in table)
    assert sum(has_chinese(said.text) for said in table) >= len(table) // 4
    assert sum(said.slate in {"shop", "bags", "bare"} for said in table) >= len(table) // 5
