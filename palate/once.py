"""Messages that belong to no conversation, answered once: the same request of one person is worked out once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TypeAlias

from palate.agent.agent import Agent
from palate.agent.events import Event
from palate.agent.state import DialogueState
from palate.domain import Interaction
from palate.llm.model import ChatModel

MOST = 4_000
"""Answers that are kept; some 10 KB each."""

Events: TypeAlias = tuple[Event, ...]


class Once:
    """Answers without a model, by message, state and history; of one agent, since another knows another catalogue."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._agent: Agent | None = None
        self._kept: OrderedDict[tuple[object, ...], Events] = OrderedDict()
        self._changing = threading.Lock()

    def answer(
        self, agent: Agent, text: str, state: DialogueState, history: tuple[Interaction, ...], model: ChatModel | None
    ) -> Events:
        """All events of one turn, from memory where the same was asked before and no model is."""
        if model is not None:
            return tuple(agent.stream(text, state, history, model))
        # `at` is not heeded: the history is in its order already.
        done = tuple((each.item_id, each.kind, each.value, each.weight) for each in history)
        asked = (text, state.model_dump_json(), done)
        with self._changing:
            if agent is not self._agent:
                self._agent, self._kept = agent, OrderedDict()
            found = self._kept.get(asked)
            if found is not None:
                self._kept.move_to_end(asked)
                return found
        events = tuple(agent.stream(text, state, history, None))
        with self._changing:
            if agent is self._agent:
                self._kept[asked] = events
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return events
