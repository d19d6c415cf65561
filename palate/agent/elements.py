"""The dialogue state for people: what was understood in words, each under a key by which it can be taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState, Guess
from palate.agent.text import fold, singular
from palate.agent.wishes import in_force, less
from palate.domain import Constraint, Entity, ItemId, Op
from palate.errors import UnknownElement
from palate.preference import Bearing, Preference

Thing: TypeAlias = Constraint | Entity | Guess | str
"""A constraint, a value, a title that the catalogue lacks, the id of an item, or search words."""


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that was understood."""

    key: str
    """Made of what it says, so that an old key never takes out something new."""
    phrase: str
    """In the language of the last message."""
    kept: bool = False
    """Whether it comes from a lasting preference."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What has been understood in a conversation."""

    version: int
    language: str
    elements: Sequence[Element] = ()
    proposed: Sequence[str] = ()
    """What the last reply asked leave to keep, in the same words."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Says the parts of a state; `title` gives the title of an item in a language."""

    wording: Wording
    title: Callable[[ItemId, str], str]

    def understood(self, state: DialogueState) -> Understood:
        """The state in words."""
        elements = tuple(
            Element(_key(field, thing), self._phrase(field, thing, state.language), _is_kept(state, field, thing))
            for field, thing in _things(state)
        )
        proposed = tuple(self.preference(one, state.language) for one in state.proposed)
        return Understood(state.version, state.language, elements, proposed)

    def preference(self, preference: Preference, language: str) -> str:
        """A lasting preference in words: "no Horror"."""
        thing = preference.constraint or preference.entity or preference.item_id
        if preference.kind is Bearing.WANTED and isinstance(thing, Entity):
            return self.wording.phrases.say("fond", language, self.wording.entity(thing, language))
        return self._phrase(_FIELDS[preference.kind], thing, language)

    def _phrase(self, field: str, thing: Thing, language: str) -> str:
        say = self.wording.phrases.say
        if isinstance(thing, Constraint):
            return self.wording.constraint(thing, language)
        if isinstance(thing, Entity):
            return say(_SAID[field], language, self.wording.entity(thing, language))
        if isinstance(thing, Guess):
            return say(_SAID[field], language, thing.title)
        if field == "request":
            return say("words", language, thing)
        return say(_SAID[field], language, self.title(thing, language))


_SAID = {
    "liked": "like",
    "guesses": "like",
    "disliked": "unlike",
    "wanted": "rather",
    "unwanted": "less",
    "seen": "known",
}
"""The phrase for each field of the state."""
_FIELDS = {
    Bearing.CONSTRAINT: "constraints",
    Bearing.WANTED: "wanted",
    Bearing.UNWANTED: "unwanted",
    Bearing.LIKED: "liked",
    Bearing.DISLIKED: "disliked",
}


def without(state: DialogueState, key: str) -> DialogueState:
    """The next version of the state, without the element of this key; an undo brings it back.

    Raises UnknownElement.
    """
    field, thing = next(((f, t) for f, t in _things(state) if _key(f, t) == key), ("", ""))
    if not field:
        raise UnknownElement(f"The conversation has no {key!r} any more; it may have been taken out already.")
    changed: dict[str, object] = {"version": state.version + 1}
    if isinstance(thing, Constraint):
        changed["constraints"] = less(state.constraints, thing)
        changed["limits"] = tuple(limit for limit in state.limits if limit.attribute != thing.attribute)
        changed["request"] = _unsaid(state.request, thing.values)
    elif field == "request":
        changed["request"] = ""
    else:
        changed[field] = tuple(one for one in getattr(state, field) if one != thing)
        if isinstance(thing, Entity):
            changed["request"] = _unsaid(state.request, (thing.value,))
        elif isinstance(thing, str):
            items = {u: tuple(i for i in u.items if i != thing) for u in state.said}
            changed["said"] = tuple(replace(u, items=items[u]) for u in state.said)
    return state.remembering().model_copy(update=changed)


def _things(state: DialogueState) -> Iterator[tuple[str, Thing]]:
    """Everything in the state that can be taken out alone, each with its field; one value of an exclusion each."""
    for wish in state.constraints:
        if wish.op is Op.NONE:
            yield from (("constraints", replace(wish, values=(value,))) for value in wish.values)
        else:
            yield "constraints", wish
    for field in ("liked", "disliked", "guesses", "wanted", "unwanted", "seen"):
        yield from ((field, thing) for thing in getattr(state, field))
    if state.request:
        yield "request", state.request


def _key(field: str, thing: Thing) -> str:
    if isinstance(thing, Constraint):
        bounds = ["" if bound is None else f"{bound:g}" for bound in (thing.low, thing.high)]
        told = "..".join(bounds) if thing.op is Op.RANGE else ",".join(thing.values)
        return f"{field}/{thing.attribute}/{thing.op.value}/{told}"
    if isinstance(thing, Entity):
        return f"{field}/{thing.relation}/{thing.value}"
    return f"{field}/{thing.title if isinstance(thing, Guess) else thing}"


def _is_kept(state: DialogueState, field: str, thing: Thing) -> bool:
    return any(
        thing in (p.constraint, p.entity, p.item_id) and _FIELDS[p.kind] == field and in_force(state, p)
        for p in state.kept
    )


def _unsaid(request: str, values: Sequence[str]) -> str:
    """The search words without those of `values`."""
    gone = {singular(word) for value in values for word in fold(value).split()}
    return " ".join(word for word in request.split() if singular(fold(word)) not in gone)
