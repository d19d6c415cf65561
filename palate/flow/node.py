"""palate as a node of a LangGraph graph, and as a graph by itself."""

from __future__ import annotations

from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph

from palate.agent.events import Event
from palate.errors import InputError
from palate.flow.apart import in_thread, stepwise
from palate.flow.said import Said
from palate.flow.told import KEY, FlowState, message_of, refused, told
from palate.turn import Turn

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.types import Checkpointer, StreamWriter

    from palate.app import Palate


def as_node(palate: Palate, *, key: str = KEY) -> RunnableLambda[Any, dict[str, Any]]:
    """A node that answers the last human message of `messages`, for `invoke` and `ainvoke` alike.

    It adds the reply to `messages` and puts the turn, a `PalateTurn`, under `key`, where the graph's state has that.
    `user` and `conversation` are read from the state or from the config's `configurable`. Without a conversation the
    graph's thread keeps one: it is remembered by the turn under `key`, or by palate's last reply. Two nodes of
    different catalogues take different keys. Events of the turn go to the stream mode "custom" as they come.

    A message that nobody could answer (EmptyText, TextTooLong) is answered with what is wrong, and the graph goes on.
    What is no matter of the message is raised: UnknownUser, UnknownConversation (of one that was named), StoreError.
    """

    def answer(state: Any, config: RunnableConfig) -> dict[str, Any]:
        said, write = Said.of(state, config, key), _writer()
        events: list[Event] = []
        try:
            with closing(stepwise(lambda: said.begin(palate))) as coming:
                for event in coming:
                    write(event)
                    events.append(event)
        except InputError as error:
            return _refusal(error, said, key)
        return _reply(Turn.of(events), key)

    async def aanswer(state: Any, config: RunnableConfig) -> dict[str, Any]:
        said, write = Said.of(state, config, key), _writer()
        events: list[Event] = []
        try:
            async with aclosing(in_thread(lambda: said.begin(palate))) as coming:
                async for event in coming:
                    write(event)
                    events.append(event)
        except InputError as error:
            return _refusal(error, said, key)
        return _reply(Turn.of(events), key)

    return RunnableLambda(answer, aanswer, name=key)


def as_subgraph(
    palate: Palate, *, checkpointer: Checkpointer = None
) -> CompiledStateGraph[FlowState, None, FlowState, FlowState]:
    """A compiled graph of that one node, over `FlowState`.

    It is what a LangGraph server serves, and what a graph whose state has other names calls from a node of its own;
    within a graph with `messages` the node does as well. `checkpointer` keeps its threads where it stands alone.
    """
    graph = StateGraph(FlowState)
    graph.add_node(KEY, as_node(palate))
    graph.add_edge(START, KEY)
    graph.add_edge(KEY, END)
    return graph.compile(checkpointer=checkpointer, name=KEY)


def _reply(turn: Turn, key: str) -> dict[str, Any]:
    return {"messages": [message_of(turn, key)], key: told(turn)}


def _refusal(error: InputError, said: Said, key: str) -> dict[str, Any]:
    turn = refused(error, said.conversation)
    return {"messages": [AIMessage(str(error), response_metadata={key: turn})], key: turn}


def _writer() -> StreamWriter:
    """Where events go; nowhere outside a graph."""
    try:
        return get_stream_writer()
    except (RuntimeError, KeyError):
        return _nowhere


def _nowhere(event: Any) -> None:
    pass
