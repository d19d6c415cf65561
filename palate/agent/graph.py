"""The turn as a compiled LangGraph graph, understand → act → fuse → explain; it knows no catalogue.

What a node does comes with the turn's `Context`: one graph serves every snapshot of a catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from palate.agent.context import Context, Turn
from palate.agent.state import WITHOUT_SLATE

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.runtime import Runtime


def compiled() -> CompiledStateGraph[Turn, Context, Turn, Turn]:
    """The graph; what it yields in the stream mode "custom" are the events of a turn."""
    from langgraph.graph import END, START, StateGraph  # noqa: PLC0415  half a second, only when an agent is made

    graph = StateGraph(Turn, context_schema=Context)
    graph.add_node("understand", _understand)
    graph.add_node("act", _act)
    graph.add_node("fuse", _fuse)
    graph.add_node("explain", _explain)
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", _branches, ["act", "fuse", "explain"])
    graph.add_edge("act", "fuse")
    graph.add_edge("fuse", "explain")
    graph.add_edge("explain", END)
    # False: a turn within a node of another graph is no part of that graph, and never in its checkpoints.
    return graph.compile(checkpointer=False)


def _understand(state: Turn, *, runtime: Runtime[Context]) -> Turn:
    return runtime.context.nodes.understand(state, runtime.context, runtime.stream_writer)


def _act(state: Turn, *, runtime: Runtime[Context]) -> Turn:
    return runtime.context.nodes.act(state, runtime.context, runtime.stream_writer)


def _fuse(state: Turn, *, runtime: Runtime[Context]) -> Turn:
    return runtime.context.nodes.fuse(state, runtime.context, runtime.stream_writer)


def _explain(state: Turn, *, runtime: Runtime[Context]) -> Turn:
    return runtime.context.nodes.explain(state, runtime.context, runtime.stream_writer)


def _branches(turn: Turn) -> Any:
    """The tools of the plan side by side; straight to the reply where nothing is to be found."""
    from langgraph.types import Send  # noqa: PLC0415  loaded with the graph

    dialogue = turn["dialogue"]
    if dialogue.act in WITHOUT_SLATE and not turn["plan"]:
        return "explain"
    return [Send("act", {"dialogue": dialogue, "call": call}) for call in turn["plan"]]
