"""A small world with two camps: people who turn to comedies in the order of their numbers, and others to horror."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.domain import Interaction, Item, Kind, Measure, Schema, Sort
from palate.retrieval.people.histories import Histories

SCHEMA = Schema(
    relations=("maker", "genre"),
    numbers=("year", "score"),
    quality="score",
    measures={"year": Measure.YEAR, "score": Measure.PERCENT},
    sorts={"genre": Sort.CATEGORY, "maker": Sort.PERSON},
)
EACH = 30
"""Items of each camp: ``c0`` to ``c29`` and ``h0`` to ``h29``; the last of each nobody has touched."""
PEOPLE = 40
SOME = 12
"""Items of each person."""
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


def item(camp: str, number: int) -> Item:
    genre = {"c": "Comedy", "h": "Horror"}[camp]
    return Item(
        f"{camp}{number}",
        f"{genre} {number}",
        {"genre": (genre,), "maker": (f"Maker {number % 5}",)},
        {"year": 1990.0 + number, "score": 50.0 + number % 7},
    )


def catalogue() -> Catalogue:
    return Catalogue(SCHEMA, [item(camp, number) for number in range(EACH) for camp in "ch"], "small")


def interactions(seed: int = 0) -> list[Interaction]:
    """Everybody goes through their camp from a number of their own on, skipping some."""
    rng = np.random.default_rng(seed)
    found = []
    for person in range(PEOPLE):
        camp = "ch"[person % 2]
        numbers = (int(rng.integers(EACH)) + np.cumsum(rng.integers(1, 3, SOME))) % (EACH - 1)
        for day, number in enumerate(dict.fromkeys(numbers.tolist())):
            at = BEGAN + timedelta(days=10 * person + day)
            found.append(Interaction(f"u{person}", f"{camp}{number}", Kind.RATED, 0.5, at))
    return found


def histories(of: Catalogue) -> Histories:
    return Histories.of(of, interactions())


def history(*item_ids: str, kind: Kind = Kind.RATED, value: float = 0.5) -> list[Interaction]:
    """One person's, the first named first in time."""
    days = (BEGAN + timedelta(days=day) for day in range(len(item_ids)))
    return [Interaction("me", each, kind, value, at) for each, at in zip(item_ids, days, strict=True)]
