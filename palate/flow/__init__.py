"""palate inside other people's LangGraph graphs and LangChain chains.

from palate.flow import as_node

graph.add_node("palate", as_node(recommender))

A node keeps one conversation of palate for each thread of the graph and tells whether it handed the message over; a
runnable goes into a chain; a subgraph stands for itself or within another graph. Importing this loads LangGraph.
"""

from __future__ import annotations

from palate.flow.apart import astream
from palate.flow.node import as_node, as_subgraph
from palate.flow.runnable import as_runnable
from palate.flow.said import act_of
from palate.flow.told import FlowState, PalateTurn, turn_in

__all__ = ["FlowState", "PalateTurn", "act_of", "as_node", "as_runnable", "as_subgraph", "astream", "turn_in"]
