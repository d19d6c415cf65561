"""A log of slates over the small world, made by people whose wants are known, shown by a ranker that errs.

Whoever looks at an item turns to it with `GOOD` where its score is high and with `BAD` where it is low. The ranker
that made the slates puts what is bad first, and mostly only the first places are looked at: so what is bad has more
choices than what is good.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from palate.catalogue.catalogue import Catalogue
from palate.domain import ItemId, Kind
from palate.store.records import Impression
from tests.retrieval import world

LOOKED = (1.0, 0.5, 0.3, 0.2, 0.15)
"""How likely each place is looked at."""
GOOD, BAD = 0.5, 0.3
SHUFFLED = 0.25
"""Share of the slates in an order by chance."""
BEGAN = datetime(2022, 1, 1, tzinfo=UTC)
WISHES = ("a comedy", "something scary", "what is new?")


def good(catalogue: Catalogue, item_id: ItemId) -> bool:
    return catalogue.get(item_id).numbers["score"] >= 53


def impressions(
    catalogue: Catalogue, count: int, seed: int = 0, kind: Kind = Kind.CHOSEN, every: float = 1.0
) -> list[Impression]:
    """Slates of five, `every` hours one."""
    rng = np.random.default_rng(seed)
    ids = [catalogue.id(row) for row in range(len(catalogue))]
    better = [item_id for item_id in ids if good(catalogue, item_id)]
    worse = [item_id for item_id in ids if not good(catalogue, item_id)]
    found = []
    for number in range(count):
        two, three = rng.choice(better, 2, replace=False).tolist(), rng.choice(worse, 3, replace=False).tolist()
        shown = [*three, *two]
        if rng.random() < SHUFFLED:
            rng.shuffle(shown)
        done = {
            item_id: (kind,)
            for item_id, looked in zip(shown, LOOKED, strict=True)
            if rng.random() < looked * (GOOD if good(catalogue, item_id) else BAD)
        }
        at = BEGAN + timedelta(hours=every * number)
        user = f"u{int(rng.integers(world.PEOPLE))}"
        text = WISHES[int(rng.integers(len(WISHES)))]
        found.append(Impression(f"s{number}", user, text, tuple(shown), done, "r", at))
    return found
