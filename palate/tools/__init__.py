"""What the agent may call: one tool a file, each a LangChain tool whose docstring is its schema.

What a model may fill in is in the schema; the dialogue state and the history are injected, never written by a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from langchain_core.tools import BaseTool

from palate.retrieval.engine import Engine
from palate.tools.expand_attributes import expand_attributes
from palate.tools.found import Found
from palate.tools.search_items import search_items
from palate.tools.user_history import user_history

__all__ = ["Found", "toolbox"]


def toolbox(engine: Engine) -> Mapping[str, BaseTool]:
    """Every tool by name, over one catalogue."""
    tools = (search_items(engine), user_history(engine), expand_attributes(engine))
    return MappingProxyType({tool.name: tool for tool in tools})
