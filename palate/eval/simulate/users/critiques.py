"""What somebody with a target in mind would say against what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from palate.eval.simulate.musts import Must
from palate.eval.simulate.shelf import Good, Shelf
from palate.eval.simulate.users.persona import prices

_MOST = 0.6
"""Share of the shown items that must differ in the same direction before somebody says so."""
_YEARS, _MINUTES, _PRICE = 5, 15, 0.15
"""Differences worth a word; the last is a share of the price."""


@dataclass(frozen=True, slots=True)
class Critique:
    """One thing to say."""

    act: str
    """A key of the wordings."""
    value: str = ""
    ordinal: int = -1
    """The item of the slate that it is about, from 0; -1: all of them."""
    must: Must | None = None
    """What must hold from now on."""


def critiques(target: Good, shown: Sequence[Good], shelf: Shelf) -> list[Critique]:
    """All that is true and worth saying, the same things in the same order for the same slate."""
    if not shown:
        return []
    found: list[Critique] = []
    for names, less, more, least, share in (
        (shelf.measuring("year")[:1], "older", "newer", _YEARS, 0.0),
        (shelf.measuring("minutes")[:1], "shorter", "longer", _MINUTES, 0.0),
        (prices(shelf), "cheaper", "dearer", 0.0, _PRICE),
    ):
        for name in names:
            found += _numeric(target, shown, name, (less, more), least, share)
    for relation in shelf.sorted_as("category"):
        found += _categories(target, shown, relation)
    had = {name for relation in shelf.sorted_as("person") for name in target.values.get(relation, ())}
    for relation in shelf.sorted_as("person"):
        people = Counter(name for good in shown for name in good.values.get(relation, ()) if name not in had)
        name, times = next(iter(people.most_common(1)), ("", 0))
        if had and times >= 2:
            found.append(Critique("someone_else", name, must=Must(relation, without=(name,))))
    return found


def _numeric(
    target: Good, shown: Sequence[Good], name: str, acts: tuple[str, str], least: float, share: float
) -> list[Critique]:
    own = target.numbers.get(name)
    known = [(place, good.numbers[name]) for place, good in enumerate(shown) if name in good.numbers]
    if own is None or not known:
        return []
    gap = max(least, share * own)
    above = [place for place, value in known if value > own + gap]
    below = [place for place, value in known if value < own - gap]
    found = []
    for act, places in zip(acts, (above, below), strict=True):
        if len(places) >= _MOST * len(known):
            found.append(Critique(act))
            alike = [place for place in places if _alike(shown[place], target)]
            if alike and act not in {"dearer", "longer"}:
                found.append(Critique(f"like_{act}", ordinal=alike[0]))
    return found


def _categories(target: Good, shown: Sequence[Good], relation: str) -> list[Critique]:
    had = target.values.get(relation, ())
    if not had:
        return []
    values = Counter(value for good in shown for value in good.values.get(relation, ()))
    foreign = [(value, times) for value, times in values.most_common() if value not in had and times >= 2]
    found = [Critique("not_category", value, must=Must(relation, without=(value,))) for value, _ in foreign[:1]]
    lacking = [value for value in had if values[value] <= (1 - _MOST) * len(shown)]
    return found + [Critique("rather_category", value) for value in lacking[:1]]


def _alike(good: Good, target: Good) -> bool:
    """Whether the two have two names in common, under any relations."""
    shared = sum(len(set(names) & set(target.values.get(relation, ()))) for relation, names in good.values.items())
    return shared >= 2
