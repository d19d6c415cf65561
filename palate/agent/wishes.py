"""How a lasting preference enters a dialogue state, stays in it, and leaves it.

What is said in a conversation stands above what is kept: a preference never takes anything away that was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from palate.agent.state import DialogueState, Wishes, merge_constraints
from palate.domain import Constraint, Op
from palate.preference import Bearing, Preference

_T = TypeVar("_T")
_S = TypeVar("_S", DialogueState, Wishes)


def starting(state: DialogueState, kept: Sequence[Preference]) -> DialogueState:
    """The state to begin a turn with: what is newly `kept` is in it, what has been deleted since is out.

    What the conversation has overridden before stays overridden.
    """
    gone = [old for old in state.kept if not _among(old, kept)]
    come = [new for new in kept if not _among(new, state.kept)]
    # The wishes that an undo goes back to change with it: what was deleted does not come back that way.
    past = tuple(_brought_up(wishes, gone, come) for wishes in state.past)
    return _brought_up(state, gone, come).model_copy(update={"kept": tuple(kept), "past": past})


def _brought_up(state: _S, gone: Sequence[Preference], come: Sequence[Preference]) -> _S:
    for old in gone:
        state = taken_out(state, old)
    for new in come:
        state = put_in(state, new)
    return state


def _among(preference: Preference, others: Iterable[Preference]) -> bool:
    return any(preference.id == other.id and preference.same(other) for other in others)


def put_in(state: _S, preference: Preference) -> _S:
    """The state with a preference in force, as far as nothing that was said speaks against it."""
    wish, entity, item = preference.constraint, preference.entity, preference.item_id
    if wish is not None:
        return state.model_copy(update={"constraints": merge_constraints((wish,), state.constraints)})
    denied = {v for c in state.constraints if c.op is Op.NONE for v in c.values}
    if entity is not None and preference.kind is Bearing.WANTED:
        against = entity in state.unwanted or entity.value in denied
        return state if against else state.model_copy(update={"wanted": _with(state.wanted, entity)})
    if entity is not None:
        asked = {v for c in state.constraints if c.op in (Op.ANY, Op.ALL) for v in c.values}
        against = entity in state.wanted or entity.value in asked
        return state if against else state.model_copy(update={"unwanted": _with(state.unwanted, entity)})
    if preference.kind is Bearing.LIKED:
        return state if item in state.disliked else state.model_copy(update={"liked": _with(state.liked, item)})
    return state if item in state.liked else state.model_copy(update={"disliked": _with(state.disliked, item)})


def taken_out(state: _S, preference: Preference) -> _S:
    """The state without what a preference put into it."""
    field = {
        Bearing.WANTED: "wanted",
        Bearing.UNWANTED: "unwanted",
        Bearing.LIKED: "liked",
        Bearing.DISLIKED: "disliked",
    }.get(preference.kind)
    if preference.constraint is not None:
        return state.model_copy(update={"constraints": less(state.constraints, preference.constraint)})
    gone = preference.entity or preference.item_id
    left = tuple(one for one in getattr(state, field or "liked") if one != gone)
    return state.model_copy(update={field or "liked": left})


def afresh(state: DialogueState) -> DialogueState:
    """The state at the beginning of a request of its own: earlier wishes go, exclusions and what is kept stay."""
    kept = [p.constraint for p in state.kept if p.constraint is not None]
    lasting = [
        part for old in state.constraints if old.op is not Op.NONE for wish in kept if (part := _both(old, wish))
    ]
    entities = {p.entity for p in state.kept if p.kind is Bearing.WANTED}
    items = {p.item_id for p in state.kept if p.kind is Bearing.LIKED}
    return state.model_copy(
        update={
            "liked": tuple(item for item in state.liked if item in items),
            "wanted": tuple(entity for entity in state.wanted if entity in entities),
            "guesses": (),
            "limits": (),
            "compared": (),
            "request": "",
            "said": (),
            "constraints": merge_constraints(
                tuple(c for c in state.constraints if c.op is Op.NONE), tuple(dict.fromkeys(lasting))
            ),
        }
    )


def in_force(state: DialogueState, preference: Preference) -> bool:
    """Whether a preference counts in this state; false where the conversation has overridden it."""
    if preference.constraint is not None:
        return any(_both(old, preference.constraint) == preference.constraint for old in state.constraints)
    fields = {
        Bearing.WANTED: state.wanted,
        Bearing.UNWANTED: state.unwanted,
        Bearing.LIKED: state.liked,
        Bearing.DISLIKED: state.disliked,
    }
    return (preference.entity or preference.item_id) in fields[preference.kind]


def less(constraints: Sequence[Constraint], part: Constraint) -> tuple[Constraint, ...]:
    """`constraints` without `part`: one value of an exclusion, one end of a range, or a whole constraint."""
    left = []
    for old in constraints:
        if old.attribute != part.attribute or old.op is not part.op:
            left.append(old)
        elif old.op is Op.RANGE:
            low = None if old.low == part.low else old.low
            high = None if old.high == part.high else old.high
            if low is not None or high is not None:
                left.append(replace(old, low=low, high=high))
        elif old.op is Op.ANY:
            left += [] if set(old.values) == set(part.values) else [old]
        elif values := tuple(value for value in old.values if value not in part.values):
            left.append(replace(old, values=values))
    return tuple(left)


def _both(old: Constraint, wish: Constraint) -> Constraint | None:
    """What of `wish` stands in `old`."""
    if old.attribute != wish.attribute or old.op is not wish.op:
        return None
    if old.op is Op.RANGE:
        low = wish.low if old.low == wish.low else None
        high = wish.high if old.high == wish.high else None
        return None if low is None and high is None else replace(wish, low=low, high=high)
    if old.op is Op.ANY:
        return wish if set(old.values) == set(wish.values) else None
    values = tuple(value for value in wish.values if value in old.values)
    return replace(wish, values=values) if values else None


def _with(these: tuple[_T, ...], one: _T) -> tuple[_T, ...]:
    return these if one in these else (*these, one)
