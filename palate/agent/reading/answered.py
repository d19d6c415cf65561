"""A message that changes no wish: a question, or the choice of an item."""

from __future__ import annotations

from palate.agent.reading.acts import Seen
from palate.agent.reading.draft import once
from palate.agent.reading.pointing import ALL
from palate.agent.reading.reading import Reading
from palate.agent.state import Act, DialogueState
from palate.retrieval.asking.question import Aim, Question


def answered(act: Act, language: str, clean: str, state: DialogueState, seen: Seen) -> Reading:
    """A message that changes no wish: a question, or the choice of an item."""
    both = act is Act.COMPARE and len(seen.focus) < 2
    named = once((*seen.focus, *seen.items)) if both else seen.focus or seen.items
    if act is Act.COMPARE and len(named) < 2:
        named = state.slate if ALL.search(clean) or len(state.slate) < 3 else state.slate[:2]
    spoken_of = named or state.focus or state.slate[:1]
    asked = seen.wishes_said if act is Act.ASK_ITEM and seen.yes_or_no else ()
    if act is Act.ASK_CATALOGUE:
        return Reading(act=act, language=language, question=seen.question, people=seen.people)
    return Reading(
        act=act,
        language=language,
        focus=spoken_of,
        columns=once((*(c.attribute for c in asked), *seen.columns)),
        question=Question(Aim.COUNT, "", asked, spoken_of) if asked else None,
        people=seen.people,
    )
