"""Lasting preferences in a conversation: what is proposed for keeping, and what the person answers to that.

Nothing is kept without a yes. What is asked once is not asked again in the same conversation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from langchain_core.tools import BaseTool

from palate.agent.elements import Telling
from palate.agent.quantities.turning import turned
from palate.agent.reading.consent import answer
from palate.agent.reading.lasting import Clause, Lasting, lasting
from palate.agent.reading.reading import Reading
from palate.agent.speaking.wording import listing
from palate.agent.state import Act, DialogueState, merge_constraints
from palate.agent.text import is_chinese
from palate.agent.wishes import less
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, Op
from palate.errors import PalateError
from palate.preference import Bearing, Preference
from palate.tools.keeping import Keeping
from palate.tools.writing import written

_MOST = 3
"""Preferences that one question asks about."""
_UP = re.compile(
    r"\b(?:over|above|after|since|later|more|longer|newer|pricier|dearer|bigger|heavier)\b|超过|以上|多于|大于|高于|之后|以后的",
    re.I,
)
_DOWN = re.compile(
    r"\b(?:under|below|before|earlier|less|fewer|shorter|older|cheaper|smaller|lighter)\b|不到|以下|少于|小于|低于|之前|以前",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message after the answer in it has been taken."""

    text: str
    """What is left to read."""
    state: DialogueState
    """What to go on from; nothing is proposed in it any more."""
    said: str = ""
    """What the reply has to say about it first; empty where nothing was answered."""
    reading: Reading | None = None
    """Given where the message only answers: there is nothing else to read and nothing to recommend."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Proposes and keeps lasting preferences over one snapshot of a catalogue; holds nothing itself."""

    read: Callable[[str, DialogueState], Reading]
    telling: Telling
    catalogue: Catalogue
    tools: Mapping[str, BaseTool]

    def hear(self, text: str, state: DialogueState, keeping: Keeping) -> Heard:
        """Take the answer to the last question out of a message, and keep what was agreed to."""
        proposed, before = state.proposed, state.model_copy(update={"proposed": ()})
        answered = answer(text) if proposed else None
        if answered is None:
            return Heard(text, before)
        language = "zh" if is_chinese(text) or state.language == "zh" else "en"
        if answered.agrees:
            before, said = self._keep(proposed, before, keeping, language)
        else:
            said = self.telling.wording.phrases.say("remember_not", language)
        only = None if answered.rest else Reading(act=Act.CHAT, language=language)
        return Heard(answered.rest or text, before, said, only)

    def _keep(
        self, proposed: Sequence[Preference], state: DialogueState, keeping: Keeping, language: str
    ) -> tuple[DialogueState, str]:
        say, kept = self.telling.wording.phrases.say, []
        try:
            for one in proposed:
                kept += written(self.tools["remember_preference"], preference=one, keeping=keeping)
        except PalateError as error:
            return state, say("remember_failed", language, reason=str(error))
        left = tuple(old for old in state.kept if not any(new.replaces(old) for new in kept))
        said = self._phrases(kept or proposed, language)
        return state.model_copy(update={"kept": (*left, *kept)}), say("remember_done", language, what=said)

    def propose(self, text: str, state: DialogueState, keeping: Keeping) -> DialogueState:
        """The state after a message, with what it says for good put forward for keeping."""
        if not keeping.keeps or state.act is Act.RESET:
            return state
        found: list[Preference] = []
        for clause in lasting(text):
            said = self.read(clause.text, DialogueState())
            state, wishes = self._wishes(clause, said, state)
            state = _unsaid(state, clause.cue, said.words if wishes else "")
            found += [replace(one, said=clause.text, language=said.language) for one in wishes]
        known = (*state.kept, *state.asked)
        new = [one for one in found if not any(one.same(other) for other in known)]
        new = [one for place, one in enumerate(new) if not any(one.same(other) for other in new[:place])][:_MOST]
        return state.model_copy(update={"proposed": tuple(new), "asked": (*state.asked, *new)})

    def question(self, state: DialogueState, keeping: Keeping) -> str:
        """The question whether what is proposed may be kept; empty where nothing is."""
        if not state.proposed:
            return ""
        key = "remember_shared" if keeping.shared else "remember"
        return self.telling.wording.phrases.say(
            key, state.language, what=self._phrases(state.proposed, state.language)
        )

    def _phrases(self, preferences: Iterable[Preference], language: str) -> str:
        return listing([self.telling.preference(one, language) for one in preferences], language)

    def _wishes(
        self, clause: Clause, said: Reading, state: DialogueState
    ) -> tuple[DialogueState, Sequence[Preference]]:
        """What a clause says for good, and the state with it: a bound that "never" turns round is put right."""
        how = clause.how
        denied = [c for c in said.constraints if c.op is Op.NONE]
        found: list[Preference] = []
        if how in (Lasting.FOND, Lasting.LOVE):
            found += [Preference(Bearing.WANTED, entity=e) for e in (*said.wanted, *self._values(said.constraints))]
            found += [Preference(Bearing.LIKED, item_id=item) for item in said.liked]
            if how is Lasting.LOVE:
                return state, [one for one in found if any(one.replaces(old) for old in state.kept)]
            return state, found
        if how is Lasting.NEVER:
            turned = [(c, _turned(c, clause.text, self.catalogue)) for c in said.constraints if c.op is Op.RANGE]
            for old, new in turned:
                state = state.model_copy(
                    update={"constraints": merge_constraints(less(state.constraints, old), (new,))}
                )
            denied += [new for _, new in turned]
        else:
            denied = list(said.constraints)
            found += [Preference(Bearing.WANTED, entity=entity) for entity in said.wanted]
            found += [Preference(Bearing.LIKED, item_id=item) for item in said.liked]
        found += [Preference(Bearing.CONSTRAINT, constraint=wish) for wish in denied]
        found += [Preference(Bearing.UNWANTED, entity=entity) for entity in said.unwanted]
        found += [Preference(Bearing.DISLIKED, item_id=item) for item in said.disliked]
        return state, [part for one in found for part in one.parts]

    def _values(self, constraints: Iterable[Constraint]) -> list[Entity]:
        """The values that inclusions ask for, under the relations that have them."""
        schema = self.catalogue.schema
        return [
            Entity(relation, value)
            for wish in constraints
            if wish.op in (Op.ANY, Op.ALL)
            for value in wish.values
            for relation in schema.relations_of(wish.attribute)
            if relation in schema.relations and len(self.catalogue.rows_with(relation, value))
        ]


def _unsaid(state: DialogueState, cue: str, words: str) -> DialogueState:
    """The state without search words of a lasting clause: what it means is a wish, the rest of it form."""
    gone = words.split()
    left = " ".join(w for w in state.request.split() if w.casefold() not in cue.casefold() and w not in gone)
    return state if left == state.request else state.model_copy(update={"request": left})


def _turned(wish: Constraint, text: str, catalogue: Catalogue) -> Constraint:
    """What "never" leaves of a range with one end: "never longer than two hours" allows up to two hours.

    What the reader has turned round itself (不要超过两小时) stays.
    """
    if wish.low is not None and wish.high is None and _UP.search(text):
        return turned(wish, catalogue.schema)
    if wish.high is not None and wish.low is None and _DOWN.search(text):
        return turned(wish, catalogue.schema)
    return wish
