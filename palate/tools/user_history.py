"""READ. What the person did before."""

from __future__ import annotations

from typing import Annotated, Any

from langchain_core.tools import InjectedToolArg

from palate.retrieval.clock import Clock
from palate.retrieval.engine import Engine
from palate.tools.found import Found, Run


def user_history(engine: Engine) -> Run:
    """What the tool does over one catalogue."""

    def history(query: Annotated[Any, InjectedToolArg]) -> tuple[str, Found]:
        """Find items near what this person liked before.

        Args:
            query: The dialogue state as a query, with the person's interactions.

        """
        clock = Clock()
        found = Found(tuple(engine.history(query, clock)), tuple(clock.laps))
        return found.detail, found

    return history
