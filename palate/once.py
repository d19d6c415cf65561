"""Messages that belong to no conversation, answered once: the same request of one person is worked out once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

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


class Once:
    """Answers without a model, by agent, message, state and history: an agent knows one catalogue."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._force: Agent | None = None
        self._kept: OrderedDict[tuple[object, ...], Answered] = OrderedDict()
        self._changing = threading.Lock()

    def answer(
        self,
        agent: Agent,
        text: str,
        state: DialogueState,
        history: tuple[Interaction, ...],
        model: ChatModel | None,
        force: Agent | None = None,
    ) -> Answered:
        """One turn, from memory where `agent` was asked the same before and no model is.

        `force` is the agent in force, where `agent` is one that was made of it: with another, what was is forgotten.
        """
        force = force or agent
        if model is not None:
            return _answered(agent.stream(text, state, history, model))
        # `at` is not heeded: the history is in its order already.
        done = tuple((each.item_id, each.kind, each.value, each.weight) for each in history)
        asked = (agent, text, state.model_dump_json(), done)
        with self._changing:
            if force is not self._force:
                self._force, self._kept = force, OrderedDict()
            found = self._kept.get(asked)
            if found is not None:
                self._kept.move_to_end(asked)
                return found
        answered = _answered(agent.stream(text, state, history, None))
        with self._changing:
            if force is self._force:
                self._kept[asked] = answered
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return answered


def _answered(events: Iterable[Event]) -> Answered:
    record, whole = Record("", ""), tuple(events)
    for event in whole:
        record.note(event)
    return Answered(Turn.of(whole), record.slate())
