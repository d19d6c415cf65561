"""READ. Search by text."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from langchain_core.tools import InjectedToolArg

from palate.domain import Query
from palate.retrieval.clock import Clock
from palate.retrieval.engine import Engine
from palate.tools.found import Found, Run


def search_items(engine: Engine) -> Run:
    """What the tool does over one catalogue."""

    def search(text: str, query: Annotated[Any, InjectedToolArg]) -> tuple[str, Found]:
        """Find items by words: a title, a name, a kind, a mood.

        Args:
            text: A few words that describe what is wanted.
            query: The dialogue state as a query.

        """
        asked: Query = replace(query, text=text)
        clock = Clock()
        found = Found(tuple(engine.search(asked, clock)), tuple(clock.laps))
        return found.detail, found

    return search
