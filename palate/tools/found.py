"""What a tool brings back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from palate.retrieval.clock import Lap
from palate.retrieval.ranking import Ranking

_SOURCES = {
    "dense": "by meaning",
    "lexical": "by words",
    "phrase": "by words that stand together",
    "graph": "by what they share",
    "pagerank": "by ways through the graph",
    "profile": "near all of it together",
    "history": "near what you liked",
    "likeness": "like what you turned to",
    "people": "by people with your taste",
    "next": "often next after what you had",
    "als": "liked by people like you",
    "itemitem": "liked together with what you liked",
    "interests": "near one of your interests",
    "popularity": "well known and well reviewed",
    "recent": "of late",
    "tail": "known to few",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Rankings, each best first, none of them empty."""

    lists: tuple[Ranking, ...] = ()
    laps: tuple[Lap, ...] = field(default=(), compare=False, repr=False)
    """What each family took."""

    @property
    def count(self) -> int:
        """How many different items were found."""
        return len(np.unique(np.concatenate([found.rows for found in self.lists]))) if self.lists else 0

    @property
    def detail(self) -> str:
        """What each source brought, for people: "100 by meaning, 40 by words"."""
        counts: dict[str, set[int]] = {}
        for found in self.lists:
            counts.setdefault(_SOURCES.get(found.source, found.source), set()).update(found.rows.tolist())
        return ", ".join(f"{len(rows)} {how}" for how, rows in counts.items()) or "nothing"


Run: TypeAlias = Callable[..., tuple[str, Found]]
"""What a tool does: the text for a model, and what the agent goes on with."""
