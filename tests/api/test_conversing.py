"""Conversations over HTTP: said, streamed, said twice, said at once, read, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.api.conftest import Service


def events(answer: httpx2.Response) -> Iterator[tuple[str, dict[str, object]]]:
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_conversation_goes_on(service: Service) -> None:
    with service.client() as client:
        began = client.post("/v1/conversations", json={"user": "dee"}).json()
        url = f"/v1/conversations/{began['id']}"
        first = client.post(f"{url}/turns", json={"text": "a thriller from the nineties"}).json()
        second = client.post(f"{url}/turns", json={"text": "older", "user": "dee"}).json()
        read = client.get(url).json()
        lines = client.get(f"{url}/export").text.splitlines()
        listed = client.get("/v1/conversations", params={"user": "dee"}).json()
    assert (first["position"], second["position"]) == (0, 1)
    assert "1989 or earlier" in second["understood"]
    assert {item["id"] for item in first["items"]}.isdisjoint(item["id"] for item in second["items"])
    assert read == [{**first}, {**second}]
    assert [json.loads(line) for line in lines] == read
    assert [(each["id"], each["turns"]) for each in listed] == [(began["id"], 2)]


def test_the_events_come_as_the_agent_yields_them(service: Service) -> None:
    with (
        service.client() as client,
        client.stream("POST", "/v1/conversations/ev-1/turns", json={"text": "a war film", "stream": True}) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        found = list(events(answer))
        names = [name for name, _ in found]
    assert names[0] == "state"
    assert names[-1] == "turn"
    assert names.index("slate") < names.index("token")
    told = dict(found)
    assert "".join(str(data["text"]) for name, data in found if name == "token") == told["turn"]["reply"]
    assert service.house.store.turn("ev-1", 0).slate_id == told["slate"]["slate"]


def test_the_same_request_is_answered_once(service: Service) -> None:
    with service.client() as client:
        url, said = "/v1/conversations/twice/turns", {"text": "a comedy", "request_id": "r1"}
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: client.post(url, json=said).json(), range(4)))
        with client.stream("POST", url, json={**said, "stream": True}) as answer:
            streamed = list(events(answer))
    assert {answer["position"] for answer in answers} == {0}
    assert len({answer["reply"] for answer in answers}) == 1
    assert [name for name, _ in streamed] == ["turn"]
    assert len(service.house.first.turns("twice")) == 1


def test_messages_at_once_are_put_in_order(service: Service) -> None:
    said = [f"a film from {year}" for year in range(1980, 1992)]
    with service.client() as client, ThreadPoolExecutor(12) as pool:
        url = "/v1/conversations/order/turns"
        answers = list(pool.map(lambda text: client.post(url, json={"text": text}), said))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["position"] for answer in answers) == list(range(12))
    assert {turn.text for turn in service.house.first.turns("order")} == set(said)


def test_whose_conversation_it_is(service: Service) -> None:
    with service.client() as client:
        client.post("/v1/conversations/hers/turns", json={"text": "a comedy", "user": "eve"})
        answer = client.post("/v1/conversations/hers/turns", json={"text": "more", "user": "mallory"})
        other = client.post("/v1/conversations/hers/turns", json={"text": "more", "catalogue": "shop"})
        missing = [client.get(f"/v1/conversations/nobody-knows{tail}") for tail in ("", "/export")]
    assert (answer.status_code, other.status_code) == (404, 422)
    assert [each.status_code for each in missing] == [404, 404]


def test_who_leaves_in_the_middle_leaves_a_turn_that_is_known(service: Service) -> None:
    with service.client() as client:
        url = "/v1/conversations/left/turns"
        with client.stream("POST", url, json={"text": "a musical", "stream": True}) as answer:
            shown = next(data for name, data in events(answer) if name == "slate")
        after = client.post(url, json={"text": "more"}).json()
    titles = {item["id"] for item in shown["items"]}  # type: ignore[attr-defined]
    assert titles.isdisjoint(item["id"] for item in after["items"])
    assert after["position"] == 1


def test_who_named_the_request_and_leaves_gets_the_whole_answer_later(service: Service) -> None:
    url, said = "/v1/conversations/named/turns", {"text": "a musical", "request_id": "r1", "stream": True}
    with service.client() as client:
        with client.stream("POST", url, json=said) as answer:
            assert next(name for name, _ in events(answer)) == "state"
        with client.stream("POST", url, json=said) as answer:
            told = dict(events(answer))["turn"]
    assert isinstance(told, dict)
    (kept,) = service.house.first.turns("named")
    assert kept.slate_id
    assert "total" in kept.ms
    assert told["reply"] == kept.reply != ""
