"""Invented shops: their documents (`data`), and questions to each with the passage that answers (`questions`).

Of each pair of questions to two of them the first is for training and choosing, the second is held out; all of those
to the third, three a line, are for training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from palate.catalogue.answers.importing import import_answers
from palate.domain import Schema
from palate.passage import Passage
from palate.settings import Settings
from palate.store.store import Store

HERE = Path(__file__).parent
DATA = HERE / "data"
SHOPS = ("fernhill", "lantern")
TRAINING = (*SHOPS, "bindery")
"""Those whose questions the weights are trained on, of the first two the first of each pair."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a shop."""

    shop: str
    text: str
    answer: int
    """The number of the passage that answers it; -1: none does."""
    held: bool
    """Whether nothing was chosen by it."""


def read(shop: str, folder: Path) -> tuple[Passage, ...]:
    """What a shop's documents say, imported into a store of `folder`."""
    with Store.open(Settings(data_dir=folder)) as store:
        store.replace_items(shop, Schema(relations=("kind",), numbers=()), [], "empty")
        return import_answers(store, DATA / shop, shop, shop).passages


def fresh(shop: str) -> list[Asked]:
    """Questions without an answer that were written last, when nothing was to be changed any more."""
    return [Asked(shop, text, -1, True) for pair in _rows(f"{shop}-fresh.tsv") for text in pair]


def asked(shop: str, passages: Sequence[Passage]) -> list[Asked]:
    """Every question to a shop."""
    found, holds = [], shop in SHOPS
    for key, *pair in _rows(f"{shop}.tsv"):
        numbers = [number for number, one in enumerate(passages) if _named(one.id, key)]
        assert len(numbers) == 1, key
        found += [Asked(shop, text, numbers[0], holds and bool(place)) for place, text in enumerate(pair)]
    for pair in _rows(f"{shop}-none.tsv"):
        found += [Asked(shop, text, -1, holds and bool(place)) for place, text in enumerate(pair)]
    return found


def _named(passage: str, key: str) -> bool:
    return passage.startswith(key) if "#" in key else passage.endswith(f"#{key}")


@cache
def _rows(name: str) -> list[list[str]]:
    lines = (HERE / "questions" / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line]
