"""Keys, tenants and limits, attacked."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from palate.api.access import Access
from palate.api.house import settings_of
from palate.api.keys import Scope, create, opened_by
from palate.api.problems import Refused
from palate.catalogue.demo.films import FILMS
from palate.domain import Item, User
from palate.errors import InputError
from palate.store.store import Store
from tests.api.conftest import Service

ASK = {"text": "a comedy"}
DOORS: tuple[tuple[str, str, object], ...] = (
    ("POST", "/v1/recommend", ASK),
    ("POST", "/v1/feedback", {"item": "1", "kind": "liked"}),
    ("POST", "/v1/conversations", {}),
    ("GET", "/v1/conversations?user=guest", None),
    ("POST", "/v1/conversations/c/turns", ASK),
    ("GET", "/v1/conversations/c", None),
    ("GET", "/v1/conversations/c/export", None),
    ("GET", "/v1/models", None),
    ("POST", "/v1/chat/completions", {"model": "palate", "messages": [{"role": "user", "content": "a comedy"}]}),
    ("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
)


@pytest.mark.parametrize(("method", "path", "body"), DOORS)
def test_every_door_needs_a_key(service: Service, method: str, path: str, body: object) -> None:
    expired = create(service.house.store, ["admin"], days=1, now=datetime.now(UTC) - timedelta(hours=25)).text
    revoked = create(service.house.store, ["admin"])
    service.house.store.keys.revoke(revoked.key.id)
    forged = service.key[:-1] + ("A" if service.key[-1] != "A" else "B")
    for headers in (
        {},
        {"authorization": ""},
        {"authorization": service.key},
        {"authorization": f"Basic {service.key}"},
        {"authorization": "Bearer " + "x" * 5000},
        {"authorization": "Bearer pal_000000000000_" + "A" * 43},
        {"authorization": f"Bearer {forged}"},
        {"authorization": f"Bearer {expired}"},
        {"authorization": f"Bearer {revoked.text}"},
        {"authorization": f"Bearer {service.key} {service.key}"},
        {"x-api-key": service.key},
        {"cookie": f"key={service.key}"},
    ):
        answer = httpx2.request(method, service.url + path, headers=headers, json=body)
        assert answer.status_code == 401, headers
        assert "www-authenticate" in answer.headers


@pytest.mark.parametrize(("method", "path", "body"), DOORS)
def test_a_key_in_the_address_is_refused(service: Service, method: str, path: str, body: object) -> None:
    url = f"{service.url}{path}{'&' if '?' in path else '?'}api_key={service.key}"
    answer = httpx2.request(method, url, json=body, headers={"authorization": f"Bearer {service.key}"})
    assert answer.status_code == 400
    assert "revoke" in answer.text
    assert service.key not in answer.text


def test_a_key_opens_what_its_scopes_say(service: Service) -> None:
    recommends, chats, admin = (service.new_key(scope) for scope in ("recommend", "chat", "admin"))
    for key, status in ((recommends, 403), (chats, 201), (admin, 201)):
        with service.client(key) as client:
            assert client.post("/v1/conversations", json={}).status_code == status
            assert client.post("/v1/recommend", json=ASK).status_code == 200


def test_what_is_kept_of_a_key_opens_nothing(service: Service) -> None:
    new = create(service.house.store, ["chat"])
    kept = service.house.store.keys.find(new.key.id)
    assert kept is not None
    assert new.text.rsplit("_", 1)[-1] not in repr(kept)
    for text in (kept.digest, f"pal_{new.key.id}_{kept.digest[:43]}"):
        assert opened_by(service.house.store, text, datetime.now(UTC)) is None
    raw = b"".join(path.read_bytes() for path in service.house.settings.data_dir.glob("palate.db*"))
    assert new.text.encode() not in raw
    assert new.text.rsplit("_", 1)[-1].encode() not in raw


def test_a_key_ends(service: Service) -> None:
    new = create(service.house.store, ["chat"], days=1)
    now = datetime.now(UTC)
    assert opened_by(service.house.store, new.text, now + timedelta(hours=23))
    assert opened_by(service.house.store, new.text, now + timedelta(hours=25)) is None


@pytest.mark.parametrize(("scopes", "tenant"), [((), ""), (("all",), ""), (("chat",), "../up"), (("chat",), "A b")])
def test_no_key_is_made_of_nonsense(service: Service, scopes: tuple[str, ...], tenant: str) -> None:
    with pytest.raises(InputError):
        create(service.house.store, scopes, tenant=tenant)


@pytest.fixture(scope="module")
def acme(service: Service) -> str:
    """A tenant with a catalogue, a person and a conversation of its own; a key to it."""
    settings = settings_of(service.house.settings, "acme")
    with Store.open(settings) as store:
        items = [
            Item(f"acme-{n}", f"Secret film {n}", {"genre": ("Comedy",)}, {"year": 1990.0 + n}) for n in range(20)
        ]
        store.replace_items("catalogue", FILMS, items, "1")
        store.add_user(User("guest", "Guest"))
        store.add_user(User("ann", "Ann"))
        store.start_conversation("ann", "catalogue", "acme-talk")
    return service.new_key("admin", tenant="acme")


def test_a_tenant_sees_its_own_and_nothing_else(service: Service, acme: str) -> None:
    with service.client() as ours, service.client(acme) as theirs:
        ours.post("/v1/conversations/our-talk/turns", json={**ASK, "user": "zed"})
        slate = ours.post("/v1/recommend", json={**ASK, "user": "zed"}).json()
        told = theirs.post("/v1/recommend", json={"text": "a comedy", "user": "ann"}).json()
        assert {item["id"][:5] for item in told["items"]} == {"acme-"}
        assert [each["id"] for each in theirs.get("/v1/models").json()["data"]] == ["palate", "palate/catalogue"]
        assert theirs.post("/v1/recommend", json={**ASK, "catalogue": "films"}).status_code == 404
        assert ours.post("/v1/recommend", json={**ASK, "catalogue": "catalogue"}).status_code == 404
        for client, talk in ((theirs, "our-talk"), (ours, "acme-talk")):
            assert client.get(f"/v1/conversations/{talk}").status_code == 404
            assert client.get(f"/v1/conversations/{talk}/export").status_code == 404
        assert theirs.get("/v1/conversations", params={"user": "zed"}).status_code == 404
        # The same id is another conversation there.
        fresh = theirs.post("/v1/conversations/our-talk/turns", json=ASK).json()
        assert fresh["position"] == 0
        said = {"item": slate["items"][0]["id"], "kind": "liked", "user": "zed", "slate": slate["slate"]}
        assert theirs.post("/v1/feedback", json=said).status_code == 404
        chat = {"model": "palate/films", "messages": [{"role": "user", "content": "a comedy"}]}
        assert theirs.post("/v1/chat/completions", json=chat).status_code == 404


def test_a_key_asks_as_often_as_it_may(service: Service) -> None:
    key = service.new_key("recommend", per_minute=3)
    with service.client(key) as client, service.client() as others:
        statuses = [client.post("/v1/recommend", json=ASK).status_code for _ in range(5)]
        last = client.post("/v1/recommend", json=ASK)
        assert others.post("/v1/recommend", json=ASK).status_code == 200
    assert statuses == [200, 200, 200, 429, 429]
    assert 1 <= int(last.headers["retry-after"]) <= 60


def test_a_key_asks_as_many_at_once_as_it_may(service: Service) -> None:
    access = Access(service.house)
    caller = access.caller(f"Bearer {service.new_key('recommend', at_once=2)}", "", Scope.RECOMMEND)
    within = access.limits.within
    with within(caller.key), within(caller.key), pytest.raises(Refused, match="2 requests"), within(caller.key):
        pass
    with access.limits.within(caller.key):
        pass


def test_a_body_that_is_too_large_is_not_read(service: Service) -> None:
    with service.client() as client:
        told = client.post("/v1/recommend", content=b'{"text": "' + b"x" * 400_000 + b'"}')
        streamed = client.post("/v1/recommend", content=iter([b"x" * 100_000] * 5))
    assert (told.status_code, streamed.status_code) == (413, 413)


def test_a_slow_client_is_left_and_the_rest_are_served(service: Service) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    shown = f"authorization: Bearer {service.key}"
    head = f"POST /v1/recommend HTTP/1.1\r\nhost: x\r\n{shown}\r\ncontent-length: 100\r\n\r\n"
    slow = [socket.create_connection((host, int(port)), timeout=30) for _ in range(200)]
    try:
        for each in slow:
            each.sendall(head.encode() + b'{"te')
        with service.client() as client:
            assert client.post("/v1/recommend", json=ASK).status_code == 200
        assert slow[0].recv(64).startswith(b"HTTP/1.1 408")
    finally:
        for each in slow:
            each.close()


def test_a_thousand_connections_at_once(service: Service) -> None:
    async def ask() -> list[int]:
        limits = httpx2.Limits(max_connections=1000, max_keepalive_connections=1000)
        headers = {"authorization": f"Bearer {service.key}"}
        async with httpx2.AsyncClient(base_url=service.url, headers=headers, limits=limits, timeout=120) as client:
            answers = await asyncio.gather(*(client.post("/v1/recommend", json=ASK) for _ in range(1000)))
            return [answer.status_code for answer in answers]

    assert asyncio.run(ask()) == [200] * 1000


def test_strangers_paths_lead_nowhere(service: Service) -> None:
    with service.client() as client:
        for path in (
            "/v1/conversations/..%2f..%2fpalate.db",
            "/docs/../../palate.db",
            "/docs/..%2fmain.py",
            "/admin",
        ):
            assert client.get(path).status_code in {404, 422}, path


def test_other_sites_are_let_in_by_name(service: Service) -> None:
    with service.client() as client:
        ours = client.options("/v1/recommend", headers={"origin": "https://shop.example", "access-control-request-method": "POST"})  # fmt: skip  # noqa: E501
        theirs = client.options("/v1/recommend", headers={"origin": "https://evil.example", "access-control-request-method": "POST"})  # fmt: skip  # noqa: E501
    assert ours.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in theirs.headers
    assert "access-control-allow-credentials" not in ours.headers


def test_a_store_that_does_not_answer_is_said(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from palate.errors import StoreError

    def broken(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(service.house.store.keys, "find", broken)
    with service.client() as client:
        answer = client.post("/v1/recommend", json=ASK)
    assert (answer.status_code, answer.json()["detail"]) == (503, "The disk is full.")
    assert answer.headers["retry-after"]


def test_limits_are_counted_by_many_threads(service: Service) -> None:
    access = Access(service.house)
    caller = access.caller(
        f"Bearer {service.new_key('recommend', at_once=5, per_minute=10_000)}", "", Scope.RECOMMEND
    )
    inside, most, lock = [0], [0], threading.Lock()

    def enter() -> None:
        for _ in range(50):
            try:
                with access.limits.within(caller.key):
                    with lock:
                        inside[0] += 1
                        most[0] = max(most[0], inside[0])
                    time.sleep(0)
                    with lock:
                        inside[0] -= 1
            except Refused:
                pass

    threads = [threading.Thread(target=enter) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most[0] <= 5
