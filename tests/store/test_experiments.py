"""Experiments as they are kept, and what came of them as the rows say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from palate.domain import GUEST, Interaction, Kind, User
from palate.errors import ExperimentError, UnknownCatalogue, UnknownExperiment
from palate.experiments import Counted, Experiment, Outcome, Variant
from palate.store.records import Feedback, StoredSlate
from palate.store.store import Store
from tests.store.conftest import ITEMS, NAME, SCHEMA

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE = Experiment(
    "rare",
    (Variant("now", 0.5), Variant("rare", 0.5, {"novelty": 0.3, "prompts": "warm"})),
    "liked",
    0.1,
    0.2,
    started=NOW,
    prompts={"warm": {"write": "{# version: 1 #}\nWrite."}},
)
MOST = {"now": 100, "rare": 100}


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def show(
    store: Store, user: str, variant: str, after: float, conversation: str = "", experiment: str = "rare"
) -> str:
    """Show a slate so many minutes after the start; its id."""
    items = [{"id": "1"}, {"id": "2"}]
    slate = StoredSlate(uuid4().hex, user, NAME, "crime", items, conversation_id=conversation or None)
    store.slates.add([replace(slate, experiment=experiment, variant=variant, at=minutes(after))])
    return slate.id


def do(
    store: Store, user: str, after: float, *, slate: str = "", conversation: str = "", item: str = "1", kind: str = ""
) -> None:
    """Do something with an item, so many minutes after the start."""
    done = Interaction(user, item, Kind(kind or "liked"), 1.0, minutes(after))
    store.slates.react(Feedback(done, conversation or None, slate or None), NAME)


def people(store: Store, *names: str) -> None:
    for name in names:
        store.add_user(User(name, name))


def outcomes(now: tuple[int, int], rare: tuple[int, int]) -> Mapping[str, Outcome]:
    return {"now": Outcome.share(*now), "rare": Outcome.share(*rare)}


# Kept


def test_kept_as_it_was_defined(store: Store) -> None:
    assert store.experiments.listed() == []
    store.experiments.add(ONE)
    assert store.experiments.find("rare") == ONE
    assert store.experiments.listed() == [ONE]
    with pytest.raises(UnknownExperiment, match="palate experiment list"):
        store.experiments.find("none")


def test_running_until_it_is_stopped(store: Store) -> None:
    half = (Variant("now", 0.2), Variant("rare", 0.2))
    later = Experiment("a-later", half, "liked", 0.1, 0.2, started=minutes(1))
    elsewhere = replace(later, name="elsewhere", catalogue="other", started=minutes(2))
    store.replace_items("other", SCHEMA, ITEMS, "first")
    store.experiments.add(replace(later, name="z-first", started=NOW))
    store.experiments.add(later)
    store.experiments.add(elsewhere)
    assert [one.name for one in store.experiments.running(NAME)] == ["z-first", "a-later"]
    assert [one.name for one in store.experiments.running("other")] == ["z-first", "a-later", "elsewhere"]
    assert store.experiments.stop("z-first", minutes(3)).stopped == minutes(3)
    assert [one.name for one in store.experiments.running(NAME)] == ["a-later"]
    assert [one.name for one in store.experiments.listed()] == ["a-later", "elsewhere", "z-first"]
    with pytest.raises(ExperimentError, match="already"):
        store.experiments.stop("z-first", minutes(4))
    with pytest.raises(UnknownExperiment):
        store.experiments.stop("none", minutes(4))


def test_stopped_by_a_clock_that_is_behind(store: Store) -> None:
    store.experiments.add(ONE)
    assert store.experiments.stop("rare", minutes(-5)).stopped == NOW


@pytest.mark.parametrize("ask", ["add", "check"])
def test_refused_before_anybody_takes_part(store: Store, ask: str) -> None:
    asked = getattr(store.experiments, ask)
    with pytest.raises(ExperimentError, match=r"counts 'smiled'; what can be counted is rated, liked, .*bought"):
        asked(replace(ONE, metric="smiled"))
    with pytest.raises(UnknownCatalogue):
        asked(replace(ONE, catalogue="none"))
    store.experiments.add(ONE)
    with pytest.raises(ExperimentError, match="'rare' already"):
        asked(ONE)
    with pytest.raises(ExperimentError, match="palate experiment stop rare"):
        asked(replace(ONE, name="other"))
    store.experiments.stop("rare", minutes(1))
    with pytest.raises(ExperimentError, match="'rare' already"):
        asked(ONE)
    asked(replace(ONE, name="other"))


def test_experiments_about_two_catalogues_run_beside_each_other(store: Store) -> None:
    store.replace_items("other", SCHEMA, ITEMS, "first")
    store.experiments.add(replace(ONE, catalogue=NAME))
    store.experiments.add(replace(ONE, name="other", catalogue="other"))
    with pytest.raises(ExperimentError, match="Everybody takes part in 'other'"):
        store.experiments.add(replace(ONE, name="third", catalogue="other"))


def test_what_has_not_been_started_is_not_kept(store: Store) -> None:
    with pytest.raises(ExperimentError, match="not been started"):
        store.experiments.add(replace(ONE, started=None))


# Counted


def test_a_person_counts_once_from_their_first_slate_on(store: Store) -> None:
    people(store, "a", "b", "c", "d")
    seen = {"a": "now", "b": "now", "c": "rare", "d": "rare"}
    slates = {user: show(store, user, variant, 1) for user, variant in seen.items()}
    show(store, "a", "now", 9)
    do(store, "a", 2, slate=slates["a"])
    do(store, "a", 3, slate=slates["a"], item="2")
    do(store, "b", 0.5, slate=slates["b"])  # before it was shown anything of this
    do(store, "c", 5, slate=slates["c"], kind="disliked")
    do(store, "d", 6, slate=slates["d"])
    assert store.experiments.counted(ONE, MOST) == Counted(outcomes((2, 1), (2, 1)), {"now": 2, "rare": 2})
    disliked = replace(ONE, metric="disliked")
    assert store.experiments.counted(disliked, MOST).outcomes == outcomes((2, 0), (2, 1))


def test_who_saw_two_variants_is_dropped_and_counted(store: Store) -> None:
    people(store, "a", "b")
    show(store, "a", "now", 1)
    show(store, "b", "now", 1)
    do(store, "b", 3, slate=show(store, "b", "rare", 2))
    assert store.experiments.counted(ONE, MOST) == Counted(outcomes((1, 0), (0, 0)), {"now": 1, "rare": 0}, 1)


def test_the_first_ones_as_many_as_planned(store: Store) -> None:
    people(store, *"abcd")
    for minute, user in enumerate("dcba"):
        do(store, user, minute + 0.5, slate=show(store, user, "rare", minute), item="12"[user in "ab"])
    found = store.experiments.counted(ONE, {"now": 3, "rare": 3})
    assert found == Counted(outcomes((0, 0), (3, 3)), {"now": 0, "rare": 4})


def test_under_a_shared_name_a_person_is_a_conversation(store: Store) -> None:
    for user in (GUEST, "ann"):
        one, two = (store.start_conversation(user, NAME) for _ in range(2))
        show(store, user, "now", 1, one)
        show(store, user, "rare", 1, two)
        do(store, user, 2, conversation=two)
    assert store.experiments.counted(ONE, MOST) == Counted(outcomes((2, 0), (2, 2)), {"now": 2, "rare": 2})


def test_up_to_its_end_and_of_itself_only(store: Store) -> None:
    people(store, "a", "b", "c")
    early, late = show(store, "a", "now", 1), show(store, "b", "now", 11)
    do(store, "a", 12, slate=early)
    do(store, "b", 13, slate=late)
    do(store, "c", 2, slate=show(store, "c", "now", 1, experiment="another"))
    assert store.experiments.counted(ONE, MOST).outcomes["now"] == Outcome.share(2, 2)
    assert store.experiments.counted(replace(ONE, stopped=minutes(10)), MOST).outcomes["now"] == Outcome.share(1, 0)


def test_the_mean_of_items_with_a_deviation(store: Store) -> None:
    people(store, "a", "b")
    mine = show(store, "a", "now", 1)
    show(store, "b", "now", 1)
    for item in ("1", "2", "1"):
        do(store, "a", 2, slate=mine, item=item)
    found = store.experiments.counted(replace(ONE, deviation=1.0, baseline=1.0), MOST)
    assert found.outcomes["now"] == Outcome.values([2.0, 0.0])


def test_somebody_who_is_erased_is_in_no_count(store: Store) -> None:
    people(store, "a", "b")
    store.experiments.add(ONE)
    for user in "ab":
        do(store, user, 2, slate=show(store, user, "now", 1))
    exported = store.people.rows("a")
    assert [(row["experiment"], row["variant"]) for row in exported["slates"]] == [("rare", "now")]
    store.people.erase("a")
    assert store.experiments.counted(ONE, MOST).outcomes["now"] == Outcome.share(1, 1)
    assert store.experiments.listed() == [ONE]
