"""What a person wants in every conversation: a noun of its own beside those of `domain`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from palate.domain import Constraint, Entity, ItemId, Op

_INCLUDES = (Op.ANY, Op.ALL)


class Bearing(StrEnum):
    """How a preference bears on what is recommended."""

    CONSTRAINT = "constraint"
    """Every item must meet it."""
    WANTED = "wanted"
    """Items with this value come first."""
    UNWANTED = "unwanted"
    """Items with this value come last."""
    LIKED = "liked"
    """Items near this one come first."""
    DISLIKED = "disliked"
    """Items near this one come last; it is never recommended."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing that someone wants, or does not, until they say otherwise."""

    kind: Bearing
    constraint: Constraint | None = None
    """Given for `Bearing.CONSTRAINT` only."""
    entity: Entity | None = None
    """Given for `Bearing.WANTED` and `Bearing.UNWANTED` only."""
    item_id: ItemId = ""
    """Given for `Bearing.LIKED` and `Bearing.DISLIKED` only."""
    catalogue: str = ""
    """Whose items it is about; empty: all catalogues'."""
    said: str = ""
    """The person's own words."""
    language: str = "en"
    conversation: str = ""
    """Where it was said; empty: in none."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    id: int = 0
    """Given by the store, never twice; 0 before that."""

    @property
    def whole(self) -> bool:
        """Whether it has what its kind needs, and nothing else."""
        given = (self.constraint is not None, self.entity is not None, bool(self.item_id))
        match self.kind:
            case Bearing.CONSTRAINT:
                return given == (True, False, False)
            case Bearing.WANTED | Bearing.UNWANTED:
                return given == (False, True, False)
            case _:
                return given == (False, False, True)

    @property
    def parts(self) -> Sequence[Preference]:
        """The same, one for each thing that can be taken back alone: "no horror or war" is two."""
        wish = self.constraint
        if wish is None or wish.op is not Op.NONE or len(wish.values) < 2:
            return (self,)
        return tuple(replace(self, constraint=replace(wish, values=(value,))) for value in wish.values)

    def same(self, other: Preference) -> bool:
        """Whether both mean the same, whoever said it when."""
        mine = (self.kind, self.constraint, self.entity, self.item_id)
        return mine == (other.kind, other.constraint, other.entity, other.item_id)

    def replaces(self, older: Preference) -> bool:
        """Whether `older` cannot stand once this has been said: the contrary, or another bound at the same end."""
        if self.same(older):
            return True
        if self.item_id and self.item_id == older.item_id:
            return True
        if self.constraint and older.constraint:
            return _replaces(self.constraint, older.constraint)
        if self.entity and self.entity == older.entity:
            return True
        return _opposed(self, older) or _opposed(older, self)

    def payload(self) -> dict[str, Any]:
        """What it is about, as JSON."""
        if self.constraint is not None:
            return {"constraint": asdict(self.constraint)}
        if self.entity is not None:
            return {"entity": asdict(self.entity)}
        return {"item_id": self.item_id}

    @classmethod
    def about(cls, kind: Bearing, payload: Mapping[str, Any], **rest: Any) -> Preference:
        """The preference again, from `payload`."""
        wish, entity = payload.get("constraint"), payload.get("entity")
        return cls(
            kind,
            constraint=None if wish is None else _constraint(wish),
            entity=None if entity is None else Entity(**entity),
            item_id=payload.get("item_id", ""),
            **rest,
        )


def _constraint(cells: Mapping[str, Any]) -> Constraint:
    return Constraint(**{**cells, "op": Op(cells["op"]), "values": tuple(cells.get("values", ()))})


def _replaces(new: Constraint, old: Constraint) -> bool:
    if new.op is Op.RANGE and old.op is Op.RANGE:
        same_end = (None not in (new.low, old.low)) or (None not in (new.high, old.high))
        return new.attribute == old.attribute and (same_end or _apart(new, old) or _apart(old, new))
    if new.op in _INCLUDES and old.op in _INCLUDES:
        return new.attribute == old.attribute
    # Who is asked for as a director is not kept away as a person: the roles of a name are one matter.
    return (new.op is Op.NONE) != (old.op is Op.NONE) and bool(set(new.values) & set(old.values))


def _apart(new: Constraint, old: Constraint) -> bool:
    """Whether nothing can lie within both."""
    return new.low is not None and old.high is not None and new.low > old.high


def _opposed(leaning: Preference, other: Preference) -> bool:
    """Whether a leaning and a requirement say the contrary of one value."""
    wish, entity = other.constraint, leaning.entity
    if wish is None or entity is None or entity.value not in wish.values:
        return False
    return (wish.op is Op.NONE) == (leaning.kind is Bearing.WANTED)
