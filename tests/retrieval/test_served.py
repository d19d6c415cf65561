"""The encoder at an address, against a server of our own that answers as told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.retrieval.vectors.encoders.served import Served
from tests.retrieval.encoders import WordEncoder

Answer = Callable[[dict[str, Any]], tuple[int, Any]]


def vectors(body: dict[str, Any]) -> tuple[int, Any]:
    """What a good server answers: three times as long as they should be, and in another order."""
    rows = [
        {"index": at, "object": "embedding", "embedding": (3 * WordEncoder().query(text)).tolist()}
        for at, text in enumerate(body["input"])
    ]
    return 200, {"object": "list", "data": rows[::-1], "model": body["model"]}


class Server(ThreadingHTTPServer):
    """Notes what it is asked and answers with `answer`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: Answer = vectors
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **body})
        self.server.headers.append(dict(self.headers))
        status, answer = self.server.answer(body)
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_vectors_come_in_the_order_asked_with_length_one(server: Server) -> None:
    encoder = Served(server.url, "bge", "secret")
    texts = [f"text {n}" for n in range(150)]
    found = encoder.passages(texts)
    assert found.dtype == np.float32
    assert found == pytest.approx(WordEncoder().passages(texts), abs=1e-5)
    assert [len(body["input"]) for body in server.asked] == [64, 64, 22]
    assert {(body["path"], body["model"]) for body in server.asked} == {("/v1/embeddings", "bge")}
    assert server.headers[0]["Authorization"] == "Bearer secret"
    assert encoder.dimensions == 32


def test_the_length_is_asked_for_where_nothing_was_encoded_yet(server: Server) -> None:
    assert Served(server.url, "bge").dimensions == 32


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
def test_an_address_is_taken_with_and_without_its_path(server: Server, path: str) -> None:
    Served(server.url.removeprefix("http://") + path, "m").query("x")
    assert server.asked[0]["path"] == "/v1/embeddings"


def test_prompts_come_before_the_texts_and_into_the_name(server: Server) -> None:
    encoder = Served(server.url, "e5", query="query: ", passage="passage: ")
    encoder.query("one")
    encoder.passages(["two"])
    assert [body["input"] for body in server.asked] == [["query: one"], ["passage: two"]]
    assert Served(server.url, "e5").name == "served-e5" != encoder.name
    assert encoder.name != Served(server.url, "e5", passage="text: ").name


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "🎬" * 50_000])
def test_any_text_has_a_vector(server: Server, text: str) -> None:
    assert np.isfinite(Served(server.url, "m").query(text)).all()
    assert server.asked[0]["input"][0]


@pytest.mark.parametrize(
    ("status", "answer", "says"),
    [
        (401, {}, "PALATE_ENCODER_API_KEY"),
        (404, {}, "no embeddings of m"),
        (400, {"message": "too long"}, "too long"),
        (500, b"oops", "HTTP 500: oops"),
        (200, b"<html>", "are no 1 vectors"),
        (200, {"data": []}, "are no 1 vectors"),
        (200, {"data": [{"index": 0, "embedding": "AAAA"}]}, "are no 1 vectors"),
        (200, {"data": [{"index": 0, "embedding": [float("nan")]}]}, "are no 1 vectors"),
        (200, {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0]}]}, "are no 1 vectors"),
        (200, [], "are no 1 vectors"),
    ],
)
def test_other_answers_are_told_plainly(server: Server, status: int, answer: Any, says: str) -> None:
    server.answer = lambda _: (status, answer)
    with pytest.raises(ModelError, match=says):
        Served(server.url, "m").query("x")


def test_a_text_that_is_too_long_for_the_model_is_cut(server: Server) -> None:
    def short_only(body: dict[str, Any]) -> tuple[int, Any]:
        return vectors(body) if max(map(len, body["input"])) <= 1000 else (400, {"message": "maximum context length"})

    server.answer = short_only
    encoder = Served(server.url, "m")
    assert encoder.passages(["word " * 3000, "short"])[1] == pytest.approx(WordEncoder().query("short"), abs=1e-5)
    assert [len(body["input"][0]) for body in server.asked] == [8000, 1000]
    server.answer = lambda _: (400, {"message": "never"})
    with pytest.raises(ModelError, match="never"):
        encoder.query("word " * 3000)


def test_vectors_of_another_length_than_before_are_refused(server: Server) -> None:
    encoder = Served(server.url, "m")
    encoder.query("x")
    server.answer = lambda _: (200, {"data": [{"index": 0, "embedding": [1.0, 2.0]}]})
    with pytest.raises(ModelError, match="2 dimensions, 32 before"):
        encoder.query("y")


def test_a_server_that_is_not_there_or_slow_or_no_address() -> None:
    with pytest.raises(ModelUnavailable, match="PALATE_ENCODER"):
        Served("http://127.0.0.1:9", "m").query("x")
    with pytest.raises(ModelError, match="names no server"):
        Served("ftp://somewhere", "m")


def test_a_slow_server_is_told(server: Server) -> None:
    done = threading.Event()

    def wait(body: dict[str, Any]) -> tuple[int, Any]:
        done.wait(30)
        return vectors(body)

    server.answer = wait
    try:
        with pytest.raises(ModelTimeout, match="PALATE_ENCODER_TIMEOUT"):
            Served(server.url, "m", timeout=0.05).query("x")
    finally:
        done.set()
