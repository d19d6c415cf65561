"""A simulated person: a hidden target, tastes, and what they know of the target."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from palate.eval.simulate.musts import Must
from palate.eval.simulate.shelf import Good, Shelf, fold

Language: TypeAlias = Literal["en", "zh"]
_PEOPLE, _KNOWN = 3, 2
"""Of a cast, the first so many may be known by name; how many people somebody knows of, at most."""
_IMPLIED = 0.9
"""A kind is implied by another when this share of that one's items has it."""
_COMMON = 0.004
"""A value counts as something people would speak of when this share of the catalogue has it."""


@dataclass(frozen=True, slots=True)
class Trait:
    """One true thing about the target, as its person can say it."""

    attribute: str
    kind: str
    """A sort (`category`, `person`, `country` …), a measure (`year`, `minutes`, `money`) or `word`."""
    value: str
    """The name; of a number the bound or the decade that people say: "100", "1990"."""
    role: str = ""
    """Of a person: the relation."""


@dataclass(frozen=True)
class Persona:
    """Who talks."""

    number: int
    user: str
    """The id under which palate knows their history; the guest's when they have none."""
    language: Language
    target: Good
    liked: tuple[str, ...]
    """Titles that they liked, latest first; known to every system."""
    traits: tuple[Trait, ...]
    """What they know of the target, in the order in which they would say it."""
    musts: tuple[tuple[Must, Trait], ...]
    """What they insist on from the beginning, with what it is said by."""
    opening: int
    """Traits that they begin with, 1 to 3."""
    seed: str

    def chance(self, turn: int) -> random.Random:
        """What decides by chance at a turn, the same for every system."""
        return random.Random(f"{self.seed}:{turn}")


def imagine(
    number: int, user: str, language: Language, target: Good, liked: Sequence[str], shelf: Shelf, seed: int
) -> Persona:
    """Somebody who is after `target`; everything that is drawn depends on `seed` and `number` alone."""
    name = f"{seed}:{number}"
    chance = random.Random(name)
    categories = _categories(target, shelf)
    people = _people(target, shelf)
    people = chance.sample(people, min(len(people), _KNOWN))
    others = [*people, *_named(target, shelf), *_numbers(target, shelf), *_words(target, shelf)]
    chance.shuffle(others)
    # What kind of thing it is comes first: nobody asks a shop for "something by Acme under 50".
    traits = (*categories[:1], *sorted(others, key=lambda each: each.kind == "word"), *_told_apart(categories, shelf))
    opening = chance.choices((1, 2, 3), (0.2, 0.5, 0.3))[0]
    musts: list[tuple[Must, Trait]] = []
    if chance.random() < 0.35 and (must := _must(target, shelf, traits[opening:], chance)):
        musts.append(must)
    return Persona(number, user, language, target, tuple(liked), traits, tuple(musts), opening, name)


def _categories(target: Good, shelf: Shelf) -> list[Trait]:
    """The most telling relation first: the one of which the target's value is the rarest, but not too rare."""
    found = [
        Trait(relation, "category", value)
        for relation in shelf.sorted_as("category")
        for value in target.values.get(relation, ())
        if shelf.counts[relation, value] >= max(_COMMON * len(shelf.goods), 2)
    ]
    return sorted(found, key=lambda each: shelf.counts[each.attribute, each.value])


def _told_apart(categories: Sequence[Trait], shelf: Shelf) -> list[Trait]:
    """All but the first, without those that the first implies: a bowl is a household thing, nobody would add it."""
    if not categories:
        return []
    own = categories[0]
    alike = [good for good in shelf.goods.values() if own.value in good.values.get(own.attribute, ())]

    def implied(other: Trait) -> bool:
        return sum(other.value in good.values.get(other.attribute, ()) for good in alike) > _IMPLIED * len(alike)

    return [other for other in categories[1:] if not implied(other)]


def _people(target: Good, shelf: Shelf) -> list[Trait]:
    found = []
    for relation in shelf.sorted_as("person"):
        for value in target.values.get(relation, ())[:_PEOPLE]:
            # A person of one item gives it away, and few would know the name.
            if len(shelf.by_person.get(fold(value), ())) >= 2:
                found.append(Trait(relation, "person", value, relation))
    return found


