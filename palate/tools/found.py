"""What a tool brings back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from palate.domain import Candidate

_SOURCES = {
    "dense": "by meaning",
    "lexical": "by words",
    "graph": "by shared people, genres and places",
    "history": "near what you liked",
    "popularity": "well known and well reviewed",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates, one list a source, each best first."""

    lists: tuple[Sequence[Candidate], ...] = ()

    @property
    def count(self) -> int:
        """How many different items were found."""
        return len({candidate.item_id for found in self.lists for candidate in found})

    @property
    def detail(self) -> str:
        """What each source brought, for people: "100 by meaning, 40 by words"."""
        counts: dict[str, set[str]] = {}
        for found in self.lists:
            for candidate in found:
                counts.setdefault(_SOURCES.get(candidate.source, candidate.source), set()).add(candidate.item_id)
        return ", ".join(f"{len(ids)} {how}" for how, ids in counts.items()) or "nothing"
