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
TEXT = "text"
"""The attribute of a constraint on words, in the title, the texts and the values of an item: "not leather"."""


class Measure(StrEnum):
    """What the numbers of a column measure, so that "under $100" and "shorter than two hours" find their column."""

    NUMBER = "number"
    """Anything else; said by its name."""
    MONEY = "money"
    """In the currency of `Schema.units`."""
    YEAR = "year"
    DATE = "date"
    """Days: `datetime.date.toordinal()`."""
    MINUTES = "minutes"
    PERCENT = "percent"
    """0 to 100."""
    STARS = "stars"
    """A mean mark; `Schema.units` says out of how many ("5")."""
    COUNT = "count"
    """How many people said, bought or saw something."""
    STOCK = "stock"
    """How many are there; 0: none."""


class Sort(StrEnum):
    """What the values of a relation are, so that they are asked for and spoken of as people do."""

    LABEL = "label"
    """Anything else."""
    CATEGORY = "category"
    """What kind of thing it is: genre, department, style."""
    PERSON = "person"
    BRAND = "brand"
    COUNTRY = "country"
    LANGUAGE = "language"
    COLOUR = "colour"
    AUDIENCE = "audience"
    """Whom it is for: women, children."""
    PERIOD = "period"
    """A decade, a season."""
    CERTIFICATE = "certificate"
    """An age rating."""
    CURRENCY = "currency"
    """Of a catalogue that has prices in several: the currency of each item's."""


@dataclass(frozen=True, slots=True)
class Noun:
    """What one item of a catalogue is called."""

    one: str = "item"
    many: str = "items"
    zh: str = "商品"
    """The Chinese noun: 影片, 商品."""
    zh_measure: str = "件"
    """Its measure word: 部, 件."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What the items of one catalogue are described by."""

    relations: tuple[str, ...]
    """Names of the multi-valued attributes, the most telling first; each is an edge type of the graph."""
    numbers: tuple[str, ...]
    """Names of the numeric columns."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A name that stands for several relations: ``"person" -> ("director", "writer", "cast")``."""
    quality: str = ""
    """The number that says how good an item is, 0 to 100 or stars; empty: the catalogue has none."""
    fame: str = ""
    """The number that says how widely known an item is, a count; empty: the catalogue has none."""
    texts: tuple[str, ...] = ()
    """Names of the free texts, the most telling first: ``("description", "reviews")``."""
    measures: Mapping[str, Measure] = field(default_factory=dict)
    """What each number measures; one that is missing here is `Measure.NUMBER`."""
    units: Mapping[str, str] = field(default_factory=dict)
    """The unit of a number where it has one: an ISO 4217 currency, "5" for stars out of five, "kg"."""
    sorts: Mapping[str, Sort] = field(default_factory=dict)
    """What each relation's values are; one that is missing here is `Sort.LABEL`."""
    noun: Noun = Noun()
    vocabulary: str = ""
    """The packaged words for this kind of catalogue ("films"); empty: only the catalogue's own values are known."""

    def relations_of(self, attribute: str) -> tuple[str, ...]:
        """The relations that a constraint on `attribute` reads: a group's members, or the relation itself."""
        return self.groups.get(attribute, (attribute,))

    def measure(self, number: str) -> Measure:
        """What a number measures."""
        return self.measures.get(number, Measure.NUMBER)

    def sort(self, relation: str) -> Sort:
        """What the values of a relation are."""
        return self.sorts.get(relation, Sort.LABEL)

    def measuring(self, *measures: Measure) -> tuple[str, ...]:
        """The numbers that measure one of these, in the schema's order."""
        return tuple(number for number in self.numbers if self.measure(number) in measures)

    def sorted_as(self, *sorts: Sort) -> tuple[str, ...]:
        """The relations whose values are one of these, in the schema's order."""
        return tuple(relation for relation in self.relations if self.sort(relation) in sorts)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be recommended."""

    id: ItemId
    title: str
    attributes: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, float]
    texts: Mapping[str, str] = field(default_factory=dict)
    """Free text by name, e.g. ``"description" -> "A rugged pack …"``."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """Other ids of the same thing, by which other files may name it, e.g. ``"imdb" -> "tt0110912"``."""
    picture: str = ""
    """Address or path of a picture; empty when there is none."""
    link: str = ""
    """Address of a page about it."""

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
    shared), `liked_with`, `talked_with`, `asked_for`, `guess`."""
    value: str
    source: str
    """`catalogue`, `graph`, `history`, `dialogues`, `request` (said), `leaning` (heard in a mood) or `guess`."""
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
    unit: str = ""
    """Of a range of money: the currency that was said (ISO 4217); empty: none was."""
    firm: str = field(default="", compare=False)
    """What was said as a must ("at most", "budget") and is given up last: an end of a range, `low` or `high`, or
    `both`; empty: nothing was."""

    def is_firm(self, end: str) -> bool:
        """Whether an end of the range was said as a must."""
        return self.firm in {end, "both"}


