"""READ. What is near one item."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from langchain_core.tools import InjectedToolArg

from palate.domain import GUEST, Interaction, Kind, Query
from palate.retrieval.clock import Clock
from palate.retrieval.engine import Engine
from palate.tools.found import Found, Run

TOGETHER = frozenset({"als", "itemitem", "next", "people"})
"""Sources that learn from people which items go together; the others would speak of a history that nobody has."""


def similar_items(engine: Engine) -> Run:
    """What the tool does over one catalogue."""

    def similar(item_id: str, query: Annotated[Any, InjectedToolArg]) -> tuple[str, Found]:
        """Find items like one item: by what they share, what leads to both, and what people turn to together.

        Args:
            item_id: The id of the item.
            query: The dialogue state as a query; what it requires and excludes goes on holding.

        """
        engine.catalogue.row(item_id)
        asked: Query = query
        near = replace(asked, text="", liked=(item_id,), wanted=(), unwanted=(), history=(), said=(), dialogue=())
        clock = Clock()
        found = engine.expand(near, clock)
        alone = replace(near, history=(Interaction(GUEST, item_id, Kind.LIKED, 1.0),))
        found += [ranking for ranking in engine.history(alone, clock) if ranking.source in TOGETHER]
        brought = Found(tuple(found), tuple(clock.laps))
        return brought.detail, brought

    return similar
