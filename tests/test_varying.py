"""Experiments while people are served: who gets what, that they keep it, and that the rows say so."""

from __future__ import annotations

import gc
import logging
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from palate.agent.agent import Agent
from palate.agent.events import TurnFinished
from palate.app import Palate
from palate.domain import GUEST, User
from palate.errors import StoreError
from palate.experiments import Experiment, Variant
from palate.experiments.changes import CHANGES
from palate.settings import Settings
from palate.store.records import StoredSlate
from palate.store.store import Store
from palate.turns import Shown
from palate.varying import EVERY, Varying
from tests.agent.scripted import ScriptedModel
from tests.test_live import TEAS, bring_in, eventually

WARM = {"write": "{# version: 7 #}\nWrite warmly about {{ noun.many|inside(40) }}."}
PEOPLE = [f"p{number}" for number in range(60)]


def comparing(name: str = "size", half: float = 0.5, **changes: Any) -> Experiment:
    """Running since now: the settings against others."""
    variants = (Variant("now", half), Variant("other", half, changes))
    return Experiment(name, variants, "liked", 0.2, 0.5, started=datetime.now(UTC), prompts={"warm": WARM})


def opened(folder: Path) -> Palate:
    return Palate.open(Settings(data_dir=folder), catalogue="tea", model=False, ordered=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bring_in(tmp_path, TEAS)
    with Store.open(Settings(data_dir=tmp_path)) as store:
        for person in PEOPLE:
            store.add_user(User(person, person))
        store.add_user(User("ann", "Ann", sample=True))
    return tmp_path


@pytest.fixture
def teas(folder: Path) -> Iterator[Palate]:
    with opened(folder) as palate:
        yield palate


def shown(palate: Palate, user: str, text: str = "tea") -> StoredSlate:
    slate = palate.recommend(text, user=user).slate
    assert slate is not None
    return palate.store.slates.find(slate.id)


def slates_of(palate: Palate, conversation: str) -> list[StoredSlate]:
    return [palate.store.slates.find(turn.slate_id) for turn in palate.turns(conversation) if turn.slate_id]


# Who gets what


def test_two_variants_get_different_slates_and_the_rows_say_so(teas: Palate) -> None:
    experiment = comparing(slate_size=1)
    teas.store.experiments.add(experiment)
    sizes: dict[str, set[int]] = {"now": set(), "other": set()}
    for person in PEOPLE:
        slate = shown(teas, person)
        assert slate.experiment == "size"
        assert slate.variant == experiment.variant_of(person).name  # type: ignore[union-attr]
        sizes[slate.variant].add(len(slate.items))
    assert sizes == {"now": {5}, "other": {1}}


def test_a_conversation_keeps_its_variant_and_says_so(teas: Palate) -> None:
    teas.store.experiments.add(comparing(slate_size=1))
    found: dict[str, set[int]] = {}
    for user in (*PEOPLE[:6], *[GUEST] * 6, *["ann"] * 6):
        conversation = teas.start_conversation(user)
        teas.ask("tea", conversation=conversation)
        teas.ask("something else", conversation=conversation)
        slates = slates_of(teas, conversation)
        assert len({(slate.experiment, slate.variant) for slate in slates}) == 1
        assert slates[0].experiment == "size"
        found.setdefault(slates[0].variant, set()).add(len(slates[0].items))
        whose = conversation if user in {GUEST, "ann"} else user
        assert slates[0].variant == comparing().variant_of(whose).name  # type: ignore[union-attr]
    assert found == {"now": {5}, "other": {1}}


@pytest.mark.parametrize("user", [GUEST, "ann"])
def test_who_cannot_be_told_from_others_takes_no_part(teas: Palate, user: str) -> None:
    teas.store.experiments.add(comparing(slate_size=1))
    slate = shown(teas, user)
    assert (len(slate.items), slate.experiment, slate.variant) == (5, "", "")


def test_half_a_character_in_an_id_is_no_reason_to_fail(teas: Palate) -> None:
    teas.store.experiments.add(comparing(slate_size=1))
    assert Varying(teas.store, "tea").part(teas.now, "half \ud800").experiment == "size"


def test_nobody_is_in_two_experiments_at_once(teas: Palate) -> None:
    teas.store.experiments.add(comparing("first", 0.25, slate_size=1))
    teas.store.experiments.add(comparing("second", 0.25, slate_size=2))
    first, second = comparing("first", 0.25), comparing("second", 0.25)
    for person in PEOPLE:
        slate = shown(teas, person)
        mine = first.variant_of(person) or second.variant_of(person)
        assert slate.experiment == ("first" if first.variant_of(person) else "second" if mine else "")
        assert slate.variant == (mine.name if mine else "")


def test_an_experiment_about_another_catalogue_changes_nothing(teas: Palate, folder: Path) -> None:
    bring_in(folder, TEAS, "cups")
    teas.store.experiments.add(replace(comparing(slate_size=1), catalogue="cups"))
    assert {(len(slate.items), slate.experiment) for slate in (shown(teas, person) for person in PEOPLE[:9])} == {
        (5, "")
    }


# Several processes, and what changes meanwhile


def test_processes_agree_and_follow(folder: Path) -> None:
    with ExitStack() as stack:
        one, two = (stack.enter_context(opened(folder)) for _ in range(2))
        assert {shown(palate, person).variant for palate in (one, two) for person in PEOPLE[:4]} == {""}
        one.store.experiments.add(comparing(slate_size=1))
        assert eventually(lambda: all(shown(palate, "p0").experiment for palate in (one, two)))
        seen = [[shown(palate, person).variant for person in PEOPLE] for palate in (one, two, one)]
        assert seen[0] == seen[1] == seen[2]
        assert min(Counter(seen[0]).values()) > 15
        conversation = one.start_conversation(GUEST)
        for palate in (one, two, one):
            palate.ask("more tea", conversation=conversation)
        assert len({slate.variant for slate in slates_of(two, conversation)}) == 1
        two.store.experiments.stop("size", datetime.now(UTC))
        assert eventually(lambda: not any(shown(palate, "p0").experiment for palate in (one, two)))


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_store_is_asked_once_a_second_and_its_troubles_are_survived(
    teas: Palate, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, asked, experiments = Clock(), list[str](), teas.store.experiments
    running = experiments.running

    def counting(catalogue: str) -> list[Experiment]:
        asked.append(catalogue)
        if clock.now > 10:
            raise StoreError("The disk is full.")
        return running(catalogue)

    monkeypatch.setattr(experiments, "running", counting)
    varying = Varying(teas.store, "tea", clock)
    assert [varying.part(teas.now, "p1").experiment for _ in range(5)] == [""] * 5
    assert asked == ["tea"]
    experiments.add(comparing(slate_size=1))
    assert varying.part(teas.now, "p1").experiment == ""
    clock.now += EVERY
    assert varying.part(teas.now, "p1").experiment == "size"
    assert asked == ["tea", "tea"]
    clock.now = 11
    with caplog.at_level(logging.WARNING):
        assert varying.part(teas.now, "p1").experiment == "size"
        clock.now += EVERY
        assert varying.part(teas.now, "p1").experiment == "size"
    assert [record.message for record in caplog.records] == [
        "The experiments cannot be read; those that ran go on: The disk is full."
    ]


def test_an_import_is_seen_by_all_variants(teas: Palate, folder: Path) -> None:
    teas.store.experiments.add(comparing(slate_size=2))
    conversations = {person: teas.start_conversation(person) for person in PEOPLE[:8]}
    for person, conversation in conversations.items():
        assert len(teas.ask("black tea", user=person, conversation=conversation).recommendations) == 2
    bring_in(folder, [*TEAS, {**TEAS[1], "sku": "t6", "name": "Yunnan Gold", "price": "$1"}])
    found = Counter[str]()
    for person, conversation in conversations.items():
        turn = teas.ask("a tea under $3", user=person, conversation=conversation)
        assert [r.item.title for r in turn.recommendations] == ["Yunnan Gold"]
        found[slates_of(teas, conversation)[-1].variant] += 1
    assert set(found) == {"now", "other"}


def test_what_answered_before_a_change_is_let_go(teas: Palate, folder: Path) -> None:
    """Somebody who was erased is in no memory; so what was made of the agent before goes, too."""
    teas.store.experiments.add(comparing(slate_size=2))
    varying = Varying(teas.store, "tea")
    parts = [varying.part(teas.now, person) for person in PEOPLE]
    before = [weakref.ref(teas.now.agent), *{weakref.ref(part.agent) for part in parts}]
    assert len(before) == 3
    del parts
    bring_in(folder, [{**row, "price": "$1"} for row in TEAS])
    teas.ask("tea")
    gc.collect()
    assert [agent() for agent in before] == [None] * 3


# What a variant changes


def agents(palate: Palate, experiment: Experiment) -> Mapping[str, Agent]:
    """The agent of each variant."""
    palate.store.experiments.add(experiment)
    varying = Varying(palate.store, "tea")
    parts = [varying.part(palate.now, person) for person in PEOPLE]
    made = {part.variant: part.agent for part in parts}
    assert all(made[part.variant] is part.agent for part in parts), "each is made once"
    return made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ranker", False),
        ("diversity", 0.9),
        ("diversifier", "dpp"),
        ("novelty", 0.5),
        ("long_tail", 0.4),
        ("slate_size", 3),
    ],
)
def test_the_options_of_a_variant(teas: Palate, name: str, value: object) -> None:
    changes: dict[str, Any] = {name: value}
    made = agents(teas, comparing("size", 0.5, **changes))
    assert made["now"] is teas.now.agent
    engine, usual = made["other"]._engine, teas.now.engine
    assert engine.options == replace(usual.options, **changes)
    assert engine.options != usual.options
    assert engine.families._options == engine.options
    assert usual.families._options == usual.options
    assert engine.families.lexical is usual.families.lexical, "what takes memory is shared"


