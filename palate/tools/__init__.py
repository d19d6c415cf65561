"""What the agent may call: one tool a file, each a LangChain tool whose docstring is its schema.

What a model may fill in is in the schema; the dialogue state and the history are injected, never written by a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from langchain_core.tools import BaseTool, tool

from palate.retrieval.engine import Engine
from palate.tools.expand_attributes import expand_attributes
from palate.tools.found import Found
from palate.tools.search_items import search_items
from palate.tools.user_history import user_history

__all__ = ["Found", "rebound", "toolbox"]

_TOOLS = (search_items, user_history, expand_attributes)


def toolbox(engine: Engine) -> Mapping[str, BaseTool]:
    """Every tool by name, over one catalogue."""
    made = (
        tool(each.__name__, response_format="content_and_artifact", parse_docstring=True)(each(engine))
        for each in _TOOLS
    )
    return MappingProxyType({one.name: one for one in made})


def rebound(tools: Mapping[str, BaseTool], engine: Engine) -> Mapping[str, BaseTool]:
    """The same tools over another engine; their schemas, which take milliseconds to make, are shared."""
    bound = (tools[each.__name__].model_copy(update={"func": each(engine)}) for each in _TOOLS)
    return MappingProxyType({one.name: one for one in bound})
