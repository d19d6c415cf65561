"""What one message says, linked to the catalogue, and what it does to the dialogue state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from palate.agent.state import WITHOUT_SLATE, Act, DialogueState, Guess, merge_constraints, within
from palate.agent.text import fold, singular
from palate.agent.wishes import afresh, starting
from palate.domain import Constraint, Entity, ItemId, Op
from palate.retrieval.asking.question import Question

_T = TypeVar("_T")
_MOST_WORDS = 16
"""Words of a search text that grew over several messages."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, understood."""

    act: Act = Act.RECOMMEND
    language: str = "en"
    fresh: bool = False
    """A request of its own: earlier wishes are dropped, exclusions stay."""
    anchored: bool = False
    """What is liked here takes the place of what was liked before: "the second one but funnier"."""
    liked: tuple[ItemId, ...] = ()
    disliked: tuple[ItemId, ...] = ()
    seen: tuple[ItemId, ...] = ()
    named: tuple[ItemId, ...] = ()
    wanted: tuple[Entity, ...] = ()
    unwanted: tuple[Entity, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    forget: tuple[str, ...] = ()
    """Values (or attributes) whose constraints and leanings are withdrawn."""
    undo: bool = False
    """The last change of the wishes is taken back."""
    compared: tuple[str, ...] = ()
    """Numbers whose bound a comparison sets: "older"."""
    focus: tuple[ItemId, ...] = ()
    question: Question | None = None
    """About the catalogue."""
    columns: tuple[str, ...] = ()
    """Of a question about an item: what is asked; empty: everything."""
    guesses: tuple[Guess, ...] = ()
    people: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """Names that nothing in the catalogue has."""
    assumed: tuple[str, ...] = ()
    """Readings that bridged a typing error, as "X for Y", to be said aloud."""
    words: str = ""
    """For search by text: what nothing else explains and, where titles tell what an item is, what it is called. A
    search of films for "comedy" finds The King of Comedy."""
    adds: bool = False
    """Whether `words` add to those of earlier messages: "in red, please". Else they take their place."""
    ordered: bool = False
    """Whether it says nothing but orders to the machine (see `injected`): no person is to be bothered with it."""
    enquired: bool = False
    """Whether all of it is answered out of imported documents."""
    whole: bool = False
    """Whether patterns have read all that it says: a model has nothing to add."""
    substance: bool = True
    """False when nothing in the message was recognised; the model may know better."""

    def _limits(self, base: DialogueState) -> tuple[Constraint, ...]:
        """The musts after this message: those said before that nothing explicit takes the place of, and its own."""
        ranges = [c for c in self.constraints if c.op is Op.RANGE and c.attribute not in self.compared]
        gone = {c.attribute for c in ranges} | (set(self.forget) - set(self.compared))
        own = tuple(
            replace(c, low=c.low if c.is_firm("low") else None, high=c.high if c.is_firm("high") else None)
            for c in ranges
            if c.firm
        )
        return tuple(limit for limit in base.limits if limit.attribute not in gone) + own

    def _compared(self, state: DialogueState) -> tuple[str, ...]:
        """The numbers whose bounds come from comparisons, after this message."""
        said = {c.attribute for c in self.constraints if c.op is Op.RANGE} - set(self.compared)
        return tuple(dict.fromkeys(name for name in (*state.compared, *self.compared) if name not in said))

    def _request(self, base: DialogueState) -> str:
        """The search text after this message, without the words that are kept away or taken back now."""
        gone = {singular(word) for value in self.forget for word in fold(value).split()}
        gone |= self._replaced(base)
        gone |= {singular(w) for c in self.constraints if c.op is Op.NONE for v in c.values for w in fold(v).split()}
        if not gone and not self.adds:
            return self.words or base.request
        kept = base.request if self.adds else "" if self.words else base.request
        said = [word for word in kept.split() if singular(word.lower()) not in gone] if gone else kept.split()
        return " ".join(list(dict.fromkeys([*said, *self.words.split()]))[-_MOST_WORDS:])

    def _replaced(self, base: DialogueState) -> set[str]:
        """Words of values that others now stand in for: "white", once "what about red?" has been said."""
        new = {c.attribute: c.values for c in self.constraints if c.op in {Op.ANY, Op.ALL}}
        old = [v for c in base.constraints if c.op in {Op.ANY, Op.ALL} for v in c.values if c.attribute in new]
        kept = {singular(w) for values in new.values() for v in values for w in fold(v).split()}
        return {singular(w) for v in old for w in fold(v).split()} - kept

    def apply(self, state: DialogueState) -> DialogueState:
        """The state after this message."""
        if self.act is Act.RESET:
            fresh = DialogueState(version=state.version + 1, act=self.act, language=self.language)
            return starting(fresh, state.kept)
        common = {"version": state.version + 1, "act": self.act, "language": self.language, "focus": self.focus}
        if self.act in WITHOUT_SLATE:
            pointed = self.focus or state.focus
            return state.model_copy(
                update=common | {"focus": pointed, "people": _join(self.people, state.people)[:5]}
            )
        if self.undo:
            return state.undone().model_copy(update=common)
        base = state.remembering()
        if self.fresh:
            base = afresh(base)
        if self.anchored:
            base = base.model_copy(update={"liked": (), "guesses": ()})
        if self.forget:
            base = _forget(base, self.forget)
        against = set(self.disliked)
        constraints = merge_constraints(base.constraints, self.constraints)
        limits = self._limits(base)
        constraints = within(constraints, limits)
        said = {(c.attribute, v) for c in constraints for v in c.values}
        return base.model_copy(
            update=common
            | {
                "liked": tuple(i for i in _join(base.liked, self.liked) if i not in against),
                "disliked": tuple(i for i in _join(base.disliked, self.disliked) if i not in set(self.liked)),
                "seen": _join(base.seen, self.seen),
                "named": _join(base.named, self.named),
                "wanted": tuple(
                    e
                    for e in _join(base.wanted, self.wanted)
                    if e not in self.unwanted and (e.relation, e.value) not in said
                ),
                "unwanted": tuple(
                    e
                    for e in _join(base.unwanted, self.unwanted)
                    if e not in self.wanted and (e.relation, e.value) not in said
                ),
                "constraints": constraints,
                "compared": self._compared(state),
                "limits": limits,
                "guesses": self.guesses or base.guesses,
                "request": self._request(base),
                "people": _join(self.people, base.people)[:5],
            }
        )


def _join(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(first + second))


def _forget(state: DialogueState, values: tuple[str, ...]) -> DialogueState:
    """`state` without what was said about `values`."""
    left = []
    for constraint in state.constraints:
        if constraint.attribute in values:
            continue
        kept = tuple(v for v in constraint.values if v not in values)
        if kept or not constraint.values:
            left.append(replace(constraint, values=kept))
    return state.model_copy(
        update={
            "liked": tuple(i for i in state.liked if i not in values),
            "constraints": tuple(left),
            "wanted": tuple(e for e in state.wanted if e.value not in values),
            "unwanted": tuple(e for e in state.unwanted if e.value not in values),
        }
    )
