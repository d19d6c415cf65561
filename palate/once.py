"""Messages that belong to no conversation; what nobody in particular asks again is not worked out again."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from palate.agent.agent import Agent
from palate.agent.events import Event
from palate.agent.state import DialogueState
from palate.domain import Interaction
from palate.llm.model import ChatModel
from palate.store.records import StoredSlate
from palate.turn import Record, Turn

MOST = 4_000
"""Answers that are kept; some 10 KB each."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the same object as long as it is kept."""

    turn: Turn
    slate: StoredSlate | None
    """What was shown, of nobody and without an id of its own yet; None: nothing was."""
    kept: bool = False
    """Whether it is given again where the same is asked; never what a person said, who may want it forgotten."""


class Once:
    """Answers without a model, by message; of one agent, since another knows another catalogue."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._agent: weakref.ref[Agent] | None = None
        """Weakly: an agent that is no longer in force goes, with all that it has worked out for people."""
        self._kept: OrderedDict[str, Answered] = OrderedDict()
        self._changing = threading.Lock()

    def answer(
        self, agent: Agent, text: str, state: DialogueState, history: tuple[Interaction, ...], model: ChatModel | None
    ) -> Answered:
        """One turn of a person, worked out each time and not kept."""
        return _answered(agent.stream(text, state, history, model))

    def nobodys(self, agent: Agent, text: str, model: ChatModel | None) -> Answered:
        """One turn of nobody in particular, from memory where the same was asked before and no model is."""
        if model is not None:
            return self.answer(agent, text, DialogueState(), (), model)
        with self._changing:
            if not self._serves(agent):
                self._agent, self._kept = weakref.ref(agent), OrderedDict()
            found = self._kept.get(text)
            if found is not None:
                self._kept.move_to_end(text)
                return found
        answered = replace(self.answer(agent, text, DialogueState(), (), None), kept=True)
        with self._changing:
            if self._serves(agent):
                self._kept[text] = answered
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return answered

    def _serves(self, agent: Agent) -> bool:
        return self._agent is not None and self._agent() is agent


def _answered(events: Iterable[Event]) -> Answered:
    record, whole = Record("", ""), tuple(events)
    for event in whole:
        record.note(event)
    return Answered(Turn.of(whole), record.slate())
