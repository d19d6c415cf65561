"""Learning from a log in which what is bad was shown first: the naive learner is wrong, the debiased one right."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from palate.catalogue.catalogue import Catalogue
from palate.domain import GUEST
from palate.errors import TrainingError
from palate.retrieval.engine import Engine
from palate.retrieval.learned.features import Features
from palate.retrieval.learned.fromuse import FEWEST_SLATES, HELD, Lesson, learn_from_use
from palate.retrieval.learned.models import Models
from palate.retrieval.learned.progress import Progress
from palate.retrieval.learned.ranker import Group, Ranker, learn_ranker
from palate.retrieval.learned.training import learn, proposals, request_of
from palate.retrieval.learned.usage import used
from palate.retrieval.people.histories import Histories
from tests.retrieval import world
from tests.retrieval.learned.used_world import BEGAN, good, impressions

SLATES = 3000


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return world.catalogue()


@pytest.fixture(scope="module")
def everybody(small: Catalogue) -> Histories:
    return world.histories(small)


@pytest.fixture(scope="module")
def debiased(small: Catalogue, everybody: Histories) -> Lesson:
    return learn_from_use(Engine(small), everybody, used(impressions(small, SLATES), small), None)


@pytest.fixture(scope="module")
def naive(small: Catalogue, everybody: Histories) -> Lesson:
    """What comes of taking what was chosen most for the best; the running ranker is so bad that it gets through."""
    slates = used(impressions(small, SLATES), small)
    return learn_from_use(Engine(small), everybody, slates, WORST, debiased=False)


class Worst(Ranker):
    """Puts what is good last."""

    def scores(self, features: Features) -> NDArray[np.float32]:
        """Minus the quality."""
        return -features.select(["item.quality"])[:, 0]


class Best(Ranker):
    """Puts what is good first."""

    def scores(self, features: Features) -> NDArray[np.float32]:
        """Whether it is good."""
        return (features.select(["item.quality"])[:, 0] >= 53).astype(np.float32)


WORST, BEST = Worst((), ""), Best((), "")


def right(models: Models | None, catalogue: Catalogue, histories: Histories) -> float:
    """Share of pairs of a good and a bad item that a ranker puts in the right order, over everybody."""
    assert models is not None
    assert models.ranker is not None
    engine = Engine(catalogue, histories=histories, models=models)
    shares = []
    for place in range(len(histories.users)):
        query = request_of(histories, place, catalogue)
        features = engine.features(query, proposals(engine, query))
        scores = models.ranker.scores(features)
        better = np.array([good(catalogue, catalogue.id(row)) for row in features.rows.tolist()])
        apart = scores[better][:, None] - scores[~better][None, :]
        shares.append(float((apart > 0).mean() + (apart == 0).mean() / 2))
    return float(np.mean(shares))


def test_the_naive_learner_is_wrong_and_the_debiased_one_right(
    small: Catalogue, everybody: Histories, debiased: Lesson, naive: Lesson
) -> None:
    from_histories = right(learn(Engine(small), everybody), small, everybody)
    wrong, found = right(naive.models, small, everybody), right(debiased.models, small, everybody)
    assert wrong < from_histories < found
    assert wrong < 0.45
    assert found > 0.6
    # On slates that neither has seen, whose makers know what each would have been worth, too.
    assert debiased.judged.new > naive.judged.new


def test_what_is_in_service_says_from_what_it_was_learned(
    small: Catalogue, everybody: Histories, debiased: Lesson
) -> None:
    models = debiased.models
    assert models is not None
    assert models.als
    assert models.about["slates"] == SLATES
    assert models.about["choices"] == debiased.choices
    assert models.about["slates_since"] == BEGAN.isoformat()
    assert str(models.about["slates_until"]) > str(models.about["learned_until"])
    assert debiased.judged.slates == round(HELD * debiased.choices)
    assert set(models.people) == set(everybody.users)
    assert models.exposure


def test_nothing_of_the_slate_itself_is_a_feature(debiased: Lesson) -> None:
    assert debiased.models
    assert debiased.models.ranker
    assert not any(name.startswith("slate") for name in debiased.models.ranker.names)


def test_a_running_ranker_that_is_better_stays(small: Catalogue, everybody: Histories) -> None:
    steps: list[Progress] = []
    slates = used(impressions(small, 1200), small)
    lesson = learn_from_use(Engine(small), everybody, slates, BEST, tell=steps.append)
    assert lesson.judged.worse
    assert lesson.models is None
    assert lesson.judged.running > lesson.judged.new
    assert [step.what for step in steps][-1].endswith("slates held out")


def test_too_few_slates_are_counted(small: Catalogue, everybody: Histories) -> None:
    slates = used(impressions(small, 120), small)
    telling = sum(slate.telling for slate in slates)
    assert telling < FEWEST_SLATES
    with pytest.raises(TrainingError, match=f"Of 120 slates .* {FEWEST_SLATES - telling} more are needed .*Nothing"):
        learn_from_use(Engine(small), everybody, slates, None)
    nobody = [replace(slate, user=GUEST) for slate in used(impressions(small, 1000), small)]
    with pytest.raises(TrainingError, match="0 have a choice of somebody with a history"):
        learn_from_use(Engine(small), everybody, nobody, None)
    with pytest.raises(TrainingError, match="100 more"):
        learn_from_use(Engine(small), everybody, [], None)


def test_before_there_are_histories_nothing_is_learned(small: Catalogue, everybody: Histories) -> None:
    early = (BEGAN - world.BEGAN).total_seconds() - timedelta(days=30).total_seconds()
    slates = [replace(slate, at=slate.at - early) for slate in used(impressions(small, 2000), small)]
    with pytest.raises(TrainingError, match=r"Before the first slate .* later --since"):
        learn_from_use(Engine(small), everybody, slates, None)


def test_a_group_counts_as_much_as_it_weighs() -> None:
    rng = np.random.default_rng(0)
    groups = []
    for number in range(400):
        values = rng.normal(size=(6, 1)).astype(np.float32)
        features = Features(np.arange(6, dtype=np.int32), ("item.x",), values)
        # Most say that the greatest is the best, the others the contrary and weigh more.
        best = values[:, 0].argmin() if number % 4 == 0 else values[:, 0].argmax()
        groups.append(Group(features, np.arange(6) == best, 20.0 if number % 4 == 0 else 1.0))
    probe = Features(np.arange(2, dtype=np.int32), ("item.x",), np.array([[-2.0], [2.0]], np.float32))
    low, high = learn_ranker(groups).scores(probe)
    assert low > high
    low, high = learn_ranker([replace(group, weight=1.0) for group in groups]).scores(probe)
    assert high > low
