"""Small random catalogues and queries over them."""

from __future__ import annotations

from itertools import permutations

from hypothesis import strategies as st

from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, Interaction, Item, Kind, Op, Query
from tests.retrieval.conftest import SCHEMA

VALUES = {
    "director": ("Ann", "Bob", "Cid"),
    "writer": ("Ann", "Dot"),
    "cast": ("Bob", "Eve", "Fay", "Gus"),
    "genre": ("Drama", "Comedy", "Horror", "War"),
    "country": ("Freedonia", "Sylvania"),
    "language": ("Freedonian", "Sylvan"),
}
NUMBERS = {"year": (1950, 2010), "runtime": (60, 200), "score": (0, 100), "reviews": (5, 400)}
WORDS = ("red", "planet", "two", "bakers", "paper", "drama", "ann")


def _items() -> st.SearchStrategy[tuple[str, dict[str, tuple[str, ...]], dict[str, float]]]:
    values = {relation: st.sampled_from(_choices(choice)) for relation, choice in VALUES.items()}
    numbers = {name: st.sampled_from([None, low, (low + high) // 2, high]) for name, (low, high) in NUMBERS.items()}
    return st.tuples(
        st.sampled_from([f"{one} {two}" for one in WORDS for two in WORDS]),
        st.fixed_dictionaries(values).map(lambda found: {name: some for name, some in found.items() if some}),
        st.fixed_dictionaries(numbers).map(lambda found: {n: float(v) for n, v in found.items() if v is not None}),
    )


def _choices(values: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [some for size in range(3) for some in permutations(values, size)]


def catalogues() -> st.SearchStrategy[Catalogue]:
    """1 to 15 items, any of whose attributes and numbers may be unknown."""
    return st.lists(_items(), min_size=1, max_size=15).map(
        lambda rows: Catalogue(SCHEMA, [Item(str(index), *row) for index, row in enumerate(rows)])
    )


@st.composite
def constraints(draw: st.DrawFn) -> Constraint:
    """Any constraint that the schema allows; "Nobody" is a value that no item has."""
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(NUMBERS)))
        low, high = NUMBERS[name]
        ends = st.none() | st.integers(low - 10, high + 10).map(float)
        return Constraint(name, Op.RANGE, low=draw(ends), high=draw(ends))
    attribute = draw(st.sampled_from([*VALUES, "person"]))
    choice = VALUES.get(attribute, ("Ann", "Bob", "Eve"))
    values = draw(st.lists(st.sampled_from([*choice, "Nobody"]), max_size=3))
    return Constraint(attribute, draw(st.sampled_from([Op.ALL, Op.ANY, Op.NONE])), tuple(values))


@st.composite
def queries(draw: st.DrawFn, catalogue: Catalogue) -> Query:
    """Any query; some of its ids are not in the catalogue."""
    ids = st.sampled_from([*(item.id for item in catalogue.items), "gone"])
    some = st.lists(ids, max_size=3).map(tuple)
    relation = st.sampled_from(sorted(VALUES))
    entities = st.lists(
        relation.flatmap(lambda r: st.sampled_from(VALUES[r]).map(lambda v: Entity(r, v))), max_size=3
    )
    values = st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0])
    interactions = st.builds(Interaction, st.just("u"), ids, st.just(Kind.RATED), values)
    return Query(
        text=" ".join(draw(st.lists(st.sampled_from(WORDS), max_size=3))),
        liked=draw(some),
        disliked=draw(some),
        wanted=tuple(draw(entities)),
        unwanted=tuple(draw(entities)),
        constraints=tuple(draw(st.lists(constraints(), max_size=3))),
        exclude=frozenset(draw(some)),
        history=tuple(draw(st.lists(interactions, max_size=5))),
    )
