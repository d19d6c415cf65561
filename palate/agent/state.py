"""The dialogue state: what the conversation has established so far, as plain data that is stored with every turn."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from palate.domain import Constraint, Entity, ItemId, Op, Query, Speaker, Utterance, firmness
from palate.preference import Preference

_ITEMS = ("liked", "disliked", "seen", "named", "slate", "shown", "focus")
"""The fields of a state that hold ids of items."""
_MOST_REMEMBERED = 200
"""Shown items that are kept out of later slates; older ones may come back."""
_UNDOS = 8
"""Changes that can be taken back."""
_UTTERANCES, _LONGEST = 12, 500
"""Utterances, the latest, and characters of each that are kept for what dialogues taught."""
_NAMED = 3
"""Items of a slate, the first, that count as named by the recommender: a reply speaks of no more."""


class Act(StrEnum):
    """What the person does with a message."""

    RECOMMEND = "recommend"
    """Ask for items, with wishes or without."""
    REFINE = "refine"
    """Change the wishes of before: "older", "cheaper", "no horror"."""
    CRITIQUE = "critique"
    """One item of the slate, but different: "like 2 but in black"."""
    MORE = "more"
    """Other items under the same wishes."""
    REJECT = "reject"
    """Turn down some of the slate or all of it: "not the first one", "seen them all"."""
    ACCEPT = "accept"
    """Take one: "the second one, please"."""
    UNDO = "undo"
    """Take back something said: "forget what I said about horror"."""
    COMPARE = "compare"
    """Weigh items against each other: "first or third?"."""
    EXPLAIN = "explain"
    """The reasons for an item ("why this?"), or for its absence ("why not Heat?")."""
    ASK_ITEM = "ask_item"
    """A fact about an item: "how long is the second?"."""
    ASK_CATALOGUE = "ask_catalogue"
    """A fact about many: "how many by her?", "what is the longest one?"."""
    GREET = "greet"
    THANK = "thank"
    CHAT = "chat"
    """Small talk: "how are you?"."""
    OUT_OF_SCOPE = "out_of_scope"
    """Something that a recommender cannot do: an order, the weather."""
    RESET = "reset"


SMALL_TALK = frozenset({Act.GREET, Act.THANK, Act.CHAT})
ANSWERED = frozenset({Act.ACCEPT, Act.COMPARE, Act.EXPLAIN, Act.ASK_ITEM, Act.ASK_CATALOGUE})
"""Acts that are answered from what is known, without a new slate."""
WITHOUT_SLATE = SMALL_TALK | ANSWERED | {Act.OUT_OF_SCOPE, Act.RESET}


class Guess(BaseModel):
    """A title that the catalogue lacks, and what kind it is taken to be."""

    model_config = ConfigDict(frozen=True)

    title: str
    year: int | None = None
    kind: tuple[Entity, ...] = ()
    """Empty when nothing is known of it."""


class Wishes(BaseModel):
    """What a person wants, as it stood at some moment: what "undo" goes back to."""

    model_config = ConfigDict(frozen=True)

    liked: tuple[ItemId, ...] = ()
    disliked: tuple[ItemId, ...] = ()
    wanted: tuple[Entity, ...] = ()
    unwanted: tuple[Entity, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    limits: tuple[Constraint, ...] = ()
    guesses: tuple[Guess, ...] = ()
    request: str = ""


class DialogueState(BaseModel):
    """Everything that later turns build on. Immutable: a turn makes a new one."""

    model_config = ConfigDict(frozen=True)

    version: int = 1
    act: Act = Act.RECOMMEND
    language: str = "en"
    """`en` or `zh`: the language of the last message, and of the reply."""
    liked: tuple[ItemId, ...] = ()
    disliked: tuple[ItemId, ...] = ()
    seen: tuple[ItemId, ...] = ()
    named: tuple[ItemId, ...] = ()
    """Items spoken of in any other way; like all items the person named they are not recommended back."""
    wanted: tuple[Entity, ...] = ()
    """Preferred."""
    unwanted: tuple[Entity, ...] = ()
    """Ranked lower."""
    constraints: tuple[Constraint, ...] = ()
    """Required."""
    compared: tuple[str, ...] = ()
    """Numbers whose bound a comparison set ("older"), so that the opposite comparison takes it back."""
    limits: tuple[Constraint, ...] = ()
    """Ranges that were said as musts: comparisons move within them."""
    guesses: tuple[Guess, ...] = ()
    request: str = ""
    """The words that describe what is wanted, for search by text; names and bounds taken out."""
    slate: tuple[ItemId, ...] = ()
    """What was shown last."""
    shown: tuple[ItemId, ...] = ()
    """All that was shown in this conversation."""
    focus: tuple[ItemId, ...] = ()
    """The items of the slate that this message points at ("the second one")."""
    people: tuple[str, ...] = ()
    """People spoken of last, the latest first: what "him" and "her" stand for."""
    said: tuple[Utterance, ...] = ()
    """What both said of late, with the items that were named."""
    kept: tuple[Preference, ...] = ()
    """The person's lasting preferences as they were when this turn began; those that count are among the wishes."""
    proposed: tuple[Preference, ...] = ()
    """What the last reply asked leave to keep."""
    asked: tuple[Preference, ...] = ()
    """What was asked so before in this conversation; nothing is asked twice."""

    inquired: tuple[str, ...] = ()
    """The attributes that the person was asked about."""
    past: tuple[Wishes, ...] = ()
    """The wishes before each of the last changes, the latest last."""

    @property
    def wishes(self) -> Wishes:
        """What is wanted now."""
        return Wishes.model_validate({name: getattr(self, name) for name in Wishes.model_fields})

    def asking(self, attribute: str) -> DialogueState:
        """The state after a question about an attribute."""
        return self.model_copy(update={"inquired": (*self.inquired, attribute)})

    def remembering(self) -> DialogueState:
        """The state with its wishes kept for an undo."""
        return self.model_copy(update={"past": (*self.past, self.wishes)[-_UNDOS:]})

    def undone(self) -> DialogueState:
        """The state with the wishes of before the last change; as it is where nothing was kept."""
        now = self.wishes
        # A message that asked for more changed nothing: what it kept is what there is.
        changed = [i for i, then in enumerate(self.past) if then != now]
        if not changed:
            return self
        then = self.past[changed[-1]]
        return self.model_copy(update={**dict(then), "past": self.past[: changed[-1]]})

    def query(self, text: str, history_exclude: frozenset[ItemId] = frozenset()) -> Query:
        """What retrieval is asked under this state."""
        return Query(
            text=text,
            liked=self.liked,
            disliked=self.disliked,
            wanted=self.wanted,
            unwanted=self.unwanted,
            constraints=self.constraints,
            exclude=frozenset((*self.shown, *self.seen, *self.named)) | history_exclude,
            dialogue=self.said,
        )

    def hearing(self, text: str, before: DialogueState) -> DialogueState:
        """The state with the person's message among what was said; what it names is what was not there `before`."""
        if self.act is Act.RESET:
            return self
        known = {*before.liked, *before.disliked, *before.seen, *before.named}
        named = [i for i in (*self.liked, *self.disliked, *self.seen, *self.named) if i not in known]
        heard = Utterance(Speaker.SEEKER, text[:_LONGEST], tuple(dict.fromkeys(named)))
        return self.model_copy(update={"said": (*self.said, heard)[-_UTTERANCES:]})

    def within(self, catalogue: Container[ItemId]) -> DialogueState:
        """The state without items that have left the catalogue."""
        kept = {name: tuple(i for i in getattr(self, name) if i in catalogue) for name in _ITEMS}
        return self.model_copy(update=kept)

    def showing(self, slate: tuple[ItemId, ...], people: tuple[str, ...] = ()) -> DialogueState:
        """The state after `slate` has been shown."""
        shown = tuple(dict.fromkeys(self.shown + slate))[-_MOST_REMEMBERED:]
        said = (*self.said, Utterance(Speaker.RECOMMENDER, "", slate[:_NAMED])) if slate else self.said
        return self.model_copy(
            update={"slate": slate, "shown": shown, "people": people or self.people, "said": said[-_UTTERANCES:]}
        )

    def answered(self, said: Utterance, catalogue: Container[ItemId]) -> DialogueState:
        """The state after another recommender has answered: what they named has been shown."""
        named = tuple(dict.fromkeys(item for item in said.items if item in catalogue))
        shown = tuple(dict.fromkeys(self.shown + named))[-_MOST_REMEMBERED:]
        heard = (*self.said, replace(said, text=said.text[:_LONGEST]))[-_UTTERANCES:]
        return self.model_copy(update={"slate": named or self.slate, "shown": shown, "said": heard})


