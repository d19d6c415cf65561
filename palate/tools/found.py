"""What a tool brings back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from palate.domain import Candidate


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
        """The sources and what each brought: "lexical 40, dense 100"."""
        return ", ".join(f"{found[0].source} {len(found)}" for found in self.lists if found) or "nothing"
