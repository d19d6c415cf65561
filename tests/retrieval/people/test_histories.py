from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from palate.domain import Interaction, Kind
from palate.retrieval.people.histories import Histories, strength
from palate.retrieval.people.taste import taste, taste_of
from tests.retrieval import world

DAY = datetime(2024, 5, 1, tzinfo=UTC)


def did(user: str, item: str, day: int = 0, kind: Kind = Kind.RATED, value: float = 0.5) -> Interaction:
    return Interaction(user, item, kind, value, DAY + timedelta(days=day))


def test_entries_stand_by_person_then_time_then_item_id() -> None:
    catalogue = world.catalogue()
    found = Histories.of(catalogue, [did("b", "h3", 1), did("a", "c9", 2), did("a", "c10", 2), did("a", "h1", 0)])
    named = [(found.users[user], catalogue.id(row)) for user, row in zip(found.user, found.item, strict=True)]
    assert named == [("b", "h3"), ("a", "h1"), ("a", "c10"), ("a", "c9")]


def test_what_is_not_in_the_catalogue_is_left_out() -> None:
    found = Histories.of(world.catalogue(), [did("a", "gone"), did("a", "c1")])
    assert len(found) == 1
    assert len(Histories.of(world.catalogue(), [])) == 0


def test_one_entry_for_a_person_and_an_item() -> None:
    catalogue = world.catalogue()
    found = Histories.of(
        catalogue,
        [did("a", "c1", 5, Kind.VIEWED, 0), did("a", "c1", 1, Kind.RATED, -0.5), did("a", "c1", 3, Kind.RATED, 0.25)],
    )
    assert len(found) == 1
    assert found.value.tolist() == [0.25]
    assert found.weight.tolist() == [1.0]
    assert found.at.tolist() == [int((DAY + timedelta(days=5)).timestamp())]


def test_strength_grows_with_how_often_and_ends_at_one() -> None:
    seldom, often, always = (Interaction("a", "b", Kind.VIEWED, 0, weight=times) for times in (1.0, 5.0, 1e9))
    assert strength(seldom) == pytest.approx(0.2)
    assert strength(seldom) < strength(often) < strength(always) == 1.0
    assert strength(Interaction("a", "b", Kind.DISLIKED, -1)) == 0


@pytest.mark.parametrize(("size", "held"), [(1, 1), (4, 1), (5, 1), (9, 2), (10, 2), (100, 20)])
def test_the_last_fifth_of_each_history(size: int, held: int) -> None:
    catalogue = world.catalogue()
    ids = [catalogue.id(row % len(catalogue)) for row in range(size)][: len(catalogue)]
    size = len(ids)
    found = Histories.of(catalogue, [did("a", each, day) for day, each in enumerate(ids)])
    late = found.between(0.8, 1)
    assert late.sum() == size - int(np.floor(0.8 * size))
    assert not (late & found.between(0, 0.8)).any()
    assert (late | found.between(0, 0.8)).all()
    assert found.at[late].min() >= found.at[~late].max(initial=0)
    if size <= 10:
        assert late.sum() == held


def test_counts_and_what_was_popular_at_a_time() -> None:
    catalogue = world.catalogue()
    found = Histories.of(
        catalogue,
        [
            did("a", "c1", 0),
            did("b", "c1", 0),
            did("c", "c2", 100),
            did("d", "c3", 200),
            did("e", "c1", 0, Kind.DISLIKED),
        ],
    )
    assert found.counts()[[catalogue.row(each) for each in ("c1", "c2", "c3", "h1")]].tolist() == [2, 1, 1, 0]
    then = found.recent(int((DAY + timedelta(days=100)).timestamp()), half_life=50)
    assert then[catalogue.row("c1")] == pytest.approx(2 * 0.25)
    assert then[catalogue.row("c2")] == pytest.approx(1)
    assert then[catalogue.row("c3")] == 0


def test_a_changed_item_takes_its_people_along_and_a_removed_one_does_not() -> None:
    old = world.catalogue()
    before = Histories.of(old, [did("a", "c1"), did("a", "c2", 1), did("b", "c1")])
    new = old.changed([world.item("c", 1)], removed=["c2"])
    after = before.changed(new)
    assert after.counts()[new.row("c1")] == 2
    assert len(after) == 2
    assert after.size == len(new)


def test_a_history_reads_back_as_it_was() -> None:
    catalogue = world.catalogue()
    found = Histories.of(
        catalogue, [did("a", "c1"), did("a", "c2", 1, Kind.VIEWED, 0.1), did("a", "c3", 2, Kind.DISLIKED, -1)]
    )
    again = taste(catalogue, found.history(0, catalogue))
    first = taste_of(found, 0)
    assert again.rows.tolist() == first.rows.tolist() == [catalogue.row("c2"), catalogue.row("c1")]
    assert again.seen.tolist() == first.seen.tolist()
    np.testing.assert_allclose(again.weights, first.weights, rtol=1e-5)
    assert again.at == first.at


def test_what_was_done_last_and_liked_most_weighs_most() -> None:
    catalogue = world.catalogue()
    person = taste(catalogue, world.history("c1", "c2", "c3"))
    assert person.rows.tolist() == [catalogue.row(each) for each in ("c3", "c2", "c1")]
    assert (np.diff(person.weights) < 0).all()
    liked = taste(catalogue, world.history("c1", value=1.0)).weights[0]
    assert liked > taste(catalogue, world.history("c1", value=-1.0)).weights[0] > 0
    assert not taste(catalogue, world.history("c1", kind=Kind.DISLIKED, value=-1))
    assert not taste(catalogue, [])