def firmness(ends: Sequence[str]) -> str:
    """`Constraint.firm` of a range whose `ends` ("low", "high") are musts."""
    return "both" if len(ends) == 2 else "".join(ends)


class Kind(StrEnum):
    """What a person did with an item."""

    RATED = "rated"
    LIKED = "liked"
    DISLIKED = "disliked"
    SEEN = "seen"
    VIEWED = "viewed"
    CLICKED = "clicked"
    CARTED = "carted"
    BOUGHT = "bought"
    CHOSEN = "chosen"
    """Taken from a slate: "the second one, please"."""


LOOKS = frozenset({Kind.VIEWED, Kind.CLICKED})
"""What somebody only had a look at: it tells of interest, and may be recommended again."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing a person did with one item."""

    user_id: str
    item_id: ItemId
    kind: Kind
    value: float
    """How much it was liked: -1 (hated) to 1 (loved); 0 says nothing about taste."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    text: str = ""
    """What the person wrote about it, a review; empty mostly."""
    weight: float = 1.0
    """How often it was done, or how much the source says that it counts; above 0."""


@dataclass(frozen=True, slots=True)
class Triple:
    """An edge of a knowledge graph that came from a file: ``("Q25188", "part of series", "Dollars Trilogy")``.

    `head` and `tail` are item ids or any other names; chains of them are followed.
    """

    head: str
    relation: str
    tail: str


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name for an item, or for a value of one relation or (empty `relation`) of any that has it."""

    name: str
    item_id: ItemId = ""
    relation: str = ""
    value: str = ""


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


class Speaker(StrEnum):
    """Who says something."""

    SEEKER = "seeker"
    RECOMMENDER = "recommender"


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one of the two says until the other does."""

    speaker: Speaker
    text: str
    """As it was said, titles written out."""
    items: tuple[ItemId, ...] = ()
    """What it names, in order, the same item once for each time."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation that was had, from which palate learns or by which it is scored.

    `recommender` and `opinions` are known afterwards only, so they are read in learning and never in scoring.
    """

    id: str
    utterances: tuple[Utterance, ...]
    order: float = 0.0
    """When it was had, in any unit: the later, the larger."""
    recommender: str = ""
    """Who recommends, empty when unknown."""
    opinions: Mapping[ItemId, float] = field(default_factory=dict)
    """How much the seeker likes what is named, -1 to 1, as far as they said afterwards."""


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
    said: tuple[str, ...] = ()
    """What the person said and wrote before (requests, reviews), for their interest points."""
    size: int | None = None
    """Places of the slate; None: as set."""
    diversity: float | None = None
    """0 (none) to 1, None: as set; so the next two."""
    novelty: float | None = None
    """By how much little known items are raised."""
    long_tail: float | None = None
    """Share of the slate kept for items that few people know."""
    dialogue: tuple[Utterance, ...] = ()
    """The conversation up to now, the latest last: what dialogues teach is read off it."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A place on the slate."""

    item: Item
    score: float
    """The fused score, 0 to 1, the best of the slate's pool being 1."""
    facts: Sequence[Fact]
    """Reasons first, then the catalogue's facts about the item."""
    unknown: tuple[str, ...] = ()
    """Attributes that an exclusion asked about and the catalogue does not know for this item."""
    contributions: Mapping[str, float] = field(default_factory=dict)
    """What each part (family, feature) adds to the score; with a trained ranker its SHAP values."""


@dataclass(frozen=True, slots=True)
class Slate:
    """What is shown for one turn."""

    recommendations: tuple[Recommendation, ...] = ()
    relaxed: tuple[Constraint, ...] = ()
    """Constraints that nothing met and that were left out to find the nearest; empty when all are met."""
    matching: int = 0
    """How many items of the catalogue meet the constraints that were kept."""
    profile: Mapping[str, float] = field(default_factory=dict)
    """What p' is made of: `request`, `history` and `graph`, shares that sum to 1; empty without any."""

    @property
    def items(self) -> Sequence[Item]:
        """The items in order."""
        return [recommendation.item for recommendation in self.recommendations]
