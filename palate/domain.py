"""The nouns every floor shares.

An `Item` is described by two mappings: *attributes* (relation -> names, e.g. ``"director" -> ("Hayao Miyazaki",)``)
and *numbers* (name -> value, e.g. ``"runtime" -> 86.0``). What is not known is absent, never zero or empty text.
Which relations and numbers a catalogue has is told by its `Schema`, so nothing above this file knows about films.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

ItemId: TypeAlias = str
GUEST = "guest"
"""The user without a history."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What the items of one catalogue are described by."""

    relations: tuple[str, ...]
    """Names of the multi-valued attributes, the most telling first; each is an edge type of the graph."""
    numbers: tuple[str, ...]
    """Names of the numeric columns."""
    groups: Mapping[str, tuple[str, ...]]
    """A name that stands for several relations: ``"person" -> ("director", "writer", "cast")``."""
    quality: str
    """The number that says how good an item is, 0 to 100."""
    fame: str
    """The number that says how widely known an item is, a count."""

    def relations_of(self, attribute: str) -> tuple[str, ...]:
        """The relations that a constraint on `attribute` reads: a group's members, or the relation itself."""
        return self.groups.get(attribute, (attribute,))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be recommended."""

    id: ItemId
    title: str
    attributes: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, float]

    def names(self, relation: str) -> tuple[str, ...]:
        """The values under `relation`, empty when unknown."""
        return self.attributes.get(relation, ())

    def number(self, name: str) -> float | None:
        """The value of a numeric column, None when unknown."""
        return self.numbers.get(name)

    @property
    def year(self) -> int | None:
        """The year of the item, where its catalogue has one."""
        value = self.numbers.get("year")
        return None if value is None else int(value)


@dataclass(frozen=True, slots=True)
class Entity:
    """A value under a relation: the node an item is joined to, e.g. ``Entity("director", "Hayao Miyazaki")``."""

    relation: str
    value: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One supported statement about an item; an explanation may say only what Facts say."""

    item_id: ItemId
    relation: str
    """A relation or number of the schema, or one of `shares:<relation>` (value: the other item's title and what is
    shared), `liked_with`, `asked_for`, `guess`."""
    value: str
    source: str
    """`catalogue`, `graph`, `history`, `request` or `guess`."""
    about: str = ""
    """For a comparison: the title of the other item."""


class Op(StrEnum):
    """How a constraint reads its column."""

    ALL = "all"
    """Every one of the values is there."""
    ANY = "any"
    """At least one of the values is there."""
    NONE = "none"
    """None of the values is there."""
    RANGE = "range"
    """`low` <= number <= `high`, either end open when None."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """Something every recommended item must meet. An unknown value fails, except under `Op.NONE`."""

    attribute: str
    """A relation, a group of relations, or a number of the schema."""
    op: Op
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


class Kind(StrEnum):
    """What a person did with an item."""

    RATED = "rated"
    LIKED = "liked"
    DISLIKED = "disliked"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing a person did with one item."""

    user_id: str
    item_id: ItemId
    kind: Kind
    value: float
    """How much it was liked: -1 (hated) to 1 (loved); 0 says nothing about taste."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class User:
    """A person, or an invented example of one."""

    id: str
    name: str
    about: str = ""
    sample: bool = False
    """True for the invented viewers that come with the demo; the page says so."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that one source proposes. Scores of different sources cannot be compared: fusion uses ranks."""

    item_id: ItemId
    score: float
    source: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What retrieval is asked: the request e, the behaviour x and the graph's starting points in one object."""

    text: str = ""
    """The person's words, for the dense and the lexical source."""
    liked: tuple[ItemId, ...] = ()
    """Items to be near."""
    disliked: tuple[ItemId, ...] = ()
    """Items to keep away from; never recommended."""
    wanted: tuple[Entity, ...] = ()
    """Preferred, not required."""
    unwanted: tuple[Entity, ...] = ()
    """Ranked lower, not forbidden."""
    constraints: tuple[Constraint, ...] = ()
    exclude: frozenset[ItemId] = frozenset()
    """Never recommended: named, shown already, seen."""
    history: tuple[Interaction, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A place on the slate."""

    item: Item
    score: float
    """The fused score, 0 to 1, the best of the slate's pool being 1."""
    facts: tuple[Fact, ...]
    """Reasons first, then the catalogue's facts about the item."""
    unknown: tuple[str, ...] = ()
    """Attributes that an exclusion asked about and the catalogue does not know for this item."""


@dataclass(frozen=True, slots=True)
class Slate:
    """What is shown for one turn."""

    recommendations: tuple[Recommendation, ...] = ()
    relaxed: tuple[Constraint, ...] = ()
    """Constraints that nothing met and that were left out to find the nearest; empty when all are met."""
    matching: int = 0
    """How many items of the catalogue meet the constraints that were kept."""

    @property
    def items(self) -> Sequence[Item]:
        """The items in order."""
        return [recommendation.item for recommendation in self.recommendations]