def _named(target: Good, shelf: Shelf) -> list[Trait]:
    found = []
    for kind in ("country", "brand", "colour", "audience"):
        for relation in shelf.sorted_as(kind):
            values = target.values.get(relation, ())
            if values and shelf.counts[relation, values[0]] >= _COMMON * len(shelf.goods):
                found.append(Trait(relation, kind, values[0]))
    return found


def _numbers(target: Good, shelf: Shelf) -> list[Trait]:
    found = []
    for name in shelf.measuring("year"):
        if name in target.numbers:
            found.append(Trait(name, "year", str(int(target.numbers[name]) // 10 * 10)))
            break
    for name in shelf.measuring("minutes"):
        if name in target.numbers:
            found.append(Trait(name, "minutes", str(int(math.floor(target.numbers[name] / 10) * 10 + 10))))
    for name in prices(shelf):
        if name in target.numbers:
            found.append(Trait(name, "money", str(_round_price(target.numbers[name]))))
    return found


def prices(shelf: Shelf) -> tuple[str, ...]:
    """The numbers that one pays; of things that have a running time, money is what they took."""
    return () if shelf.measuring("minutes") else shelf.measuring("money")[:1]


def _round_price(price: float) -> int:
    step = 5 if price < 50 else 10 if price < 200 else 50
    return int(math.floor(price / step) * step + step)


def _words(target: Good, shelf: Shelf) -> list[Trait]:
    """Words of the description by which one would ask for it: "linen", "waterproof"."""
    if not target.text:
        return []
    words = [word for word in dict.fromkeys(fold(target.text).split()) if word in _MATERIALS]
    return [Trait("text", "word", word) for word in words][:2]


_MATERIALS = frozenset(
    [
        "leather",
        "cotton",
        "linen",
        "wool",
        "silk",
        "denim",
        "velvet",
        "suede",
        "cashmere",
        "canvas",
        "nylon",
        "fleece",
        "lace",
        "satin",
        "wooden",
        "wood",
        "oak",
        "walnut",
        "mahogany",
        "bamboo",
        "rattan",
        "wicker",
        "metal",
        "steel",
        "brass",
        "copper",
        "iron",
        "gold",
        "silver",
        "ceramic",
        "porcelain",
        "glass",
        "marble",
        "stone",
        "plastic",
        "rubber",
        "crystal",
        "pearl",
        "diamond",
        "waterproof",
        "wireless",
        "portable",
        "foldable",
        "vintage",
        "handmade",
        "organic",
        "striped",
        "floral",
        "black",
        "white",
        "red",
        "blue",
        "green",
        "yellow",
        "pink",
        "purple",
        "grey",
        "gray",
        "brown",
        "beige",
        "navy",
        "orange",
    ]
)
"""Words by which people ask for goods; others of a description ("elevate", "perfect") nobody would."""


def _must(target: Good, shelf: Shelf, unsaid: Sequence[Trait], chance: random.Random) -> tuple[Must, Trait] | None:
    """Something true of the target that its person insists on."""
    bounds = [each for each in unsaid if each.kind in {"minutes", "money"}]
    if bounds and chance.random() < 0.5:
        trait = bounds[0]
        return Must(trait.attribute, high=float(trait.value)), trait
    for relation in shelf.sorted_as("category"):
        values = target.values.get(relation, ())
        common = sorted(
            (value for (each, value) in shelf.counts if each == relation and value not in values),
            key=lambda value: (-shelf.counts[relation, value], value),
        )[:8]
        # In a shop it is known what kind of thing is wanted; to exclude furniture beside says nothing.
        if values and common and len(shelf.sorted_as("category")) == 1:
            value = chance.choice(common)
            return Must(relation, without=(value,)), Trait(relation, "without", value)
    if bounds:
        return Must(bounds[0].attribute, high=float(bounds[0].value)), bounds[0]
    return None
