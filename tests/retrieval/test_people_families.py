"""ALS, item–item, sequences and neighbours on a world with two camps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Kind
from palate.retrieval import ranking
from palate.retrieval.people import collaborative, itemitem
from palate.retrieval.people.collaborative import AlsModel, Collaborative, learn_als
from palate.retrieval.people.evidence import Evidence
from palate.retrieval.people.histories import Histories
from palate.retrieval.people.itemitem import learn_itemitem
from palate.retrieval.people.neighbours import KEPT, Along, gathered, strongest, strongest_of_sparse
from palate.retrieval.people.people import People
from palate.retrieval.people.sequence import learn_sequence
from palate.retrieval.people.taste import Taste, taste
from palate.retrieval.ranking import Ranking
from tests.retrieval import world

Find = Callable[[Taste], Ranking]


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return world.catalogue()


@pytest.fixture(scope="module")
def everybody(small: Catalogue) -> Histories:
    return world.histories(small)


@pytest.fixture(scope="module")
def families(small: Catalogue, everybody: Histories) -> dict[str, Collaborative | Along | People]:
    evidence = Evidence(small, everybody)
    return {
        "als": Collaborative(small, learn_als(everybody, small), evidence),
        "itemitem": Along("itemitem", small, learn_itemitem(everybody, small), evidence),
        "next": Along("next", small, learn_sequence(everybody, small), evidence),
        "people": People(small, everybody, evidence),
    }


def found(family: Collaborative | Along | People, person: Taste, of: Catalogue, limit: int = 5) -> Ranking:
    allowed = of.alive.copy()
    allowed[person.seen] = False
    if isinstance(family, People):
        return family.find(person, (), allowed, limit)
    return family.find(person, allowed, limit)


@pytest.mark.parametrize("name", ["als", "itemitem", "next", "people"])
@pytest.mark.parametrize("camp", ["c", "h"])
def test_somebody_new_is_put_into_their_camp(
    name: str, camp: str, small: Catalogue, families: dict[str, Collaborative | Along | People]
) -> None:
    person = taste(small, world.history(f"{camp}4", f"{camp}5", f"{camp}7"))
    ranking = found(families[name], person, small)
    assert ranking.source == name
    ids = [small.id(row) for row in ranking.rows.tolist()]
    assert len(ids) == 5
    assert all(each.startswith(camp) for each in ids)
    assert not {f"{camp}4", f"{camp}5", f"{camp}7"} & set(ids)
    assert (np.diff(ranking.scores) <= 0).all()
    facts = [fact for row in ranking.rows.tolist() for fact in ranking.facts(row)]
    assert facts
    for fact in facts:
        assert fact.relation == "people_liked"
        assert int(fact.value) >= 2
        assert fact.about in {small.title(row) for row in person.rows.tolist()}


@pytest.mark.parametrize("name", ["als", "itemitem", "next", "people"])
def test_nothing_from_nothing(
    name: str, small: Catalogue, families: dict[str, Collaborative | Along | People]
) -> None:
    family = families[name]
    assert len(found(family, taste(small, []), small)) == 0
    # Nobody has touched the last of each camp, so it says nothing, and is never proposed.
    last = f"c{world.EACH - 1}"
    assert len(found(family, taste(small, world.history(last)), small)) == 0
    disliked = taste(small, world.history("c1", "c2", kind=Kind.DISLIKED, value=-1))
    assert len(found(family, disliked, small)) == 0
    every = found(family, taste(small, world.history("c1")), small, limit=1000)
    assert small.row(last) not in every.rows


@pytest.mark.parametrize("name", ["als", "itemitem", "next"])
def test_a_changed_catalogue_keeps_what_was_learned(
    name: str, small: Catalogue, everybody: Histories, families: dict[str, Collaborative | Along | People]
) -> None:
    family = families[name]
    assert not isinstance(family, People)
    person = world.history("c4", "c5", "c7")
    before = found(family, taste(small, person), small, limit=20)
    first, second = (small.id(row) for row in before.rows[:2].tolist())
    new = small.changed([world.item(first[0], int(first[1:]))], removed=[second])
    after = found(family.changed(new, Evidence(new, everybody.changed(new))), taste(new, person), new, limit=20)
    ids = [new.id(row) for row in after.rows.tolist()]
    assert ids[0] == first
    assert new.alive[after.rows].all()
    assert second not in ids


def test_what_is_too_short_to_be_among_the_best_is_not_scored(
    small: Catalogue, everybody: Histories, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = learn_als(everybody, small)
    shrinking = np.geomspace(1, 1e-4, len(learned.ids), dtype=np.float32)[:, None]
    model = AlsModel(learned.ids, learned.factors * shrinking)
    family = Collaborative(small, model, Evidence(small, everybody))
    person = taste(small, world.history(*learned.ids[:3]))
    whole = found(family, person, small, limit=2)
    monkeypatch.setattr(collaborative, "FIRST", 16)
    monkeypatch.setattr(ranking, "SHORTEST", 1)
    model.factors[-10:] = np.nan
    part = found(family, person, small, limit=2)
    assert part.rows.tolist() == whole.rows.tolist()
    np.testing.assert_allclose(part.scores, whole.scores, rtol=1e-6)


def test_what_follows_comes_later(small: Catalogue, everybody: Histories) -> None:
    family = Along("next", small, learn_sequence(everybody, small), Evidence(small, everybody))
    ranking = found(family, taste(small, world.history("c8", "c9", "c10")), small, limit=3)
    numbers = [int(small.id(row)[1:]) for row in ranking.rows.tolist()]
    assert all(10 < number < 20 for number in numbers)


def test_ease_is_the_same_solved_by_people_and_by_items(small: Catalogue, everybody: Histories) -> None:
    known, columns = np.unique(everybody.item, return_inverse=True)
    cells = columns.astype(np.int32), everybody.user, everybody.weight
    shape = (len(everybody.users), len(known))
    ids = tuple(map(str, known))
    one = gathered(ids, itemitem._ease_by_people(*cells, shape))
    other = gathered(ids, itemitem._ease_by_items(*cells, shape))
    assert one.columns.tolist() == other.columns.tolist()
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-3, atol=1e-7)
    # Steck 2019, equation 8, written out.
    matrix = np.zeros(shape)
    matrix[everybody.user, columns] = everybody.weight
    inverse = np.linalg.inv(matrix.T @ matrix + itemitem.REGULARISATION * np.eye(shape[1]))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    full = np.zeros((shape[1], shape[1]))
    full[np.repeat(np.arange(shape[1]), np.diff(one.ends)), one.columns] = one.weights
    np.testing.assert_allclose(full, np.maximum(expected, 0), atol=1e-6)


def test_cooccurrence_is_a_shrunk_cosine(small: Catalogue, everybody: Histories) -> None:
    known, columns = np.unique(everybody.item, return_inverse=True)
    shape = (len(everybody.users), len(known))
    cells = columns.astype(np.int32), everybody.user, everybody.weight
    made = gathered(tuple(map(str, known)), itemitem._cooccurrence(*cells, shape))
    matrix = np.zeros(shape)
    matrix[everybody.user, columns] = everybody.weight
    norms = np.linalg.norm(matrix, axis=0)
    expected = matrix.T @ matrix / (np.outer(norms, norms) + itemitem.SHRINKAGE)
    np.fill_diagonal(expected, 0)
    full = np.zeros_like(expected)
    full[np.repeat(np.arange(shape[1]), np.diff(made.ends)), made.columns] = made.weights
    np.testing.assert_allclose(full, expected, atol=1e-6)


def test_the_strongest_of_full_and_of_sparse_rows_are_the_same() -> None:
    rng = np.random.default_rng(1)
    full = rng.normal(size=(7, 2 * KEPT)).astype(np.float32)
    ends = np.arange(8) * full.shape[1]
    one = strongest(full)
    other = strongest_of_sparse(ends, np.tile(np.arange(full.shape[1]), 7), full.ravel())
    assert one.sizes.tolist() == other.sizes.tolist()
    assert one.sizes.max() <= KEPT
    assert one.columns.tolist() == other.columns.tolist()
    np.testing.assert_array_equal(one.weights, other.weights)
