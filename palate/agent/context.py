"""What one turn runs in, and what the nodes of the graph hand on."""

from __future__ import annotations

import operator
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Protocol, TypeAlias, TypedDict

import numpy as np

from palate.agent.early import Early
from palate.agent.events import Event
from palate.agent.preferences import Heard
from palate.agent.reading.reading import Reading
from palate.agent.reading.understand import ToolCall
from palate.agent.speaking.explain import Explanation
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Interaction, Measure, Slate
from palate.llm.model import ChatModel
from palate.retrieval.asking.inquiry import Inquiry
from palate.tools import Found, Told
from palate.tools.keeping import Keeping, Nowhere


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the model may take, in seconds, and how much it writes."""

    read: float = 20.0
    write: float = 60.0
    stall: float = 30.0
    items: int = 3
    """Items of a slate that the model writes about."""


class Turn(TypedDict, total=False):
    """What the nodes hand on."""

    text: str
    before: DialogueState
    dialogue: DialogueState
    """The dialogue state after the message."""
    reading: Reading
    plan: tuple[ToolCall, ...]
    call: ToolCall
    """Of a branch of `act`: its tool."""
    found: Annotated[list[Found], operator.add]
    told: Annotated[list[Told], operator.add]
    slate: Slate
    inquiry: Inquiry | None
    """The question back."""
    heard: Heard
    """The message after the answer to the last question has been taken out of it."""
    again: bool
    """Whether the slate has been shown before, because nothing else meets what is asked."""


Say: TypeAlias = Callable[[Event], None]
"""Hands an event to whoever reads the turn."""


class Nodes(Protocol):
    """What the nodes of the graph do, over one snapshot of a catalogue."""

    def understand(self, state: Turn, context: Context, say: Say) -> Turn:
        """From the message to the dialogue state and the plan."""

    def act(self, state: Turn, context: Context, say: Say) -> Turn:
        """Run one tool of the plan."""

    def fuse(self, state: Turn, context: Context, say: Say) -> Turn:
        """From what the tools found to the slate."""

    def explain(self, state: Turn, context: Context, say: Say) -> Turn:
        """From the slate to the reply."""


@dataclass(slots=True)
class Context:
    """What one turn runs in; never part of the graph's state."""

    nodes: Nodes
    history: tuple[Interaction, ...]
    model: ChatModel | None
    keeping: Keeping = field(default_factory=Nowhere)
    """Where the tools that write do so."""
    started: float = field(default_factory=time.perf_counter)
    cancelled: threading.Event = field(default_factory=threading.Event)
    outcome: Explanation = field(default_factory=Explanation)
    early: Early[Found | Told] | None = None
    """What was started while the model read."""
    ms: dict[str, float] = field(default_factory=dict)
    spoke: bool = False
    """Whether the model's words had a part in this turn."""

    def mark(self, stage: str, since: float) -> None:
        """Note the milliseconds of a stage."""
        self.ms[stage] = round((time.perf_counter() - since) * 1000, 1)


def last_year(catalogue: Catalogue) -> int | None:
    """The last year of a catalogue that has years."""
    for number in catalogue.schema.measuring(Measure.YEAR):
        years = catalogue.column(number)
        known = years[~np.isnan(years)]
        return int(known.max()) if len(known) else None
    return None
