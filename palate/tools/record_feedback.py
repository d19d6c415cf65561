"""WRITE. Keep what the person says of an item: taken, liked, not liked, seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from langchain_core.tools import InjectedToolArg

from palate.domain import Kind
from palate.errors import UnknownItem
from palate.tools.keeping import Keeping


def record_feedback() -> Callable[..., tuple[str, int]]:
    """What the tool does."""

    def record(
        place: int,
        kind: Literal["chosen", "liked", "disliked", "seen"],
        items: Annotated[Any, InjectedToolArg],
        keeping: Annotated[Any, InjectedToolArg],
    ) -> tuple[str, int]:
        """Keep that the person takes, likes, dislikes or has seen an item that was shown.

        Args:
            place: Which of the items, 1 for the first.
            kind: What the person says of it.
            items: The ids of the items that are spoken of, in order.
            keeping: Where it is kept.

        """
        if not 1 <= place <= len(items):
            raise UnknownItem(f"There is no item {place} among the {len(items)} shown.")
        where: Keeping = keeping
        where.record(items[place - 1], Kind(kind))
        return f"item {place} noted as {kind}", 1

    return record
