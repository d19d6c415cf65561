"""Grown histories: the same each time, of items that are there, and not all alike."""

from __future__ import annotations

from collections import Counter

from palate.benchmark.growing import Growth
from palate.benchmark.people import EACH, interactions, people_for


def test_everybody_did_something_with_items_that_are_there(growth: Growth) -> None:
    done = list(interactions(growth, 60))
    assert done == list(interactions(growth, 60))
    assert Counter(each.user_id for each in done) == {f"person-{n}": EACH for n in range(60)}
    for each in done:
        growth.row(each.item_id)
        assert -1 <= each.value <= 1


def test_people_have_tastes(growth: Growth) -> None:
    people: dict[str, list[int]] = {}
    for each in interactions(growth, 60):
        people.setdefault(each.user_id, []).append(growth.row(each.item_id))
    for rows in people.values():
        families = Counter(next(p for p in range(growth.parents) if row in growth.children(p)) for row in rows)
        assert sum(count for _, count in families.most_common(2)) >= EACH / 3


def test_every_row_has_one_first_parent(growth: Growth) -> None:
    rows = [row for parent in range(growth.parents) for row in growth.children(parent).tolist()]
    assert sorted(rows) == list(range(len(growth)))
    assert all(parent in growth.children(parent) for parent in range(growth.parents))


def test_how_many() -> None:
    assert people_for(1_000_000) == 100_000
    assert people_for(500) == 0