def test_everything_that_may_be_changed_is_tried_here() -> None:
    assert set(CHANGES) == {
        "ranker",
        "diversity",
        "diversifier",
        "novelty",
        "long_tail",
        "slate_size",
        "prompts",
    }


def test_the_prompts_of_a_variant(teas: Palate) -> None:
    made = agents(teas, comparing(prompts="warm"))
    said, prompts = {}, {}
    for name, agent in made.items():
        model = ScriptedModel(replies=[["Lapsang Souchong ($9) is smoky."]])
        end = list(agent.stream("something smoky", model=model))[-1]
        assert isinstance(end, TurnFinished)
        said[name], prompts[name] = model.write_prompts[0][0]["content"], end.prompts
    assert said["other"] == "Write warmly about products."
    assert said["now"].startswith("You write the reply of a recommender of products.")
    assert "warm/write 7, write-items 1" in prompts["other"]
    assert "warm" not in prompts["now"]


def test_prompts_that_fit_no_more_are_given_to_nobody(teas: Palate, caplog: pytest.LogCaptureFixture) -> None:
    broken = {"warm": {"write": "{# version: 1 #}\n{{ what.another.palate.knew }}"}}
    teas.store.experiments.add(replace(comparing(prompts="warm"), prompts=broken))
    with caplog.at_level(logging.WARNING):
        variants = {shown(teas, person).variant for person in PEOPLE}
    assert variants == {"now", ""}
    (record,) = caplog.records
    assert "Nobody gets the variant 'other' of 'size'" in record.message


# The cache


def test_nobody_is_answered_from_memory_and_takes_no_part(teas: Palate) -> None:
    experiment = comparing(slate_size=1)
    teas.store.experiments.add(experiment)
    mine: dict[str, list[Shown]] = {"now": [], "other": []}
    for person in PEOPLE[:20]:
        answered = teas.recommend("tea", user=person)
        assert answered.slate is not None
        mine[answered.slate.variant].append(answered)
    guest = teas.recommend("tea")
    for variant, found in mine.items():
        assert len(found) > 3
        assert {(one.slate.experiment, one.slate.variant) for one in found if one.slate} == {("size", variant)}
    assert teas.recommend("tea").answered is guest.answered, "worked out once"
    assert guest.slate is not None
    assert guest.slate.experiment == ""
    assert mine["other"][0].answered is not guest.answered
