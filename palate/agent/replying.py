"""The reply of a turn, sentence by sentence: what became of the last question, an answer or a slate, the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from langchain_core.tools import BaseTool

from palate.agent.answering import Answering
from palate.agent.context import Context, Turn
from palate.agent.elements import Telling
from palate.agent.handing import handed_on
from palate.agent.preferences import Preferences
from palate.agent.querying import Querying
from palate.agent.speaking import templates
from palate.agent.speaking.explain import Explainer
from palate.agent.speaking.inquiring import asking
from palate.agent.speaking.quoting import quoted
from palate.agent.speaking.wording import Wording
from palate.agent.state import ANSWERED, WITHOUT_SLATE, Act
from palate.catalogue.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Replying:
    """Replies over one snapshot of a catalogue."""

    catalogue: Catalogue
    answering: Answering
    explainer: Explainer
    preferences: Preferences
    querying: Querying
    hand_over: BaseTool
    last_year: int | None

    @property
    def _wording(self) -> Wording:
        return self.querying.wording

    @property
    def _telling(self) -> Telling:
        return self.preferences.telling

    def reply(self, turn: Turn, context: Context) -> Iterator[str]:
        """The reply between what became of the last question and the next one."""
        language = turn["dialogue"].language
        if turn["heard"].said:
            yield turn["heard"].said
        if not turn["heard"].reading:
            yield from self._reply(turn, context)
        inquiry = turn.get("inquiry")
        if question := self.preferences.question(turn["dialogue"], context.keeping):
            yield question
        elif inquiry is not None and turn["slate"].recommendations:
            yield asking(inquiry, self._wording, language)

    def _reply(self, turn: Turn, context: Context) -> Iterator[str]:
        state, told = turn["dialogue"], [one for one in turn["told"] if not one.fits]
        quotes = [quoted(fit, self._wording, state.language) for one in turn["told"] for fit in one.fits]
        if state.act in WITHOUT_SLATE:
            yield from quotes
        yield from self.answering.told(state, told)
        if turn["reading"].enquired:
            return
        if state.act is Act.ACCEPT:
            yield self.answering.accepted(state)
        elif state.act is Act.EXPLAIN:
            query = self.querying.query(turn["before"], context.history)
            yield from self.answering.why(turn["before"], state, context.history, query, turn["text"])
        elif any(one.said for one in told) and state.act in WITHOUT_SLATE:
            return
        elif state.act in WITHOUT_SLATE - ANSWERED:
            handed = state.act is Act.OUT_OF_SCOPE and not turn["reading"].ordered
            taken_over = handed and handed_on(self.hand_over, turn["text"], state, self._telling, context.keeping)
            yield taken_over or templates.no_slate(state.act, self._wording, state.language)
        elif state.act in ANSWERED and not told:
            yield self._wording.phrases.say("no_answer", state.language)
        elif state.act not in WITHOUT_SLATE:
            yield from self._recommended(turn, context)
            yield from quotes

    def _recommended(self, turn: Turn, context: Context) -> Iterator[str]:
        """What is said beside a slate."""
        state, slate = turn["dialogue"], turn["slate"]
        if state.act is Act.UNDO:
            yield templates.undone(
                [e.phrase for e in self._telling.understood(state).elements], self._wording, state.language
            )
        yield from templates.notes(
            turn["reading"],
            state,
            slate,
            self._wording,
            self.last_year,
            nothing_found=_nothing_found(turn),
            again=turn.get("again", False),
        )
        if not slate.recommendations:
            yield templates.nothing_left(self._wording, state.language, empty=not len(self.catalogue))
        elif context.model is None:
            yield from self.explainer.templated(slate.recommendations, state.language)
        else:
            yield from self.explainer.written(
                context.model,
                turn["text"],
                state,
                slate.recommendations,
                [self.catalogue.get(i) for i in (*state.liked, *state.named)],
                context.outcome,
                context.cancelled.is_set,
            )
            context.spoke = context.spoke or context.outcome.written > 0


def _nothing_found(turn: Turn) -> bool:
    """Whether there is no reason for the slate but that its items are well known."""
    state = turn["dialogue"]
    sources = {ranking.source for found in turn["found"] for ranking in found.lists}
    return sources <= {"popularity", "recent", "tail"} and not (
        state.constraints or state.liked or state.wanted or state.guesses
    )
