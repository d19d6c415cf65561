"""Experiments in the service: two variants get different slates, and the rows say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from palate.experiments import Experiment, Variant
from palate.store.records import StoredSlate
from palate.store.store import Store
from tests.api.conftest import Service
from tests.test_live import eventually

TEXT = "a French comedy from the nineties"
EXPERIMENT = Experiment(
    "varied",
    (Variant("now", 0.5), Variant("varied", 0.5, {"diversity": 0.9})),
    "liked",
    0.2,
    0.5,
    started=datetime.now(UTC),
)


@pytest.fixture
def experiment(service: Service) -> Iterator[Experiment]:
    """One that runs, and that the service has seen."""
    service.house.store.experiments.add(EXPERIMENT)
    try:
        assert eventually(lambda: recommended(service, "eve").experiment == "varied")
        yield EXPERIMENT
    finally:
        with service.house.store._writing() as session:
            from palate.store.tables import ExperimentRow

            session.delete(session.get(ExperimentRow, "varied"))
        assert eventually(lambda: recommended(service, "eve").experiment == "")


def recommended(service: Service, user: str) -> StoredSlate:
    with service.client() as client:
        told = client.post("/v1/recommend", json={"text": TEXT, "user": user})
    assert told.status_code == 200, told.text
    slate = service.house.store.slates.find(told.json()["slate"])
    assert [each["id"] for each in slate.items] == [each["id"] for each in told.json()["items"]]
    return slate


def test_two_variants_recommend_differently_and_the_rows_say_so(service: Service, experiment: Experiment) -> None:
    seen: dict[str, set[tuple[str, ...]]] = {}
    for number in range(16):
        user = f"new-{number}"
        slates = [recommended(service, user) for _ in range(2)]
        variant = experiment.variant_of(user)
        assert variant is not None
        assert {(slate.experiment, slate.variant) for slate in slates} == {("varied", variant.name)}
        assert slates[0].items == slates[1].items
        seen.setdefault(variant.name, set()).add(tuple(str(each["id"]) for each in slates[0].items))
    assert {name: len(found) for name, found in seen.items()} == {"now": 1, "varied": 1}
    assert seen["now"] != seen["varied"]


def test_nobody_in_particular_gets_what_is_set(service: Service, experiment: Experiment) -> None:
    with service.client() as client:
        told = client.post("/v1/recommend", json={"text": TEXT}).json()
    assert service.house.store.slates.find(told["slate"]).experiment == ""


@pytest.mark.parametrize("user", ["", "new"])
def test_conversations_keep_theirs(service: Service, experiment: Experiment, user: str) -> None:
    seen: dict[str, set[tuple[str, ...]]] = {}
    with service.client() as client:
        for number in range(12):
            conversation, mine = f"varied-{user}-{number}", f"{user}-talks-{number}" if user else ""
            said = {"text": TEXT} | ({"user": mine} if mine else {})
            items = [
                client.post(f"/v1/conversations/{conversation}/turns", json=body).json()["items"]
                for body in (said, said | {"text": "something longer"})
            ]
            turns = service.house.store.turns(conversation)
            slates = [service.house.store.slates.find(turn.slate_id) for turn in turns if turn.slate_id]
            variant = experiment.variant_of(mine or conversation)
            assert variant is not None
            assert {(slate.experiment, slate.variant) for slate in slates} == {("varied", variant.name)}
            seen.setdefault(variant.name, set()).add(tuple(each["id"] for each in items[0]))
    assert {name: len(found) for name, found in seen.items()} == {"now": 1, "varied": 1}
    assert seen["now"] != seen["varied"]


def test_a_like_over_http_is_counted_for_the_variant(service: Service, experiment: Experiment) -> None:
    store: Store = service.house.store
    most = {"now": 1000, "varied": 1000}
    before = store.experiments.counted(experiment, most)
    slate = recommended(service, "liker")
    with service.client() as client:
        said = {"item": slate.items[0]["id"], "kind": "liked", "user": "liker", "slate": slate.id}
        assert client.post("/v1/feedback", json=said).status_code == 204
        assert client.post("/v1/feedback", json=said | {"user": "liker", "kind": "clicked"}).status_code == 204
    after = store.experiments.counted(experiment, most)
    assert after.came[slate.variant] == before.came[slate.variant] + 1

    def liked(which: str) -> int:
        found = {"before": before, "after": after}[which].outcomes[slate.variant]
        return round(found.mean * found.people)

    assert liked("after") == liked("before") + 1
