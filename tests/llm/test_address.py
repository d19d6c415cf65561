"""How addresses are written, and what their servers say they have."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.llm.address import is_loopback, models_at, normalised
from palate.llm.remote import RemoteServer
from tests.llm.conftest import LONG, Answer, Server

Serve = Callable[[Callable[[Answer], None]], Server]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1"),
        ("localhost:8000", "http://localhost:8000/v1"),
        ("https://models.example/openai/v1?x=1", "https://models.example/openai/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
    ],
)
def test_addresses_as_people_write_them(written: str, meant: str) -> None:
    assert normalised(written) == meant
    assert normalised(meant) == meant


@pytest.mark.parametrize("written", ["", "http://", "ftp://host/v1", "http://host:port", "http://host:99999", "://"])
def test_what_is_no_address(written: str) -> None:
    with pytest.raises(ModelError, match="PALATE_LLM_URL"):
        normalised(written)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://127.8.8.8/v1", True),
        ("http://[::1]/v1", True),
        ("http://localhost/v1", True),
        ("http://localhost.example/v1", False),
        ("http://10.0.0.1/v1", False),
    ],
)
def test_is_loopback(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def listing(serve: Serve, answer: Callable[[Answer], None]) -> str:
    server = serve(lambda _: None)
    server.listing = answer
    return server.url


def test_models_are_listed_with_the_key(serve: Serve) -> None:
    keys: list[str | None] = []

    def answer(asked: Answer) -> None:
        keys.append(asked.headers["Authorization"])
        asked.json({"data": [{"id": "a"}, {"id": "b"}]})

    assert models_at(listing(serve, answer), "secret", LONG) == ["a", "b"]
    assert keys == ["Bearer secret"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b"null", b'{"data": 3}', b'{"data": [3]}', b"\xff"])
def test_what_is_no_list_of_models(serve: Serve, body: bytes) -> None:
    with pytest.raises(ModelError, match="no model server"):
        models_at(listing(serve, lambda answer: answer.whole(body)), "none", LONG)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, ModelError), (403, ModelError), (404, ModelUnavailable), (503, ModelUnavailable)]
)
def test_statuses(serve: Serve, status: int, kind: type[ModelError]) -> None:
    with pytest.raises(ModelError) as failure:
        models_at(listing(serve, lambda answer: answer.json({}, status)), "none", LONG)
    assert type(failure.value) is kind


def test_nobody_there(dead_url: str) -> None:
    with pytest.raises(ModelUnavailable, match="No model server answers"):
        models_at(dead_url, "none", LONG)


def test_a_reset_connection(serve: Serve) -> None:
    with pytest.raises(ModelUnavailable):
        models_at(listing(serve, Answer.reset), "none", LONG)


def test_no_answer_in_time(serve: Serve) -> None:
    with pytest.raises(ModelTimeout):
        models_at(listing(serve, Answer.silent), "none", 0.1)


def test_the_first_model_is_taken_unless_one_is_named(serve: Serve) -> None:
    url = listing(serve, lambda answer: answer.json({"data": [{"id": "a"}, {"id": "b"}]}))
    assert RemoteServer(url, "none", None, LONG).name == "a"
    assert RemoteServer(url, "none", "b", LONG).name == "b"
    with pytest.raises(ModelError, match=r"no model c.*a, b"):
        RemoteServer(url, "none", "c", LONG)


def test_a_server_without_models(serve: Serve) -> None:
    url = listing(serve, lambda answer: answer.json({"data": []}))
    assert RemoteServer(url, "none", "named", LONG).name == "named"
    with pytest.raises(ModelError, match="has no model"):
        RemoteServer(url, "none", None, LONG)
