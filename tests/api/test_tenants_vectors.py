"""A Chroma server under the service: vectors are built and found there, each tenant's apart."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from palate.api.house import House, settings_of, tenants_of
from palate.domain import Item, Schema
from palate.settings import Settings
from palate.store.store import Store
from tests.api.conftest import Service, running
from tests.deploy.programs import chroma

TENANT, SECRET = "acme", "Kestrel carbon bicycle"
SCHEMA = Schema(("kind",), (), texts=("about",))
OWN = [
    Item("pot", "Iron pot", {"kind": ("kitchen",)}, {}, texts={"about": "for soups and stews"}),
    Item("pan", "Steel pan", {"kind": ("kitchen",)}, {}, texts={"about": "for eggs"}),
]
THEIRS = [
    Item("bike", SECRET, {"kind": ("sport",)}, {}, texts={"about": "a light two-wheeler for quick riding"}),
    Item("boat", "Paddle boat", {"kind": ("sport",)}, {}, texts={"about": "for lakes"}),
]
SECONDS = 120.0


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma(tmp_path_factory.mktemp("chroma")) as found:
        yield found


@pytest.fixture(scope="module")
def service(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Two shops of one name on one Chroma server: the house's own, and a tenant's."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), vectors="chroma", chroma_url=address)
    for whose, items in (("", OWN), (TENANT, THEIRS)):
        with Store.open(settings_of(settings, whose)) as store:
            store.replace_items("shop", SCHEMA, items, "first")
    with House(settings, "shop", model=False) as house:
        house.start()
        for served in running(house):
            house.palate(TENANT, "shop")
            for whose in ("", TENANT):
                wait_for(lambda whose=whose: house.palate(whose, "shop").status().index.state == "ready")  # type: ignore[misc]
            yield served


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kept(address: str) -> dict[str, int]:
    """How many records each collection of the server has."""
    base = f"{address}/api/v2/tenants/default_tenant/databases/default_database/collections"
    with urllib.request.urlopen(base) as answer:
        found = json.load(answer)
    counts = {}
    for one in found:
        with urllib.request.urlopen(f"{base}/{one['id']}/count") as answer:
            counts[one["name"]] = json.load(answer)
    return counts


def test_vectors_are_built_and_found_there(service: Service, address: str) -> None:
    assert not list(service.house.settings.data_dir.rglob("vectors"))
    counts = kept(address)
    assert len(counts) == 2
    assert all(count >= 2 for count in counts.values())
    with service.client(service.new_key("recommend", tenant=TENANT)) as client:
        # Not a word of the item's: only its vectors find it.
        asked = {"text": "something to cycle fast on", "catalogue": "shop"}
        found = client.post("/v1/recommend", json=asked).json()
    assert found["items"][0]["title"] == SECRET


def test_nobody_sees_another_tenants(service: Service, address: str) -> None:
    dense = service.house.palate("", "shop").now.dense
    assert {dense.catalogue.id(row) for row in range(2)} == {"pot", "pan"}
    with service.client() as client:
        found = client.post("/v1/recommend", json={"text": f"something to cycle fast on like {SECRET}"}).json()
    assert {item["id"] for item in found["items"]} <= {"pot", "pan"}
    assert SECRET not in json.dumps(found["items"])
    # Each process deletes what its catalogue does not have; none may take another's for that.
    before = kept(address)
    settings = service.house.settings
    with Store.open(settings) as store:
        store.replace_items("shop", SCHEMA, [*OWN, Item("lid", "Glass lid", {"kind": ("kitchen",)}, {})], "second")
    wait_for(lambda: sum(kept(address).values()) > sum(before.values()))
    assert len(kept(address)) == 2
    theirs = service.house.palate(TENANT, "shop").now.dense
    assert len(theirs.index) == 2
    with service.client(service.new_key("recommend", tenant=TENANT)) as client:
        again = client.post("/v1/recommend", json={"text": "something to cycle fast on", "catalogue": "shop"}).json()
    assert again["items"][0]["title"] == SECRET
    assert tenants_of(settings) == [TENANT]
