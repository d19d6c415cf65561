"""What the agent may call: one tool a file, each a LangChain tool whose docstring is its schema.

What a model may fill in is in the schema; the dialogue state and the history are injected, never written by a model.
Each tool says in its metadata whether it only reads (`access`: READ or WRITE) and how long it may take (`seconds`).
A team's own tools join in: see `own.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from langchain_core.tools import BaseTool

from palate.errors import ToolError
from palate.retrieval.engine import Engine
from palate.retrieval.options import WEIGHTS
from palate.tools.built import SECONDS, Access, Built
from palate.tools.compare_items import compare_items
from palate.tools.expand_attributes import expand_attributes
from palate.tools.find_answers import find_answers
from palate.tools.found import Found
from palate.tools.item_details import item_details
from palate.tools.own import OwnTool, bound, owned
from palate.tools.query_catalogue import query_catalogue
from palate.tools.running import Runner
from palate.tools.search_items import search_items
from palate.tools.similar_items import similar_items
from palate.tools.told import Details, Told
from palate.tools.user_history import user_history
from palate.tools.writing import NAMES

__all__ = ["PLANNED", "Access", "Details", "Found", "OwnTool", "Runner", "Told", "planned", "rebound", "toolbox"]

_BUILT = {
    built.name: built
    for built in (
        # A request may have to be encoded by a server elsewhere.
        Built(search_items, seconds=2 * SECONDS),
        Built(user_history, seconds=2 * SECONDS),
        Built(expand_attributes, seconds=2 * SECONDS),
        Built(query_catalogue, columns=True),
        Built(item_details, columns=True),
        Built(compare_items),
        Built(similar_items, seconds=2 * SECONDS),
        Built(find_answers),
    )
}
PLANNED = ("search_items", "user_history", "expand_attributes")
"""The tools that a reading model may put into its plan; the others are called for what the person asks."""


def toolbox(engine: Engine, own: Sequence[BaseTool] = ()) -> Mapping[str, BaseTool]:
    """Every tool by name, over one catalogue, a team's `own` after palate's.

    Raises ToolError where one of these has a name that is taken.
    """
    made = {name: built.bound(engine) for name, built in _BUILT.items()}
    for original in own:
        if original.name in made or original.name in NAMES or original.name in WEIGHTS:
            raise ToolError(f"There is a tool or a source called {original.name} already; give yours another name.")
        made[original.name] = owned(engine, original)
    return MappingProxyType(made)


def rebound(tools: Mapping[str, BaseTool], engine: Engine) -> Mapping[str, BaseTool]:
    """The same tools over another engine; their schemas, which take milliseconds to make, are shared."""
    funcs = {
        name: bound(engine, tool.original) if isinstance(tool, OwnTool) else _BUILT[name].make(engine)
        for name, tool in tools.items()
    }
    return MappingProxyType({name: tools[name].model_copy(update={"func": func}) for name, func in funcs.items()})


def planned(tools: Mapping[str, BaseTool]) -> Mapping[str, BaseTool]:
    """Those that a reading model may put into its plan."""
    return MappingProxyType({name: tools[name] for name in PLANNED})