def merge_constraints(kept: tuple[Constraint, ...], new: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """`kept` with `new` added.

    A new bound on a column replaces the old one at the same end and any old one that it contradicts; a new inclusion
    replaces the old inclusion on the same attribute; exclusions add up; what is now asked for is no longer excluded,
    and the other way round.
    """
    result = list(kept)
    for constraint in new:
        # "Starring him, but not directed by him": two roles in one message are two matters.
        together = {id(old) for old in new if old.attribute != constraint.attribute}
        left = [old if id(old) in together else _under(old, constraint) for old in result]
        result = [old for old in left if old is not None]
        twin = next(
            (old for old in result if old.attribute == constraint.attribute and old.op is constraint.op), None
        )
        if twin and constraint.op is Op.NONE:
            result.remove(twin)
            result.append(replace(constraint, values=tuple(dict.fromkeys(twin.values + constraint.values))))
        elif twin and constraint.op is Op.RANGE:
            result.remove(twin)
            low = twin.low if constraint.low is None else constraint.low
            high = twin.high if constraint.high is None else constraint.high
            firm = _firm(twin, constraint)
            result.append(replace(constraint, low=low, high=high, unit=constraint.unit or twin.unit, firm=firm))
        else:
            result.append(constraint)
    return tuple(result)


def within(constraints: tuple[Constraint, ...], limits: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """`constraints` with no range wider than its limit; a limit without a range is one itself."""
    found = list(constraints)
    for limit in limits:
        old = next((c for c in found if c.attribute == limit.attribute and c.op is Op.RANGE), None)
        if old is None:
            found.append(limit)
            continue
        low = max((b for b in (old.low, limit.low) if b is not None), default=None)
        high = min((b for b in (old.high, limit.high) if b is not None), default=None)
        ends = [
            end for end, bound in (("low", low), ("high", high)) if bound is not None and bound == getattr(limit, end)
        ]
        empty = low is not None and high is not None and low > high
        found[found.index(old)] = limit if empty else replace(old, low=low, high=high, firm=firmness(ends))
    return tuple(found)


def _firm(old: Constraint, new: Constraint) -> str:
    """Which ends of two ranges put together are musts; a new end takes the place of the old one."""
    ends = []
    for end in ("low", "high"):
        of = new if getattr(new, end) is not None else old
        ends += [end] if of.is_firm(end) else []
    return firmness(ends)


def _under(old: Constraint, new: Constraint) -> Constraint | None:
    """What is left of `old` once `new` has been said."""
    includes = {Op.ANY, Op.ALL}
    # "With Tom Cruise", then "not him": the roles of a person are one matter where one is taken back.
    taken_back = {old.op, new.op} & includes and Op.NONE in {old.op, new.op}
    if old.attribute != new.attribute and not (taken_back and set(old.values) & set(new.values)):
        return old
    if old.op is Op.RANGE and new.op is Op.RANGE:
        both = new.low is not None and new.high is not None
        contradicts = (new.low is not None and old.high is not None and new.low > old.high) or (
            new.high is not None and old.low is not None and new.high < old.low
        )
        return None if both or contradicts else old
    if old.op in includes and new.op in includes:
        return None
    if {old.op, new.op} & includes and Op.NONE in {old.op, new.op}:
        left = tuple(value for value in old.values if value not in new.values)
        return replace(old, values=left) if left else None
    return old
