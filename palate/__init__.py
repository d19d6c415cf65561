"""A conversational recommender that runs on your own machine.

import palate

with palate.open() as recommender:
    turn = recommender.ask("a short French comedy from the sixties")
    for recommendation in turn.recommendations:
        print(recommendation.item.title, recommendation.facts[0])
    for event in recommender.stream("something older", conversation=turn.conversation):
        print(event)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from palate.domain import Constraint, Fact, Item, Kind, Recommendation, Slate
from palate.errors import PalateError
from palate.settings import Settings

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from palate.app import Palate
    from palate.hook import Hook
    from palate.turn import Turn

__all__ = [
    "Constraint",
    "Fact",
    "Item",
    "Kind",
    "Palate",
    "PalateError",
    "Recommendation",
    "Settings",
    "Slate",
    "Turn",
    "open",
]


def open(
    settings: Settings | None = None,
    *,
    catalogue: str = "films",
    model: bool = True,
    tools: Sequence[BaseTool] = (),
    hand_over: Hook | None = None,
) -> Palate:
    """Open a recommender over one catalogue and bring its model up behind; close it, or use it in a `with` block.

    The first call fills the data folder with the demo films; others are brought in by `palate import`. `model=False`:
    no language model. `tools` are LangChain tools of your own: one that returns ids adds to what is found, one that
    returns a text is quoted (palate/tools/own.py). `hand_over` is told of what a recommender cannot help with; the
    line that it returns is shown. Raises UnknownCatalogue, StoreError, CatalogueError and ToolError.
    """
    from palate.app import Palate  # noqa: PLC0415  importing palate alone stays instant

    recommender = Palate.open(settings, catalogue=catalogue, model=model, tools=tools, hand_over=hand_over)
    recommender.start(index=False)
    return recommender


def __getattr__(name: str) -> Any:
    if name == "Palate":
        from palate.app import Palate  # noqa: PLC0415  as above

        return Palate
    if name == "Turn":
        from palate.turn import Turn  # noqa: PLC0415  as above

        return Turn
    raise AttributeError(f"module 'palate' has no attribute {name!r}")
