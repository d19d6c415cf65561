"""The READ tools without a conversation, for whoever calls palate's tools with an agent of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from langchain_core.messages import ToolMessage
from pydantic import ValidationError

from palate.agent.planning import taken
from palate.domain import Entity, Fact, Query
from palate.errors import InputError, ToolError
from palate.live import Snapshot
from palate.retrieval.ranking import Ranking
from palate.tools import Found
from palate.tools.filters import constraints
from palate.tools.told import described, fenced

MOST = 20
"""Items that one call brings."""


def look_up(now: Snapshot, name: str, arguments: Mapping[str, Any], size: int = MOST) -> str:
    """What a tool brings, as data for a model to read; of items the best `size` with their facts.

    `name` is that of a tool that reads. Raises InputError for arguments it cannot take, NotFound, ToolError.
    """
    tool = now.agent.tools.get(name)
    if tool is None or (tool.metadata or {}).get("access") != "READ":
        raise ToolError(f"There is no tool {name!r} that only reads.")
    asked, query = dict(arguments), Query()
    if name == "search_items":
        query = Query(text=str(asked["text"]), constraints=constraints(now.catalogue, asked.pop("filters", ())))
    if name == "expand_attributes":
        query = Query(wanted=(_entity(now, str(asked.pop("column")), str(asked.pop("value"))),))
    if name == "similar_items":
        query = Query(exclude=frozenset({str(asked["item_id"])}))
    given = {"query": query} if "query" in taken(tool) else {}
    try:
        message: object = tool.invoke({"name": name, "args": asked | given, "id": name, "type": "tool_call"})
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    assert isinstance(message, ToolMessage)
    if isinstance(message.artifact, Found):
        return fenced({"items": _items(now, query, message.artifact.lists, size)})
    return str(message.content)


def _entity(now: Snapshot, column: str, value: str) -> Entity:
    schema = now.catalogue.schema
    if column not in schema.relations:
        raise InputError(f"There is no column {column!r} of names; there are {', '.join(schema.relations)}.")
    return Entity(column, value)


def _items(now: Snapshot, query: Query, lists: Sequence[Ranking], size: int) -> list[dict[str, Any]]:
    """The best of what was found."""
    slate = now.engine.slate(replace(query, size=size), lists)
    schema = now.catalogue.schema
    return [described(r.item, schema) | {"facts": [_said(fact) for fact in r.facts]} for r in slate.recommendations]


def _said(fact: Fact) -> str:
    return f"{fact.relation}: {fact.value}" + (f" ({fact.about})" if fact.about else "")
