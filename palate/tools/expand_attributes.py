"""READ. Go along the knowledge graph."""

from __future__ import annotations

from typing import Annotated, Any

from langchain_core.tools import InjectedToolArg

from palate.retrieval.clock import Clock
from palate.retrieval.engine import Engine
from palate.tools.found import Found, Run


def expand_attributes(engine: Engine) -> Run:
    """What the tool does over one catalogue."""

    def expand(query: Annotated[Any, InjectedToolArg]) -> tuple[str, Found]:
        """Find items that share people, makers, kinds or an origin with what the person likes or wants.

        Args:
            query: The dialogue state as a query.

        """
        clock = Clock()
        found = Found(tuple(engine.expand(query, clock)), tuple(clock.laps))
        return found.detail, found

    return expand
