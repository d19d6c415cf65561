"""What is said to palate from a graph or a chain: the text, by whom, in which conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage, HumanMessage, convert_to_messages
from langchain_core.prompt_values import PromptValue

from palate.agent.events import Event
from palate.agent.state import Act
from palate.errors import InputError, UnknownConversation
from palate.flow.told import PalateTurn, turn_in
from palate.memory import restored

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from palate.app import Palate

_TEXTS = ("text", "input")
_SHAPES = "a text, messages, or a mapping with `text` or `messages`"


@dataclass(frozen=True, slots=True)
class Said:
    """One message for palate."""

    text: str
    """Empty where nobody has said anything; palate then raises EmptyText."""
    user: str | None = None
    """None: whoever the conversation belongs to, or the guest."""
    conversation: str | None = None
    chosen: bool = False
    """Whether the caller named the conversation; else it is the one that the graph or the messages remember."""

    @classmethod
    def of(cls, given: Any, config: RunnableConfig | None = None, key: str = "palate") -> Said:
        """What a graph's state or a chain's input says; user and conversation may stand in `config` (configurable).

        `given` may be a text, a message, messages, a prompt, or a mapping or an object with `messages` or `text` and,
        if it likes, `user` and `conversation`. Raises InputError for anything else.
        """
        named = (config or {}).get("configurable") or {}
        user = _field(given, "user") or named.get("user")
        conversation = _field(given, "conversation") or named.get("conversation")
        messages = _messages(given)
        text = next((m.text for m in reversed(messages) if isinstance(m, HumanMessage)), "")
        if conversation:
            return cls(text, user, str(conversation), chosen=True)
        own = _field(given, key)
        remembered = own.get("conversation") if isinstance(own, Mapping) else None
        return cls(text, user, remembered or _last_conversation(messages, key))

    def begin(self, palate: Palate) -> Iterator[Event]:
        """The turn that answers. Raises as `Palate.stream` does.

        Where a remembered conversation has been deleted, or is another person's, a new one begins.
        """
        try:
            return palate.stream(self.text, user=self.user, conversation=self.conversation)
        except UnknownConversation:
            if self.chosen:
                raise
        return palate.stream(self.text, user=self.user)


def act_of(palate: Palate, text: str, before: PalateTurn | None = None) -> Act:
    """What palate takes a message for, before it is asked to answer it: for graphs that decide who does.

    `before` is the last turn of the conversation. Read by patterns and a classifier without a model, in milliseconds;
    nothing is kept. `Act.OUT_OF_SCOPE` is what palate would hand over.
    """
    state = restored([before["state"]] if before else [], palate.catalogue)
    return palate.now.agent.act_of(text[: palate.settings.max_text], state)


def _messages(given: Any) -> list[BaseMessage]:
    if isinstance(given, str):
        return [HumanMessage(given)]
    if isinstance(given, BaseMessage):
        return [given]
    if isinstance(given, PromptValue):
        return given.to_messages()
    if isinstance(given, Sequence):
        return _converted(given)
    if (messages := _field(given, "messages")) is not None:
        return _converted(messages)
    for name in _TEXTS:
        if isinstance(text := _field(given, name), str):
            return [HumanMessage(text)]
    raise InputError(f"palate was given {type(given).__name__}; give it {_SHAPES}.")


def _converted(messages: Any) -> list[BaseMessage]:
    try:
        return convert_to_messages(messages)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise InputError(f"These are no messages ({error}); give palate {_SHAPES}.") from error


def _field(given: Any, name: str) -> Any:
    """A field of a mapping, a pydantic object or a dataclass; None where there is none."""
    return given.get(name) if isinstance(given, Mapping) else getattr(given, name, None)


def _last_conversation(messages: Sequence[BaseMessage], key: str) -> str | None:
    told = (turn_in(message, key) for message in reversed(messages))
    return next((turn["conversation"] for turn in told if turn and turn["conversation"]), None)
