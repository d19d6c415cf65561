"""What palate tells a graph or a chain: the reply as a LangChain message, and the turn as plain data.

Plain data, because a checkpointer stores it and a graph may run in another process than whoever reads it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, NotRequired, TypeAlias, cast

from langchain_core.messages import AIMessage, AnyMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

from palate.agent.events import HandedOver
from palate.errors import PalateError
from palate.turn import Turn

KEY = "palate"
"""Under which a turn stands in a graph's state and in a message's `response_metadata`."""

Json: TypeAlias = dict[str, Any]


class PalateTurn(TypedDict):
    """One turn, as JSON."""

    conversation: str
    """palate's id of the conversation; empty where there was none yet when an error came."""
    act: str
    """What the message was taken for, a value of `palate.agent.state.Act`; empty after an error."""
    items: list[Json]
    """The slate, best first, each with its facts, as `palate ask --json` prints them."""
    hand_over: bool
    """Whether palate called its tool `hand_over`: the message is for people."""
    handed_over: Json | None
    """With what: `reason`, `summary` (lines), `outcome` and `answer`; None without a hand-over."""
    state: Json
    """The dialogue state after the turn; empty in a message's metadata, where it would be kept once a turn."""
    mode: str
    """`llm`, `fallback`, or empty after an error."""
    notices: list[str]
    error: str
    """What was wrong with the message (nothing said, too long), in plain words; empty otherwise."""


class FlowState(TypedDict):
    """The state of a graph that palate answers in; one of your own needs `messages` only."""

    messages: Annotated[list[AnyMessage], add_messages]
    user: NotRequired[str]
    """Who speaks, by palate's id; without it the guest."""
    conversation: NotRequired[str]
    """A conversation to go on with; without it the graph's thread keeps one."""
    palate: NotRequired[PalateTurn]
    """The last turn."""


def told(turn: Turn) -> PalateTurn:
    """A whole turn."""
    whole = turn.as_dict()
    handed: HandedOver | None = turn.handed_over
    return PalateTurn(
        conversation=turn.conversation,
        act=str(turn.state.get("act", "")),
        items=whole["items"],
        hand_over=handed is not None,
        handed_over=None if handed is None else {**asdict(handed), "summary": list(handed.summary)},
        state=whole["state"],
        mode=turn.mode,
        notices=whole["notices"],
        error="",
    )


def refused(error: PalateError, conversation: str | None) -> PalateTurn:
    """A message that palate cannot answer because of what it says."""
    return PalateTurn(
        conversation=conversation or "",
        act="",
        items=[],
        hand_over=False,
        handed_over=None,
        state={},
        mode="",
        notices=[],
        error=str(error),
    )


def message_of(turn: Turn, key: str = KEY) -> AIMessage:
    """The reply, with the turn (but for its state) in `response_metadata`: that goes to no other model."""
    return AIMessage(turn.reply, response_metadata=metadata(turn, key), usage_metadata=usage(turn))


def metadata(turn: Turn, key: str = KEY) -> Json:
    """The `response_metadata` of a reply."""
    return {key: {**told(turn), "state": {}}}


def usage(turn: Turn) -> UsageMetadata:
    """The tokens that the turn's model calls took."""
    return UsageMetadata(
        input_tokens=turn.tokens_in, output_tokens=turn.tokens_out, total_tokens=turn.tokens_in + turn.tokens_out
    )


def turn_in(message: BaseMessage, key: str = KEY) -> PalateTurn | None:
    """The turn that a reply of palate's tells of; None for any other message."""
    found = message.response_metadata.get(key)
    return cast("PalateTurn", found) if isinstance(found, dict) and "hand_over" in found else None
