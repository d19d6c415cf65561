"""Features, the ranker, what is kept of it, and learning as a whole, on a world with two camps."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from palate.catalogue.catalogue import Catalogue
from palate.domain import Query
from palate.errors import MissingPackage, TrainingError
from palate.retrieval.engine import Engine
from palate.retrieval.fusion import fuse_learned
from palate.retrieval.graph.affinity import affinities
from palate.retrieval.graph.relationweights import learn_relation_weights
from palate.retrieval.learned import training
from palate.retrieval.learned.crowding import Crowding
from palate.retrieval.learned.features import Features
from palate.retrieval.learned.models import FILE, Models, models_folder
from palate.retrieval.learned.progress import Progress
from palate.retrieval.learned.ranker import Group, Ranker, learn_ranker, part_of
from palate.retrieval.people.behaviour import FEW
from palate.retrieval.people.histories import Histories
from tests.retrieval import world


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return world.catalogue()


@pytest.fixture(scope="module")
def everybody(small: Catalogue) -> Histories:
    return world.histories(small)


@pytest.fixture(scope="module")
def models(small: Catalogue, everybody: Histories) -> Models:
    steps: list[Progress] = []
    learned = training.learn(Engine(small), everybody, tell=steps.append)
    assert [step.what for step in steps][-2:] == ["ranker", "families on everything"]
    return learned


def test_everything_is_learned_and_used(small: Catalogue, everybody: Histories, models: Models) -> None:
    assert models.als
    assert models.itemitem
    assert models.sequence
    assert models.ranker
    assert models.about["people"] == world.PEOPLE
    engine = Engine(small, histories=everybody, models=models)
    history = tuple(world.history("h4", "h5", "h7"))
    seen = frozenset(each.item_id for each in history)
    slate = engine.recommend(Query(history=history, exclude=seen, diversity=0))
    assert all(item.id.startswith("h") for item in slate.items)
    first = slate.recommendations[0]
    assert {"als", "itemitem", "next", "people"} & set(first.contributions)
    assert any(fact.relation == "people_liked" for fact in first.facts)


def test_shap_values_and_base_sum_to_the_score(small: Catalogue, everybody: Histories, models: Models) -> None:
    engine = Engine(small, histories=everybody, models=models)
    query = training.request_of(everybody, 0, small)
    features = engine.features(query, training.proposals(engine, query))
    assert models.ranker
    scores = models.ranker.scores(features)
    told = models.ranker.contributions(features, range(len(scores)))
    np.testing.assert_allclose([sum(parts.values()) for parts in told], scores, atol=1e-4)
    assert models.ranker.contributions(features, []) == []


def test_learning_twice_gives_the_same(small: Catalogue, everybody: Histories, models: Models) -> None:
    again = training.learn(Engine(small), everybody)
    assert again.ranker
    assert models.ranker
    assert again.ranker.trees == models.ranker.trees
    assert again.relations == models.relations


def test_examples_never_see_what_came_after(small: Catalogue, everybody: Histories) -> None:
    before = everybody.only(everybody.between(0, 0.8))
    after = everybody.only(everybody.between(0.8, 1))
    engine = Engine(small).learned(before, training.families(small, before))
    # With other things after the cut the features must be the same to the last bit.
    shuffled = everybody.only(np.zeros(len(everybody), np.bool_))
    groups = training.examples(engine, before, after)
    for place, group in zip(range(len(before.users)), groups, strict=True):
        query = training.request_of(before, place, small)
        alone = Engine(small).learned(before, training.families(small, before))
        np.testing.assert_array_equal(
            group.features.values, alone.features(query, training.proposals(alone, query)).values
        )
        seen = before.item[before.of_user(place)]
        assert not np.isin(group.features.rows, seen).any()
        targets = after.item[after.of_user(place)]
        assert set(group.features.rows[group.relevant].tolist()) <= set(targets.tolist())
        if place == 2:
            break
    assert training.examples(engine, before, shuffled) == []


def test_too_little_is_told_and_not_learned_from(small: Catalogue) -> None:
    few = Histories.of(small, world.history("c1", "c2"))
    with pytest.raises(TrainingError, match="import-history"):
        training.learn(Engine(small), few)
    with pytest.raises(TrainingError, match="nothing to learn"):
        learn_ranker([])


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, models: Models) -> None:
    assert models.ranker
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    bare = Ranker(models.ranker.names, models.ranker.trees)
    features = Features(np.arange(2, dtype=np.int32), ("als.share",), np.ones((2, 1), np.float32))
    with pytest.raises(MissingPackage, match=r"palate\[train\]"):
        bare.scores(features)
    with pytest.raises(MissingPackage, match=r"palate\[train\]"):
        learn_ranker([Group(features, np.array([True, False]))])


def test_models_are_read_as_they_were_written(tmp_path: Path, models: Models) -> None:
    folder = models_folder(tmp_path, "small")
    assert not Models.load(folder)
    models.save(folder)
    models.save(folder)
    assert {path.name for path in folder.iterdir()} == {FILE, "people.npz"}
    again = Models.load(folder)
    assert again
    assert again.about == models.about
    assert again.relations == models.relations
    assert again.ranker == models.ranker
    for one, other in ((again.itemitem, models.itemitem), (again.sequence, models.sequence)):
        assert one
        assert other
        assert one.ids == other.ids
        np.testing.assert_array_equal(one.weights, other.weights)
        np.testing.assert_array_equal(one.ends, other.ends)
    assert again.als
    assert models.als
    np.testing.assert_array_equal(again.als.factors, models.als.factors)
    Models().save(folder)
    assert not Models.load(folder)


def test_damaged_models_are_told(tmp_path: Path, models: Models) -> None:
    models.save(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    for damage in (whole[: len(whole) // 2], b"nothing of the kind", b""):
        (tmp_path / FILE).write_bytes(damage)
        with pytest.raises(TrainingError, match="palate train"):
            Models.load(tmp_path)


def test_features_of_what_several_propose(small: Catalogue, everybody: Histories) -> None:
    engine = Engine(small).learned(everybody, training.families(small, everybody))
    query = training.request_of(everybody, 0, small)
    found = training.proposals(engine, query)
    features = engine.features(query, found)
    assert features.rows.tolist() == sorted({row for ranking in found for row in ranking.rows.tolist()})
    als = next(ranking for ranking in found if ranking.source == "als")
    share = features.select(["als.share", "als.rank", "nothing.of.that.name"])
    place = np.searchsorted(features.rows, als.rows)
    np.testing.assert_allclose(share[place, 0], als.scores / als.scores[0], rtol=1e-5)
    np.testing.assert_allclose(share[place, 1], np.log1p(np.arange(len(als))), rtol=1e-5)
    other = np.setdiff1d(np.arange(len(features.rows)), place)
    assert np.isnan(share[other, 0]).all()
    assert np.isnan(share[:, 2]).all()
    assert part_of("als.rank") == "als"
    assert part_of("shares.genre") == "shares:genre"
    assert part_of("beside.year") == "year"


def test_affinities_sum_to_the_likeness_of_the_graph(small: Catalogue) -> None:
    graph = Engine(small).graph
    rows, others = np.array([0, 3, 8], np.int32), np.array([2, 5], np.int32)
    weights = np.array([0.7, 0.3], np.float32)
    parts = affinities(graph, rows, others, weights)
    assert set(parts) == {"genre", "maker"}
    np.testing.assert_allclose(
        sum(parts.values()), graph.similarity(graph.edges.hood(rows), others.tolist()) @ weights, rtol=1e-5
    )


def test_the_relation_that_people_go_by_weighs_more(small: Catalogue, everybody: Histories) -> None:
    graph = Engine(small).graph
    before = everybody.only(everybody.between(0, 0.5))
    after = everybody.only(everybody.between(0.5, 1))
    # What people turn to shares the genre with what came before, and the maker only by chance.
    learned = learn_relation_weights(graph, before, after)
    assert learned["genre"] / graph.weights["genre"] > learned["maker"] / graph.weights["maker"]
    nobody = everybody.only(np.zeros(len(everybody), np.bool_))
    assert learn_relation_weights(graph, nobody, after) == {}


def test_what_everybody_is_shown_makes_way(small: Catalogue, everybody: Histories, models: Models) -> None:
    assert max(models.exposure.values()) <= world.PEOPLE
    assert sum(models.exposure.values()) <= training.FIRST * world.PEOPLE
    engine = Engine(small, histories=everybody, models=models)
    exposure = engine.families.behaviour.exposure
    most = max(models.exposure.values())
    assert exposure.max() == pytest.approx(most / (most + FEW))
    assert not any(exposure[row] for row in range(len(small)) if small.id(row) not in models.exposure)
    assert models.ranker
    query = training.request_of(everybody, 0, small)
    features = engine.features(query, training.proposals(engine, query))
    order = np.argsort(-models.ranker.scores(features), kind="stable")
    crowded = np.zeros(len(order), np.float32)
    crowded[order[[0, 1, 3]]] = 1.0
    fused = fuse_learned(models.ranker, features, None, Crowding(crowded, 0.4, 5))
    shown = fused.rows[np.argsort(-fused.scores, kind="stable")]
    # The two best stay, of the others what everybody is shown falls behind what they are not.
    assert shown[:3].tolist() == features.rows[order[:3]].tolist()
    assert features.rows[order[3]] not in shown[:5]
    silent = engine.slate(
        Query(query.text, history=query.history, exclude=query.exclude, size=3, diversity=0.0),
        training.proposals(engine, query),
    )
    best = features.rows[np.argsort(-models.ranker.scores(features), kind="stable")[:1]]
    assert silent.items[0].id == small.id(int(best[0]))
