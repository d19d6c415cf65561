"""Calling a tool as the agent does."""

from __future__ import annotations

from typing import Any

from palate.domain import Query
from palate.retrieval.engine import Engine
from palate.tools import Found, Told, toolbox


def artifact(engine: Engine, name: str, **arguments: Any) -> tuple[str, Found | Told]:
    """The text for a model and what the agent goes on with."""
    arguments = {"query": Query(), **arguments} if name not in {"item_details", "compare_items"} else arguments
    message = toolbox(engine)[name].invoke({"name": name, "args": arguments, "id": "1", "type": "tool_call"})
    assert isinstance(message.artifact, Found | Told)
    return message.content, message.artifact


def told(engine: Engine, name: str, **arguments: Any) -> tuple[str, Told]:
    said, brought = artifact(engine, name, **arguments)
    assert isinstance(brought, Told)
    return said, brought
