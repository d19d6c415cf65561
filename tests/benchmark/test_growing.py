"""Grown catalogues: as large as asked for, the same each time, and no clones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from palate.benchmark.growing import BLOCK, Growth
from palate.benchmark.parents import Parents
from palate.domain import Item, Measure, Sort
from palate.errors import UnknownItem


def grown(parents: Parents, size: int, seed: int = 3, dimensions: int = 16) -> Growth:
    vectors = np.random.default_rng(0).standard_normal((len(parents.items), dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Growth(parents.schema, parents.items, vectors, size, seed)


def test_the_parents_come_first_as_they_are(parents: Parents, growth: Growth) -> None:
    items = list(growth.items())
    assert len(items) == len(growth) == 2000
    assert items[: len(parents.items)] == list(parents.items)
    assert len({item.id for item in items}) == 2000


def test_the_same_seed_grows_the_same_and_another_does_not(parents: Parents) -> None:
    one, same, other = (grown(parents, 300, seed) for seed in (3, 3, 4))
    assert list(one.items()) == list(same.items())
    assert np.array_equal(one.vectors(), same.vectors())
    assert list(one.items()) != list(other.items())
    assert not np.array_equal(one.vectors(), other.vectors())


def test_an_item_does_not_depend_on_those_before_it(growth: Growth) -> None:
    items = list(growth.items())
    assert growth.item(1234) == items[1234]


def test_rows_and_ids_belong_together(growth: Growth) -> None:
    assert [growth.row(item.id) for item in growth.items()] == list(range(2000))
    for unknown in ("grown-2000", "grown-x", "nobody"):
        with pytest.raises(UnknownItem):
            growth.row(unknown)


def test_vectors_have_length_one_and_lie_between_their_parents(parents: Parents) -> None:
    growth = grown(parents, 500, dimensions=2048)
    vectors = growth.vectors()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    count = len(parents.items)
    cosines = vectors[count:] @ vectors[:count].T
    ordered = np.sort(cosines, axis=1)
    # The two parents stand out of all the others, which are at right angles, and neither is the child itself.
    assert (ordered[:, -2] > 0.2).all()
    assert (ordered[:, -3] < 0.15).all()
    assert (ordered[:, -1] < 0.99).all()


def test_neighbours_are_no_clones(growth: Growth) -> None:
    vectors = growth.vectors()
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    assert (cosines.max(axis=1)[60:] < 0.9999).all()


def test_values_numbers_and_words_are_those_of_the_parents_but_for_new_people(
    parents: Parents, growth: Growth
) -> None:
    genres = {genre for item in parents.items for genre in item.names("genre")}
    words = {word for item in parents.items for word in item.title.split()}
    years = {item.number("year") for item in parents.items}
    for item in growth.items():
        assert set(item.names("genre")) <= genres
        assert set(item.title.split()) <= words
        assert item.number("year") in years


def test_a_year_and_its_decade_stay_together(parents: Parents) -> None:
    def dated(item: Item) -> Item:
        decade = f"{int(item.numbers['year']) // 10 * 10}s"
        return replace(item, attributes={**item.attributes, "decade": (decade,)})

    schema = replace(
        parents.schema,
        relations=(*parents.schema.relations, "decade"),
        sorts={"decade": Sort.PERIOD, "director": Sort.PERSON},
        measures={"year": Measure.YEAR},
    )
    growth = grown(Parents(schema, [dated(item) for item in parents.items]), 500)
    for item in growth.items():
        assert item.names("decade") == (f"{int(item.numbers['year']) // 10 * 10}s",)
    own = {name for item in parents.items for name in item.names("director")}
    new = {name for item in growth.items() for name in item.names("director")} - own
    assert len(new) > 10, "the names of a catalogue grow with it"


def test_texts_are_made_of_both(parents: Parents) -> None:
    items = [
        replace(item, texts={"description": f"{item.title} begins. {item.title} ends"}) for item in parents.items
    ]
    child = grown(Parents(parents.schema, items), 100).item(80)
    first, second = child.texts["description"].split(". ")
    assert first.endswith("begins")
    assert second.endswith("ends")


def test_fewer_than_there_are_is_a_sample(parents: Parents) -> None:
    few = parents.sampled(20, 3)
    assert len({item.id for item in few.items}) == 20
    assert {item.id for item in few.items} <= {item.id for item in parents.items}
    assert few == parents.sampled(20, 3) != parents.sampled(20, 4)
    assert parents.sampled(20_000, 3) is parents
    with pytest.raises(ValueError, match="at most"):
        grown(parents, 20)


def test_one_parent_is_enough_and_none_is_not(parents: Parents) -> None:
    growth = grown(Parents(parents.schema, parents.items[:1]), 5)
    assert len({item.id for item in growth.items()}) == 5
    with pytest.raises(ValueError, match="at least one parent"):
        grown(Parents(parents.schema, ()), 5)


def test_blocks_join_without_a_gap(parents: Parents) -> None:
    growth = grown(parents, BLOCK + 10, dimensions=4)
    blocks = list(growth.blocks())
    assert [(start, len(block)) for start, block in blocks] == [(0, BLOCK), (BLOCK, 10)]
    assert np.array_equal(np.concatenate([block for _, block in blocks]), growth.vectors())
