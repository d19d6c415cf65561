"""What a turn yields, in this order; the page, the service and the evaluation all read this one stream.

`StateChanged`, then `ToolStarted` / `ToolFinished` (interleaved), `Recommended`, `Token` …, `TurnFinished`.
`HandedOver` comes before the words that say so. `Notice` may come anywhere before the end: the model fell back, the
conversation is unknown, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from palate.domain import Slate
from palate.retrieval.clock import Lap

Mode: TypeAlias = Literal["llm", "fallback"]


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The message has been read."""

    state: Mapping[str, Any]
    """The dialogue state after this message, as JSON."""
    summary: tuple[str, ...]
    """The state in a few plain phrases, for people: "after 2010", "no Horror", "like Inception"."""


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool was called."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """A tool has answered."""

    name: str
    found: int
    """Candidates it brought."""
    ms: float
    detail: str = ""
    """One plain line about what it found, or why it failed."""
    failed: bool = False
    laps: tuple[Lap, ...] = field(default=(), compare=False, repr=False)
    """The stages of retrieval inside it, for whoever watches; they are no part of what a person is told."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """The slate; it comes before a word of the reply."""

    slate: Slate
    id: str = ""
    """What it is called in the store, once the turn is kept; empty: it will not be."""
    laps: tuple[Lap, ...] = field(default=(), compare=False, repr=False)
    """As those of a tool: fusion, diversity, facts."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the reply: a whole sentence that has been checked against the Facts."""

    text: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The message was handed on to people, because a recommender cannot help with it; once a turn at most."""

    reason: str
    """The message, in the person's own words."""
    summary: tuple[str, ...]
    """What they should know of the conversation, in plain lines."""
    outcome: str
    """As `palate.hook.Handed` has it: `nobody`, `answered`, `silent`, `failed` or `late`; or `queued`."""
    answer: str = ""
    """The line that is shown to the person; empty unless `answered` or `queued`."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person should know about this turn, in plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class TurnFinished:
    """The turn is over and stored."""

    conversation: str
    reply: str
    mode: Mode
    model_calls: int
    tokens_in: int
    tokens_out: int
    ms: Mapping[str, float]
    """Milliseconds: `understand`, `tools`, `fuse`, `first_items`, `first_token`, `total`."""
    state: Mapping[str, Any]
    """The dialogue state after the turn, as JSON; the next turn starts from it."""
    written: int = 0
    """Sentences of the model in the reply; so the next two."""
    replaced: int = 0
    """Sentences for which a template stands, because the model's said what no Fact bears out, or said nothing."""
    rejected: tuple[str, ...] = ()
    """The model's sentences that were not shown, each with what is wrong in it."""
    position: int = -1
    """Of the turn in its conversation, from 0."""
    kept: bool = False
    """Whether it is in the store."""
    prompts: str = ""
    """The prompts that a model was asked with, each with its version: "read-films 2, read-message 1"."""


Event: TypeAlias = (
    StateChanged | ToolStarted | ToolFinished | Recommended | HandedOver | Token | Notice | TurnFinished
)
