"""WRITE. Hand a message on to people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from langchain_core.tools import InjectedToolArg

from palate.tools.keeping import Keeping


def hand_over() -> Callable[..., tuple[str, str]]:
    """What the tool does. What is handed on comes from the dialogue state: a model fills in nothing."""

    def hand(case: Annotated[Any, InjectedToolArg], keeping: Annotated[Any, InjectedToolArg]) -> tuple[str, str]:
        """Hand the conversation on to people, where the person asks for what a recommender cannot do.

        Args:
            case: The message, with a summary of the conversation.
            keeping: Who takes it over.

        """
        where: Keeping = keeping
        answer = where.hand_over(case)
        return answer or "nobody answered", answer

    return hand
