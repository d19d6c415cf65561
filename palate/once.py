"""Messages that belong to no conversation; what is asked again is not worked out again.

Only of those of whom nothing is known: they all get the same. What a person asked is kept for a minute at most, and
goes when the person is erased.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from palate.agent.agent import Agent
from palate.agent.events import Event
from palate.agent.state import DialogueState
from palate.domain import Interaction
from palate.llm.model import ChatModel
from palate.store.records import StoredSlate
from palate.turn import Record, Turn

MOST = 4_000
"""Answers that are kept; some 10 KB each."""
LIFE = 60.0
"""Seconds that an answer is given again once a person, not just nobody in particular, has asked for it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the same object as long as it is kept."""

    turn: Turn
    slate: StoredSlate | None
    """What was shown, of nobody and without an id of its own yet; None: nothing was."""
    kept: bool = False
    """Whether it is given again where the same is asked."""
    written: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """The answer as whoever hands it out writes it, so that it is written once; it goes with the answer."""


@dataclass(slots=True)
class _Entry:
    answered: Answered
    at: float
    people: set[str] = field(default_factory=set)
    """Who asked for it, by id."""


class Once:
    """Answers without a model, by message; of one agent, since another knows another catalogue."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._agent: weakref.ref[Agent] | None = None
        """Weakly: an agent that is no longer in force goes, with all that it has worked out for people."""
        self._kept: OrderedDict[str, _Entry] = OrderedDict()
        self._changing = threading.Lock()
        self._tidying: threading.Timer | None = None

    def answer(
        self, agent: Agent, text: str, state: DialogueState, history: tuple[Interaction, ...], model: ChatModel | None
    ) -> Answered:
        """One turn of a person of whom something is known, worked out each time and not kept."""
        return _answered(agent.stream(text, state, history, model))

    def blank(self, agent: Agent, text: str, model: ChatModel | None, person: str = "") -> Answered:
        """One turn of somebody of whom nothing is known, from memory where the same was asked and no model is.

        `person` is the id of who asks; empty: nobody in particular.
        """
        if model is not None:
            return self.answer(agent, text, DialogueState(), (), model)
        with self._changing:
            if not self._serves(agent):
                self._agent, self._kept = weakref.ref(agent), OrderedDict()
            found = self._kept.get(text)
            if found is not None and not self._old(found):
                self._note(found, person)
                self._kept.move_to_end(text)
                return found.answered
        answered = replace(self.answer(agent, text, DialogueState(), (), None), kept=True)
        with self._changing:
            if self._serves(agent):
                made = self._kept[text] = _Entry(answered, self._clock())
                self._note(made, person)
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return answered

    def forget(self, person: str) -> None:
        """Drop what a person asked."""
        with self._changing:
            self._drop(lambda entry: person in entry.people)

    def tidy(self) -> None:
        """Drop what people asked a while ago."""
        with self._changing:
            self._tidying = None
            self._drop(self._old)
            if any(entry.people for entry in self._kept.values()):
                self._tidy_later()

    def close(self) -> None:
        """Forget everything."""
        with self._changing:
            self._kept.clear()
            if self._tidying is not None:
                self._tidying.cancel()
                self._tidying = None

    def _serves(self, agent: Agent) -> bool:
        return self._agent is not None and self._agent() is agent

    def _old(self, entry: _Entry) -> bool:
        return bool(entry.people) and self._clock() - entry.at > LIFE

    def _note(self, entry: _Entry, person: str) -> None:
        if person:
            entry.people.add(person)
            self._tidy_later()

    def _tidy_later(self) -> None:
        if self._tidying is None:
            self._tidying = threading.Timer(LIFE, self.tidy)
            self._tidying.daemon = True
            self._tidying.name = "palate-once"
            self._tidying.start()

    def _drop(self, going: Callable[[_Entry], bool]) -> None:
        for text in [text for text, entry in self._kept.items() if going(entry)]:
            del self._kept[text]


def _answered(events: Iterable[Event]) -> Answered:
    record, whole = Record("", ""), tuple(events)
    for event in whole:
        record.note(event)
    return Answered(Turn.of(whole), record.slate())
