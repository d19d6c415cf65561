"""Which tools a turn calls: those that the dialogue act and the state need, then those that a model adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langchain_core.tools import BaseTool

from palate.agent.reading.reading import Reading
from palate.agent.reading.understand import ToolCall
from palate.agent.state import WITHOUT_SLATE, Act, DialogueState
from palate.domain import ItemId, Kind
from palate.tools import Access, OwnTool
from palate.tools.own import GIVEN
from palate.tools.query_catalogue import arguments

_OPEN = frozenset({Act.OUT_OF_SCOPE, Act.CHAT, Act.ASK_CATALOGUE})
"""Acts without a slate that a team's own tool may answer."""
COMPARED = 5
"""Items that are compared at most."""


def answering(reading: Reading, state: DialogueState) -> tuple[ToolCall, ...]:
    """The tools that answer a question or write down a choice, for acts that need no slate."""
    spoken_of = reading.focus
    if reading.question is not None:
        return (ToolCall("query_catalogue", arguments(reading.question)), *_details(reading, spoken_of))
    if state.act is Act.ASK_ITEM:
        return _details(reading, spoken_of)
    if state.act is Act.COMPARE and len(spoken_of) > 1:
        return (ToolCall("compare_items", {"item_ids": spoken_of[:COMPARED]}),)
    if state.act is Act.ACCEPT and spoken_of:
        return (ToolCall("record_feedback", {"place": 1, "kind": Kind.CHOSEN.value, "items": spoken_of[:1]}),)
    return ()


def _details(reading: Reading, spoken_of: Sequence[ItemId]) -> tuple[ToolCall, ...]:
    return tuple(
        ToolCall("item_details", {"item_id": item, "columns": reading.columns})
        for item in (spoken_of[:2] if reading.act is Act.ASK_ITEM else ())
    )


def recommending(
    state: DialogueState,
    tools: Mapping[str, BaseTool],
    text: str,
    *,
    has_history: bool,
    added: Sequence[ToolCall] = (),
) -> tuple[ToolCall, ...]:
    """The tools that a slate is made from. `added` are what a model plans, `text` the message."""
    if state.act in WITHOUT_SLATE:
        return ()
    asked = bool(state.liked or state.wanted or state.guesses)
    calls = [ToolCall("expand_attributes", {})] if asked else []
    calls += [ToolCall("user_history", {})] if has_history else []
    calls += [ToolCall("search_items", {"text": state.request})] if state.request or not calls else []
    for call in added:
        idle = (call.name == "user_history" and not has_history) or (call.name == "expand_attributes" and not asked)
        if not idle and all(call.name != planned.name for planned in calls):
            calls.append(call)
    return (*calls, *_own(tools, state, text))


def own_answers(tools: Mapping[str, BaseTool], state: DialogueState, text: str) -> tuple[ToolCall, ...]:
    """A team's tools that say themselves when they answer: "are you open today?" is asked of nobody else."""
    said = {name: tool for name, tool in tools.items() if (tool.metadata or {}).get("when")}
    return tuple(_own(said, state, text)) if state.act in _OPEN else ()


def _own(tools: Mapping[str, BaseTool], state: DialogueState, text: str) -> Iterator[ToolCall]:
    """A team's own tools, those that go by the request alone."""
    for name, tool in tools.items():
        if isinstance(tool, OwnTool):
            arguments: Mapping[str, Any] | None = tool.called(state.request or text, state.query(state.request), text)
            if arguments is not None:
                yield ToolCall(name, {key: value for key, value in arguments.items() if key != "query"})


def taken(tool: BaseTool) -> frozenset[str]:
    """The names of a tool's arguments, those that are injected among them."""
    schema = tool.args_schema
    if isinstance(schema, dict):
        return frozenset(schema.get("properties", ()))
    return frozenset(getattr(schema, "model_fields", ()))


def asked_for(tools: Mapping[str, BaseTool]) -> tuple[str, ...]:
    """A team's tools that must be told something which only a model can read from the message."""
    own = ((name, tool) for name, tool in tools.items() if isinstance(tool, OwnTool))
    return tuple(
        name for name, tool in own if tool.needs - GIVEN and (tool.metadata or {}).get("access") == Access.READ
    )
