"""Who talks: people of histories whose target was held out, or people imagined from a catalogue alone."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from palate.domain import GUEST, Interaction, Kind
from palate.errors import SimulationError
from palate.eval.simulate.shelf import Good, Shelf
from palate.eval.simulate.users.persona import Language, Persona, imagine

FEWEST = 5
"""Interactions with which somebody has a history to speak of."""
LIKED = 0.3
"""From this value on something was liked."""
KNOWN = 0.5
"""Imagined people look for one of this share of the items, the best known, where fame is known."""
TASTE = 6
"""Items that an imagined person liked before."""


@dataclass(frozen=True)
class Cast:
    """Who talks, and what the store has to know of them."""

    people: tuple[Persona, ...]
    interactions: tuple[Interaction, ...]
    """Everybody's history without the targets; to be brought into the store before anybody talks."""
    source: str
    """Where they are from, in words."""


def languages(asked: str, number: int) -> Language:
    """The language of a person: `en`, `zh`, or with `both` every other one."""
    if asked == "both":
        return "zh" if number % 2 else "en"
    return "zh" if asked == "zh" else "en"


def from_histories(shelf: Shelf, interactions: Iterable[Interaction], count: int, seed: int, language: str) -> Cast:
    """People of histories; of each one liked item is the target and leaves the history.

    Raises SimulationError where nobody has a history that is long enough.
    """
    by_user: dict[str, list[Interaction]] = defaultdict(list)
    for each in interactions:
        if each.item_id in shelf.goods:
            by_user[each.user_id].append(each)
    chance, wanted = random.Random(seed), _wanted(shelf)
    able = sorted(user for user, done in by_user.items() if len(done) >= FEWEST and any(map(wanted, done)))
    if not able:
        raise SimulationError(f"Nobody has {FEWEST} interactions with items of {shelf.name}, one of them liked.")
    chance.shuffle(able)
    held: dict[str, set[str]] = defaultdict(set)
    drawn: list[tuple[str, Good]] = []
    while len(drawn) < count:
        before = len(drawn)
        for user in able[: count - len(drawn)]:
            left = sorted({each.item_id for each in by_user[user] if wanted(each) and each.item_id not in held[user]})
            if (len(by_user[user]) - len(held[user]) > FEWEST and left) or not held[user]:
                chosen = chance.choice(left)
                held[user].add(chosen)
                drawn.append((user, shelf.goods[chosen]))
        if len(drawn) == before:
            break
    kept = tuple(each for user, done in sorted(by_user.items()) for each in done if each.item_id not in held[user])
    people = []
    for number, (user, target) in enumerate(drawn):
        done = sorted((e for e in by_user[user] if e.item_id not in held[user]), key=lambda e: e.at, reverse=True)
        liked = [shelf.goods[each.item_id].title for each in done if each.value >= LIKED]
        people.append(imagine(number, user, languages(language, number), target, liked, shelf, seed))
    return Cast(tuple(people), kept, f"{len(by_user):,} histories, {sum(map(len, by_user.values())):,} interactions")


def from_catalogue(shelf: Shelf, count: int, seed: int, language: str) -> Cast:
    """People imagined from the catalogue: a target, and liked items that are of its kind.

    Raises SimulationError for a catalogue without items that have a category.
    """
    chance = random.Random(seed)
    able = _targets(shelf)
    if not able:
        raise SimulationError(
            f"The items of {shelf.name} have no categories, so nobody could say what they look for."
        )
    people, interactions = [], []
    for number in range(count):
        target = chance.choice(able)
        relation = next(name for name in shelf.sorted_as("category") if target.values.get(name))
        alike = [
            good
            for good in able
            if good is not target and set(good.values.get(relation, ())) & set(target.values[relation])
        ]
        liked = chance.sample(alike, min(TASTE, len(alike)))
        user = f"simulated-{number:04}" if liked else GUEST
        interactions += [Interaction(user, good.id, Kind.LIKED, 1.0) for good in liked]
        titles = [good.title for good in liked]
        people.append(imagine(number, user, languages(language, number), target, titles, shelf, seed))
    return Cast(tuple(people), tuple(interactions), f"people imagined from {len(able):,} items of {shelf.name}")


def _targets(shelf: Shelf) -> Sequence[Good]:
    categories = shelf.sorted_as("category")
    able = [good for _, good in sorted(shelf.goods.items()) if any(good.values.get(name) for name in categories)]
    if not shelf.fame:
        return able
    able.sort(key=lambda good: (-good.numbers.get(shelf.fame, 0.0), good.id))
    return able[: max(int(len(able) * KNOWN), 1)]


def _wanted(shelf: Shelf) -> Callable[[Interaction], bool]:
    """Whether an interaction is with something that could be a target: liked, and its kind is known."""
    categories = shelf.sorted_as("category")

    def wanted(done: Interaction) -> bool:
        good = shelf.goods[done.item_id]
        return done.value >= LIKED and any(good.values.get(name) for name in categories)

    return wanted
