"""One message in, a slate with facts out; and what became of it."""

from __future__ import annotations

import pytest

from palate.domain import Kind
from tests.api.conftest import Service


def test_a_slate_with_its_facts(service: Service) -> None:
    with service.client() as client:
        answer = client.post("/v1/recommend", json={"text": "a French comedy from the nineties", "user": "ann"})
    assert answer.status_code == 200
    told = answer.json()
    assert len(told["items"]) == 5
    for item in told["items"]:
        assert 1990 <= item["numbers"]["year"] <= 1999
        assert "Comedy" in item["attributes"]["genre"]
        assert item["facts"]
        assert item["title"] in told["reply"]
    kept = service.house.store.slates.find(told["slate"])
    assert [each["id"] for each in kept.items] == [each["id"] for each in told["items"]]
    assert (kept.user_id, kept.catalogue, kept.conversation_id) == ("ann", "films", None)
    assert "catalogue" in kept.ranker


def test_the_same_again_is_a_slate_of_its_own(service: Service) -> None:
    with service.client() as client:
        first, second = (client.post("/v1/recommend", json={"text": "a quiet western"}).json() for _ in range(2))
    assert first["slate"] != second["slate"]
    assert first["items"] == second["items"]


def test_feedback_is_kept_once_with_its_place_and_counts_at_once(service: Service) -> None:
    with service.client() as client:
        told = client.post("/v1/recommend", json={"text": "a heist film", "user": "bo"}).json()
        third = told["items"][2]["id"]
        said = {"item": third, "kind": "disliked", "user": "bo", "slate": told["slate"], "request_id": "press-1"}
        for _ in range(2):
            assert client.post("/v1/feedback", json=said).status_code == 204
        again = client.post("/v1/recommend", json={"text": "a heist film", "user": "bo"}).json()
    assert third not in [item["id"] for item in again["items"]]
    (kept,) = service.house.store.interactions("bo", "films")
    assert (kept.item_id, kept.kind) == (third, Kind.DISLIKED)


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"item": "nothing"}, 404, "nothing"),
        ({"slate": "nothing"}, 404, "No slate"),
        ({"user": "someone-else"}, 404, "has no slate"),
        ({"kind": "adored"}, 422, "kind"),
        ({"item": "other"}, 404, "did not show"),
        ({"more": 1}, 422, "more"),
    ],
)
def test_feedback_that_does_not_fit(service: Service, change: dict[str, object], status: int, says: str) -> None:
    with service.client() as client:
        told = client.post("/v1/recommend", json={"text": "a spy film", "user": "cy"}).json()
        items, films = {item["id"] for item in told["items"]}, service.house.first.catalogue
        if change == {"item": "other"}:
            change = {"item": next(other for row in range(9) if (other := films.id(row)) not in items)}
        said = {"item": told["items"][0]["id"], "kind": "liked", "user": "cy", "slate": told["slate"], **change}
        answer = client.post("/v1/feedback", json=said)
    assert answer.status_code == status
    assert says in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"text": ""}, 422, "Nothing was said"),
        ({"text": "  \u200b\n"}, 422, ""),
        ({"text": "x" * 100_000}, 413, "characters"),
        ({"text": "a comedy", "catalogue": "shoes"}, 404, "shoes"),
        ({"text": "a comedy", "user": ""}, 422, "user"),
        ({"text": "a comedy", "user": "a/b"}, 422, "user"),
        ({}, 422, "text"),
        ({"text": 7}, 422, "text"),
    ],
)
def test_what_cannot_be_answered_says_why(service: Service, body: dict[str, object], status: int, says: str) -> None:
    with service.client() as client:
        answer = client.post("/v1/recommend", json=body)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert says in answer.json()["detail"]


def test_html_is_data(service: Service) -> None:
    with service.client() as client:
        answer = client.post("/v1/recommend", json={"text": "<script>alert(1)</script> a comedy"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["items"]
