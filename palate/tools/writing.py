"""The tools that write. They know no catalogue; where they write is injected with every call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from langchain_core.tools import BaseTool, tool

from palate.tools.built import SECONDS, Access
from palate.tools.hand_over import hand_over
from palate.tools.record_feedback import record_feedback
from palate.tools.remember_preference import remember_preference

_TOOLS = (remember_preference, record_feedback, hand_over)
NAMES = frozenset(each.__name__ for each in _TOOLS)


@cache
def writing_tools() -> Mapping[str, BaseTool]:
    """Every tool that writes, by name. None of them is among those that a model may plan."""
    made = {
        each.__name__: tool(each.__name__, response_format="content_and_artifact", parse_docstring=True)(each())
        for each in _TOOLS
    }
    for one in made.values():
        one.metadata = {"access": Access.WRITE.value, "seconds": SECONDS}
    return MappingProxyType(made)


def written(tool: BaseTool, **arguments: Any) -> Any:
    """What a tool brings back as its artifact. Raises what the tool raises."""
    request = {"name": tool.name, "args": arguments, "id": tool.name, "type": "tool_call"}
    return tool.invoke(request).artifact
