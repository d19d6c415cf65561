"""What a service does besides answering: people's data, people who answer, health, metrics, the page's script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from standardwebhooks import Webhook

from palate.api.house import House
from palate.settings import Settings
from tests.api.conftest import Service, running

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"


class Desk(ThreadingHTTPServer):
    """A team's helpdesk, which checks the signature of what it gets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.came = threading.Event()
        self.cases: list[dict[str, object]] = []


class _Post(BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        Webhook(SECRET).verify(body, dict(self.headers.items()))
        self.server.cases.append(json.loads(body))
        self.send_response(204)
        self.end_headers()
        self.server.came.set()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_colleague_answers_in_the_same_conversation(desk: Desk, demo_folder: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "data"
    shutil.copytree(demo_folder, folder)
    url = f"http://127.0.0.1:{desk.server_port}/cases"
    settings = Settings(data_dir=folder, hand_over_url=url, hand_over_secret=SecretStr(SECRET))
    with House(settings, "films", model=False) as house:
        house.start()
        for service in running(house):
            admin = service.new_key("admin")
            with service.client() as client, service.client(admin) as team:
                talk = "/v1/conversations/help"
                client.post(f"{talk}/turns", json={"text": "a comedy", "user": "gil"})
                said = {"text": "I want to cancel my order, mail me at gil@example.org", "user": "gil"}
                client.post(f"{talk}/turns", json=said)
                assert desk.came.wait(20)
                (case,) = desk.cases
                assert "gil@example.org" not in json.dumps(case)
                answer = {"text": "It is cancelled.", "by": "Ann", "id": "ticket-1"}
                assert client.post(f"{talk}/answers", json=answer).status_code == 403
                for _ in range(2):
                    assert team.post(f"{talk}/answers", json=answer).status_code == 201
                turns = client.get(talk).json()
                assert [(turn["mode"], turn["reply"]) for turn in turns][2:] == [("human", "It is cancelled.")]
                (delivery,) = team.get(f"{talk}/hand-overs").json()
                assert delivery["answered_by"] == "Ann"
                assert client.post(f"{talk}/turns", json={"text": "a western, then"}).json()["items"]


def test_what_is_personal_is_masked_at_every_door(service: Service) -> None:
    text = "a comedy; my mail is kim.lee@example.org and my number is 13812345678"
    with service.client() as client:
        told = client.post("/v1/conversations/masked/turns", json={"text": text}).json()
        client.post("/v1/recommend", json={"text": text, "user": "kim"})
        message = {"role": "user", "content": text}
        client.post("/v1/chat/completions", json={"model": "palate", "messages": [message]})
    assert told["items"]
    assert told["notices"]
    raw = b"".join(path.read_bytes() for path in service.house.settings.data_dir.glob("palate.db*"))
    assert b"[email]" in raw
    for secret in (b"kim.lee", b"13812345678"):
        assert secret not in raw


def test_a_person_is_exported_and_erased(service: Service) -> None:
    admin = service.new_key("admin")
    with service.client() as client, service.client(admin) as team:
        said = {"text": "a film about the xylophonist of Quillwater", "user": "lou"}
        client.post("/v1/conversations/lous/turns", json=said)
        slate = client.post("/v1/recommend", json=said).json()
        press = {"item": slate["items"][0]["id"], "kind": "liked", "user": "lou", "slate": slate["slate"]}
        client.post("/v1/feedback", json=press)
        assert client.get("/v1/people/lou/export").status_code == 403
        told = team.get("/v1/people/lou/export").text
        for part in ("xylophonist", slate["slate"], "liked", "lous"):
            assert part in told
        gone = team.delete("/v1/people/lou")
        assert gone.status_code == 200
        assert team.get("/v1/people/lou/export").status_code == 404
        assert client.get("/v1/conversations/lous").status_code == 404
    raw = b"".join(path.read_bytes() for path in service.house.settings.data_dir.rglob("*") if path.is_file())
    assert b"xylophonist" not in raw


def test_a_conversation_is_deleted(service: Service) -> None:
    with service.client() as client:
        client.post("/v1/conversations/short/turns", json={"text": "a comedy"})
        assert client.delete("/v1/conversations/short").status_code == 204
        assert client.get("/v1/conversations/short").status_code == 404
        assert client.delete("/v1/conversations/short").status_code == 404


def test_health_and_readiness_need_no_key(service: Service) -> None:
    with service.client("") as client:
        health, ready = client.get("/health").json(), client.get("/ready").json()
    assert health["status"] == "ok"
    assert ready["ready"]
    assert set(ready["parts"]) == {"store", "catalogue", "vectors", "model"}


def test_a_store_that_is_gone_is_not_ready(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from palate.errors import StoreError

    def broken() -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(service.house.first, "catalogues", broken)
    with service.client("") as client:
        answer = client.get("/ready")
    assert answer.status_code == 503
    assert "disk is full" in answer.text


def test_metrics_count_what_was_done(service: Service) -> None:
    admin = service.new_key("admin")
    with service.client() as client, service.client(admin) as team:
        client.post("/v1/conversations/counted/turns", json={"text": "a comedy"})
        assert client.get("/metrics").status_code == 403
        told = team.get("/metrics")
    families = {family.name: family for family in text_string_to_metric_families(told.text)}
    assert (
        sum(sample.value for sample in families["palate_turns"].samples if sample.labels.get("door") == "turns") >= 1
    )


def test_a_page_about_today(service: Service) -> None:
    with service.client(service.new_key("admin")) as team:
        page = team.get("/admin/today", params={"lang": "zh"})
    assert page.status_code == 200
    assert "script-src" in page.headers["content-security-policy"] or "default-src" in page.headers["content-security-policy"]  # fmt: skip  # noqa: E501
    assert "<script" not in page.text


def test_the_document_and_its_page_come_from_here(service: Service) -> None:
    with service.client("") as client:
        document = client.get("/openapi.json").json()
        page = client.get("/docs").text
        script = client.get("/docs/swagger-ui-bundle.js")
    assert {"/v1/recommend", "/v1/chat/completions", "/v1/conversations/{conversation}/turns"} <= set(
        document["paths"]
    )
    assert "https://cdn" not in page
    assert len(script.content) > 100_000


def test_the_script_tag(service: Service) -> None:
    with service.client("") as client:
        script = client.get("/palate.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "iframe" in script.text
