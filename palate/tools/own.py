"""A team's own LangChain tools beside palate's.

    @tool
    def shop_window(text: str) -> list[str]:
        "Products that stand in the window this week."
        return window.search(text)

    Palate.open(settings, tools=[shop_window])

What it may ask for: `text` is filled with the words of the request, `query` (`Annotated[Any, InjectedToolArg]`) with
the dialogue state as a `Query`. A tool that needs nothing else is called in every turn that looks for items, or, with
`metadata={"when": r"window|display"}`, a regular expression, in those whose message has it. One that needs more is
called only where somebody gives it the rest: a model's plan, or a graph of the team's own.

What it may bring:

- ids of items (texts), or objects or mappings with an `item_id`, or items of the domain, best first: they count as a
  source named after the tool, weighed by `metadata={"weight": 1.0}`. Ids that the catalogue lacks are passed over,
  and nothing that it brings is shown against a constraint or an exclusion;
- a text or a number: it is shown to the person as it is, in plain letters, before the recommendations;
- nothing (None, an empty list or text).

`metadata={"seconds": 5.0, "access": "READ"}` are the other things that can be said. A tool marked WRITE is called by
itself only where it has a `when`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from langchain_core.tools import BaseTool, StructuredTool

from palate.catalogue.catalogue import Catalogue
from palate.domain import Item, Query
from palate.errors import ToolError
from palate.retrieval.engine import Engine
from palate.retrieval.ranking import Ranking
from palate.tools.built import SECONDS, Access
from palate.tools.found import Found
from palate.tools.told import Told, fenced

LONGEST = 2_000
"""Characters of a text that is shown."""
GIVEN = frozenset({"text", "query"})
"""What a tool is given by itself."""


class OwnTool(StructuredTool):
    """A team's tool as the agent calls it: what it brings is `Found` or `Told`."""

    original: BaseTool

    @property
    def needs(self) -> frozenset[str]:
        """The arguments that somebody must give it."""
        return frozenset(self._schema.get("required", ()))

    @property
    def takes(self) -> frozenset[str]:
        """All its arguments."""
        return frozenset(self._schema.get("properties", ()))

    @cached_property
    def _schema(self) -> Mapping[str, Any]:
        return json_schema(self.original)

    def called(self, text: str, query: Query, message: str) -> Mapping[str, Any] | None:
        """What it is called with in a turn; None where it is not called by itself."""
        said = self.metadata or {}
        when = str(said.get("when", ""))
        if self.needs - GIVEN or (said.get("access") == Access.WRITE and not when):
            return None
        if when and not re.search(when, message, re.IGNORECASE):
            return None
        return {name: value for name, value in (("text", text), ("query", query)) if name in self.takes}


def json_schema(original: BaseTool) -> Mapping[str, Any]:
    """The JSON schema of everything that a tool takes, what is injected too."""
    made: Any = original.args_schema or original.get_input_schema()
    schema: Mapping[str, Any] = made if isinstance(made, dict) else made.model_json_schema()
    return schema


def owned(engine: Engine, original: BaseTool) -> OwnTool:
    """A team's tool over one catalogue. Raises ToolError where its `when` is no regular expression."""
    metadata = {"access": Access.READ.value, "seconds": SECONDS, **(original.metadata or {})}
    try:
        re.compile(str(metadata.get("when", "")))
    except re.error as error:
        raise ToolError(f"The tool {original.name} has a `when` that is no regular expression ({error}).") from error
    return OwnTool(
        name=original.name,
        description=original.description,
        args_schema=original.args_schema or original.get_input_schema(),
        response_format="content_and_artifact",
        metadata=metadata,
        func=bound(engine, original),
        original=original,
    )


def bound(engine: Engine, original: BaseTool) -> Callable[..., tuple[str, Found | Told]]:
    """What a team's tool does over one catalogue."""

    def called(**arguments: Any) -> tuple[str, Found | Told]:
        brought = taken(_brought(original, arguments), original, engine.catalogue)
        return (fenced({"said": brought.said}) if isinstance(brought, Told) else brought.detail), brought

    return called


def taken(brought: Any, original: BaseTool, catalogue: Catalogue) -> Found | Told:
    """What a tool brought, as the agent goes on with it. Raises ToolError for what is of none of the kinds."""
    if brought is None or isinstance(brought, Found | Told):
        return Found() if brought is None else brought
    if isinstance(brought, str | int | float):
        said = "".join(ch if ch.isprintable() else " " for ch in str(brought)[:LONGEST])
        return Told(said=" ".join(said.split())) if said.strip() else Found()
    if not isinstance(brought, Iterable) or isinstance(brought, Mapping | bytes):
        brought = [brought]
    ids = [_id(each, original.name) for each in brought]
    rows = list(dict.fromkeys(catalogue.row(item_id) for item_id in ids if item_id in catalogue))
    if not rows:
        return Found()
    weight = float((original.metadata or {}).get("weight", 1.0))
    scores = (1 / np.arange(1, len(rows) + 1)).astype(np.float32)
    return Found((Ranking(original.name, np.asarray(rows, np.int32), scores, weight=weight),))


def _id(each: Any, name: str) -> str:
    """The id that one thing stands for."""
    if isinstance(each, str):
        return each
    if isinstance(each, Item):
        return each.id
    found = each.get("item_id") if isinstance(each, Mapping) else getattr(each, "item_id", None)
    if found is None:
        kind = type(each).__name__
        raise ToolError(f"The tool {name} brought a {kind}; bring ids, things with an `item_id`, or a text.")
    return str(found)


def _brought(original: BaseTool, arguments: Mapping[str, Any]) -> Any:
    """What the tool itself returns; of one that has content and an artifact the artifact, where it has one."""
    request: Any = dict(arguments)
    paired = original.response_format == "content_and_artifact"
    if paired:
        request = {"name": original.name, "args": request, "id": original.name, "type": "tool_call"}
    alone = isinstance(original, StructuredTool) and original.func is None
    said = asyncio.run(original.ainvoke(request)) if alone else original.invoke(request)
    if not paired:
        return said
    return said.content if said.artifact is None else said.artifact
