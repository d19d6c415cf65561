"""The real agent at a moment of a dialogue: what it shows, and what it writes.

The agent is the one of the chat, over the set's catalogue and with what the training part taught. Of what was said
before the moment it knows what it would know in a chat. Every message of the seeker goes through its reader, and the
model's, as text; no titles are linked for it. Of the recommender's own words it knows which items they name, as it
knows its own slates. For earlier messages nothing is recommended and nothing written; the last has its whole turn.
The turn is then taken again for a slate of `WIDE` items, with what the model read the first time, up to the slate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar, cast

from palate.agent.agent import Agent
from palate.agent.context import Limits
from palate.agent.events import Event, Recommended, StateChanged, TurnFinished
from palate.agent.state import DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import ItemId, Recommendation, Speaker, Utterance
from palate.errors import ModelError
from palate.eval.dialogues.cases import Asked
from palate.eval.dialogues.models import Repeating, Source, Watched
from palate.llm.model import Messages
from palate.retrieval.engine import Engine

E = TypeVar("E", bound=Event)

WIDE = 10
"""Items of the longer slate."""


@dataclass(frozen=True)
class Spoken:
    """One turn of the agent."""

    message: str = ""
    """The seeker's last one; empty: there is none to answer, so the agent was not asked."""
    shown: tuple[Recommendation, ...] = ()
    """The slate; empty where the agent greets, explains or does not understand."""
    wide: tuple[ItemId, ...] = ()
    """The slate of `WIDE` items."""
    finished: TurnFinished | None = None
    state: DialogueState = field(default_factory=DialogueState)
    failures: tuple[ModelError, ...] = ()
    """How the model failed in this turn; templates and the plain reader stood in for it."""
    replayed: int = 0
    """Model calls that reading earlier messages took; a chat has made them in earlier turns."""

    @property
    def reply(self) -> str:
        """What it writes."""
        return self.finished.reply if self.finished else ""


class WholeAgent:
    """Answers at moments; those of one dialogue, asked in order, are read on from each other."""

    def __init__(self, catalogue: Catalogue, engine: Engine, limits: Limits, source: Source | None) -> None:
        """Without a `source` the plain reader and templates answer."""
        self.catalogue = catalogue
        self._agent = Agent(catalogue, engine, limits)
        wide = Engine(catalogue, options=replace(engine.options, slate_size=WIDE), families=engine.families)
        self._wide = self._agent.changed(catalogue, wide)
        self._source = source
        self._past: tuple[Utterance, ...] = ()
        self._state = DialogueState()

    @property
    def warm_up(self) -> Sequence[Messages]:
        """What a model may read ahead."""
        return self._agent.warm_up

    @property
    def agent(self) -> Agent:
        """The agent."""
        return self._agent

    def answer(self, asked: Asked) -> Spoken:
        """Take the turn. Raises ModelUnavailable where the model is gone; the same may then be asked again.

        Where the recommender spoke last, the seeker's last message is answered as if it had come after that.
        """
        said = asked.dialogue
        last = max((n for n, each in enumerate(said) if _asks(each)), default=None)
        if last is None:
            return Spoken()
        message = said[last].text
        before, replayed = self._before((*said[:last], *said[last + 1 :]))
        model = self._model()
        events = list(self._agent.stream(message, before, (), model))
        _stop_if_lost(model)
        again = Repeating(model.name, model.read_) if model else None
        wide = _until(self._wide.stream(message, before, (), again), Recommended)
        finished = next(event for event in events if isinstance(event, TurnFinished))
        heard = next(event for event in events if isinstance(event, StateChanged))
        if last == len(said) - 1:
            # The next moment of the dialogue goes on from what was read, not from what was shown now.
            self._past, self._state = said, DialogueState.model_validate(heard.state)
        return Spoken(
            message,
            next((event.slate.recommendations for event in events if isinstance(event, Recommended)), ()),
            tuple(item.id for item in wide.slate.items) if wide else (),
            finished,
            DialogueState.model_validate(heard.state),
            tuple(model.failures) if model else (),
            replayed,
        )

    def _before(self, said: tuple[Utterance, ...]) -> tuple[DialogueState, int]:
        """The state after `said`, and the model calls that it took to read what had not been read before."""
        known = len(self._past) if said[: len(self._past)] == self._past else 0
        state = self._state if known else DialogueState()
        calls = 0
        for each in said[known:]:
            if each.speaker is Speaker.RECOMMENDER:
                state = state.answered(each, self.catalogue)
            elif each.text.strip():
                model = self._model()
                heard = _until(self._agent.stream(each.text, state, (), model), StateChanged)
                _stop_if_lost(model)
                calls += len(model.read_) if model else 0
                state = DialogueState.model_validate(heard.state) if heard else state
        self._past, self._state = said, state
        return state, calls

    def _model(self) -> Watched | None:
        return Watched(self._source.get()) if self._source else None


class _Ends(Protocol):
    def close(self) -> None: ...


def _asks(said: Utterance) -> bool:
    return said.speaker is Speaker.SEEKER and bool(said.text.strip())


def _until(events: Iterator[Event], kind: type[E]) -> E | None:
    """The first event of a kind; the turn ends with it."""
    with closing(cast("_Ends", events)):
        return next((event for event in events if isinstance(event, kind)), None)


def _stop_if_lost(model: Watched | None) -> None:
    if model and model.lost:
        raise model.lost
