"""The replies that show no new slate: answers, comparisons, reasons, choices and small talk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from palate.agent.reading.acts import WHY_NOT
from palate.agent.reading.shopping import ASKS_FACTS
from palate.agent.speaking import answers, templates
from palate.agent.speaking.absent import absent, because, there
from palate.agent.speaking.comparing import compared
from palate.agent.speaking.wording import Wording
from palate.agent.state import Act, DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import Interaction, ItemId, Query, Recommendation
from palate.retrieval.asking.question import Aim
from palate.retrieval.engine import Engine
from palate.tools import Told

_EXPLAINED = 2
"""Items whose reasons are told at once."""


class Answering:
    """Puts what the tools told into words, over one snapshot of a catalogue."""

    def __init__(self, catalogue: Catalogue, engine: Engine, wording: Wording) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._wording = wording

    def told(self, state: DialogueState, found: Sequence[Told]) -> Iterator[str]:
        """Sentences for what the tools of this turn told."""
        language, wording = state.language, self._wording
        for told in found:
            if told.answer is not None and state.act is Act.ASK_ITEM:
                # Whether something is so: the details that follow say what is.
                yield wording.phrases.say("answer_yes" if told.answer.count else "answer_no", language)
            elif told.answer is not None:
                yield from answers.answered(told.answer, wording, language)
            elif told.details is not None:
                yield from answers.details(told.details.item, told.details.columns, wording, language)
            elif told.comparison is not None:
                yield from compared(told.comparison, wording, language)
            elif told.said:
                yield told.said

    def accepted(self, state: DialogueState) -> str:
        """That the choice is noted."""
        title = self._wording.title(self._catalogue.get(state.focus[0]).title, state.language)
        return self._wording.phrases.say("accepted", state.language, title=title)

    def focus(self, state: DialogueState, found: Sequence[Told]) -> DialogueState:
        """The state with the item that an answer names in focus: "who directed it?" is about the longest one then."""
        items = [item.id for told in found if told.answer for item in told.answer.items]
        extreme = any(told.answer and told.answer.question.aim in {Aim.MOST, Aim.LEAST} for told in found)
        return state.model_copy(update={"focus": tuple(items[:1])}) if items and extreme else state

    def why(
        self, before: DialogueState, state: DialogueState, history: tuple[Interaction, ...], query: Query, text: str
    ) -> Iterator[str]:
        """The reasons for the items pointed at, or for their absence, under the state they were recommended in."""
        pointed = (state.focus or state.slate[:1])[:_EXPLAINED]
        asked = replace(before.query(before.request), history=history)
        here = [i for i in pointed if i in state.slate]
        profile = self._engine.slate(asked, ()).profile if here else {}
        facts_only = not self._catalogue.schema.vocabulary and bool(ASKS_FACTS.search(text))
        missed = bool(WHY_NOT.search(text))
        for recommendation in self._engine.explain(asked, here):
            if missed:
                place = state.slate.index(recommendation.item.id) + 1
                yield there(recommendation.item, place, self._wording, state.language)
            marked = self._known(recommendation, before, history)
            yield from templates.why(marked, self._wording, state.language, profile, scored=not facts_only)
        for item in pointed:
            if item not in here:
                yield from self._absent(before, query, item, state.language)

    def _absent(self, before: DialogueState, query: Query, item: ItemId, language: str) -> Iterator[str]:
        # What this slate itself has shown keeps nothing out of it.
        earlier = before.model_copy(update={"shown": tuple(i for i in before.shown if i not in before.slate)})
        excluded = query.exclude - frozenset(before.slate) | frozenset((*earlier.shown, *before.seen, *before.named))
        why = self._engine.absent(replace(query, exclude=excluded), item, because(earlier))
        yield from absent(why, self._wording, language)

    def _known(
        self, recommendation: Recommendation, state: DialogueState, history: tuple[Interaction, ...]
    ) -> Recommendation:
        """`recommendation` with comparisons to what the person knows only."""
        return templates.marked(recommendation, state, spoken_of(state, history, self._catalogue))


def spoken_of(state: DialogueState, history: tuple[Interaction, ...], catalogue: Catalogue) -> frozenset[str]:
    """Titles that the person knows of: named, or in their history. Nothing is compared with any other."""
    ids = [*state.liked, *state.disliked, *state.named, *state.seen, *(i.item_id for i in history)]
    return frozenset(catalogue.get(i).title for i in ids if i in catalogue)
