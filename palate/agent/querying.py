"""What retrieval is asked in a turn: the state, what the person did before, what a missing title was like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import LOOKS, Entity, Interaction, Kind, Query, Sort


@dataclass(frozen=True, slots=True)
class Querying:
    """Makes queries over one snapshot of a catalogue."""

    catalogue: Catalogue
    wording: Wording

    def query(self, state: DialogueState, history: tuple[Interaction, ...]) -> Query:
        """The query of a state; nothing that the person had to do with before is recommended, but for mere looks."""
        seen = frozenset(i.item_id for i in history if i.kind not in LOOKS)
        query = replace(state.query(state.request, seen), history=history)
        disliked = tuple(i.item_id for i in history if i.kind is Kind.DISLIKED)
        kinds = tuple(
            e for guess in state.guesses for e in self._telling(guess.kind) if self._exists(e.relation, e.value)
        )
        return replace(query, wanted=tuple(dict.fromkeys(query.wanted + kinds)), disliked=query.disliked + disliked)

    def _telling(self, kind: Sequence[Entity]) -> list[Entity]:
        """Of what an item elsewhere is: who made it, where, and its two first categories. More would blur it."""
        told = (*self.wording.makers, *self.catalogue.schema.sorted_as(Sort.COUNTRY))
        kinds = [e for e in kind if e.relation in self.wording.categories]
        return [e for e in kind if e.relation in told] + kinds[:2]

    def _exists(self, relation: str, value: str) -> bool:
        return relation in self.catalogue.schema.relations and len(self.catalogue.rows_with(relation, value)) > 0
