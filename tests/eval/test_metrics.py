from __future__ import annotations

import numpy as np
import pytest

from palate.errors import TrainingError
from palate.eval.holdout import Holdout
from palate.eval.intervals import Bootstrap
from palate.eval.metrics import Lists, coverage, gini, score, unlikeness
from palate.retrieval.engine import Engine
from palate.retrieval.people.histories import Histories
from tests.retrieval import world

CATALOGUE = world.catalogue()
HOLDOUT = Holdout.of(world.histories(CATALOGUE))
GRAPH = Engine(CATALOGUE).graph


def test_the_last_fifth_of_everybody_is_held_out() -> None:
    assert len(HOLDOUT.people) == world.PEOPLE
    for place in HOLDOUT.people:
        before, after = HOLDOUT.before.of_user(place), HOLDOUT.after.of_user(place)
        assert HOLDOUT.before.at[before].max() <= HOLDOUT.after.at[after].min()
        assert not set(HOLDOUT.before.item[before].tolist()) & HOLDOUT.targets(place)
    with pytest.raises(TrainingError, match="long enough"):
        Holdout.of(Histories.of(CATALOGUE, world.history("c1")))


def test_ranking_metrics_by_hand() -> None:
    place = HOLDOUT.people[0]
    targets = sorted(HOLDOUT.targets(place))
    other = [row for row in range(len(CATALOGUE)) if row not in targets]
    lists = [np.asarray([other[0], targets[0], *other[1:9]], np.int32)]
    lists += [np.empty(0, np.int32)] * (len(HOLDOUT.people) - 1)
    found = score(Lists("some", lists), HOLDOUT, GRAPH).by_person
    ideal = sum(1 / np.log2(2 + rank) for rank in range(len(targets)))
    assert found["ndcg@10"][0] == pytest.approx(1 / np.log2(3) / ideal)
    assert found["recall@10"][0] == pytest.approx(1 / len(targets))
    assert found["mrr@10"][0] == pytest.approx(0.5)
    for name in ("ndcg@10", "recall@10", "mrr@10", "novelty", "diversity", "long_tail"):
        assert (found[name][1:] == 0).all()


def test_what_nobody_knows_is_novel_and_of_the_tail() -> None:
    counts = HOLDOUT.before.counts()
    famous = np.argsort(-counts, kind="stable")[:10].astype(np.int32)
    unknown = np.flatnonzero(counts == 0)[:2].astype(np.int32)
    people = len(HOLDOUT.people)
    some, none = (score(Lists("one", [rows] * people), HOLDOUT, GRAPH).by_person for rows in (famous, unknown))
    assert (none["novelty"] > some["novelty"]).all()
    assert none["novelty"][0] == pytest.approx(np.log2(len(HOLDOUT.before.users) + 1))
    assert (some["long_tail"] == 0).all()
    assert (none["long_tail"] == 1).all()


def test_lists_of_one_kind_are_less_diverse() -> None:
    same = np.array([CATALOGUE.row(f"c{n}") for n in (0, 5, 10)], np.int32)
    mixed = np.array([CATALOGUE.row(each) for each in ("c0", "h1", "c2")], np.int32)
    assert 0 <= unlikeness(GRAPH, same) < unlikeness(GRAPH, mixed) <= 1
    assert unlikeness(GRAPH, same[:1]) == 0


def test_coverage_and_gini_by_hand() -> None:
    assert coverage(np.array([3, 0, 1]), 4) == 0.5
    assert gini(np.array([2, 2, 2, 2]), 4) == pytest.approx(0)
    assert gini(np.array([5]), 100) == pytest.approx(0.99)
    assert gini(np.array([1, 3]), 2) == pytest.approx(0.25)
    assert gini(np.empty(0, np.int64), 3) == 0


def test_intervals_hold_what_they_should() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(0.3, 0.1, 400)
    bootstrap = Bootstrap(400, seed=1)
    interval = bootstrap.mean(values)
    assert interval.low < interval.mean < interval.high
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * 0.1 / 20, rel=0.2)
    # Paired: what both have in common does not widen the difference.
    ahead = bootstrap.difference(values + 0.01, values)
    assert [ahead.low, ahead.high] == pytest.approx([0.01, 0.01])
    assert Bootstrap(400, seed=1).mean(values) == interval
