"""The client against servers that answer well, badly, late, half and not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.llm.model import Model, Piece
from tests.llm.conftest import LONG, Answer, Server, completion

Serve = Callable[[Callable[[Answer], None]], Server]

SCHEMA = {"type": "object", "properties": {"genre": {"type": "string"}}, "required": ["genre"]}
ASKED = [{"role": "system", "content": "Read."}, {"role": "user", "content": "a comedy"}]


@contextmanager
def model_at(url: str, seen: list[ModelError] | None = None) -> Iterator[Model]:
    with Model(url, "tiny", on_failure=seen.append if seen is not None else None) as model:
        yield model


def read(model: Model, timeout: float = LONG) -> object:
    return model.read(ASKED, SCHEMA, max_tokens=50, timeout=timeout).data


def write(model: Model, timeout: float = LONG, stall: float = LONG) -> list[Piece]:
    return list(model.write(ASKED, max_tokens=50, timeout=timeout, stall=stall))


def test_read_asks_for_the_schema_and_returns_the_object(serve: Serve) -> None:
    server = serve(lambda answer: answer.json(completion('{"genre": "Comedy"}')))
    with model_at(server.url) as model:
        filled = model.read(ASKED, SCHEMA, max_tokens=50, timeout=LONG)
    assert filled.data == {"genre": "Comedy"}
    assert (filled.tokens_in, filled.tokens_out) == (11, 5)
    (sent,) = server.bodies
    assert sent["response_format"]["json_schema"] == {"name": "form", "schema": SCHEMA, "strict": True}
    assert (sent["messages"], sent["temperature"], sent["model"]) == (ASKED, 0.0, "tiny")
    assert 50 in (sent.get("max_tokens"), sent.get("max_completion_tokens"))


def test_read_takes_json_out_of_its_fences(serve: Serve) -> None:
    server = serve(lambda answer: answer.json(completion('```json\n{"genre": "War"}\n```')))
    with model_at(server.url) as model:
        assert read(model) == {"genre": "War"}


def test_write_streams_and_ends_with_the_tokens(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.pieces("Heat ", "is a ", "thriller.")
        answer.end_stream(tokens=(20, 9))

    with model_at(serve(chat).url) as model:
        pieces = write(model)
    assert [piece.text for piece in pieces] == ["Heat ", "is a ", "thriller.", ""]
    assert pieces[-1] == Piece("", tokens_in=20, tokens_out=9)
    assert [piece.tokens_out for piece in pieces[:-1]] == [1, 2, 3]


def test_a_reply_that_ran_out_of_tokens_says_so(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.pieces("Heat is")
        answer.end_stream("length")

    with model_at(serve(chat).url) as model:
        assert write(model)[-1].cut


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ModelError),
        (401, ModelError),
        (404, ModelError),
        (408, ModelTimeout),
        (429, ModelUnavailable),
        (500, ModelUnavailable),
        (503, ModelUnavailable),
        (504, ModelTimeout),
    ],
)
@pytest.mark.parametrize("ask", [read, write])
def test_statuses(serve: Serve, ask: Callable[[Model], object], status: int, kind: type[ModelError]) -> None:
    server = serve(lambda answer: answer.json({"error": {"message": "no " * 500}}, status))
    with model_at(server.url) as model, pytest.raises(ModelError, match=r"HTTP|key") as failure:
        ask(model)
    assert type(failure.value) is kind
    assert len(str(failure.value)) < 400
    assert len(server.bodies) == 1, "a server that is in trouble is not asked again"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>It works!</html>",
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"text"',
        b'{"choices": []}',
        b'{"choices": null}',
        b'{"choices": [{"message": null}]}',
        b'{"choices": "abc"}',
        b"\xff\xfe\x00",
    ],
)
@pytest.mark.parametrize("ask", [read, write])
def test_answers_that_are_no_chat_completion(serve: Serve, ask: Callable[[Model], object], body: bytes) -> None:
    server = serve(lambda answer: answer.whole(body))
    with model_at(server.url) as model, pytest.raises(ModelError):
        ask(model)


@pytest.mark.parametrize("text", ["", None, "I cannot.", "[1, 2]", '{"genre": ', "}{", '{"a":' + "[" * 100_000 + "}"])
def test_forms_that_are_not_filled_in(serve: Serve, text: str | None) -> None:
    server = serve(lambda answer: answer.json(completion(text)))
    with model_at(server.url) as model, pytest.raises(ModelError, match="form"):
        read(model)


def test_a_form_cut_at_its_tokens(serve: Serve) -> None:
    server = serve(lambda answer: answer.json(completion('{"genre": "Com', "length")))
    with model_at(server.url) as model, pytest.raises(ModelError, match="tokens"):
        read(model)


@pytest.mark.parametrize("ask", [read, write])
def test_nobody_listens(dead_url: str, ask: Callable[[Model], object]) -> None:
    seen: list[ModelError] = []
    with (
        model_at(dead_url, seen) as model,
        pytest.raises(ModelUnavailable, match="No model server answers") as failure,
    ):
        ask(model)
    assert seen == [failure.value]


def test_reset_before_an_answer(serve: Serve) -> None:
    with model_at(serve(Answer.reset).url) as model, pytest.raises(ModelUnavailable):
        read(model)


def test_a_connection_closed_between_two_requests_is_opened_again(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        if len(server.bodies) == 2:
            answer.reset()
        else:
            answer.json(completion('{"genre": "War"}'))

    server = serve(chat)
    with model_at(server.url) as model:
        assert [read(model), read(model)] == [{"genre": "War"}] * 2
    assert len(server.bodies) == 3


@pytest.mark.parametrize("end", [Answer.reset, lambda answer: None], ids=["reset", "closed"])
def test_a_server_killed_in_the_middle_of_its_reply(serve: Serve, end: Callable[[Answer], None]) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.pieces("Heat ", "is ")
        received.wait(LONG)  # a reset may otherwise overtake what was sent before it
        end(answer)

    received = threading.Event()
    seen: list[ModelError] = []
    with model_at(serve(chat).url, seen) as model:
        pieces = model.write(ASKED, max_tokens=50, timeout=LONG, stall=LONG)
        assert [next(pieces).text, next(pieces).text] == ["Heat ", "is "]
        received.set()
        with pytest.raises(ModelUnavailable):
            next(pieces)
    assert len(seen) == 1


@pytest.mark.parametrize("event", ["{not json", '{"error": {"message": "out of memory"}}', '{"choices": 3}'])
def test_garbage_within_a_stream(serve: Serve, event: str) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.pieces("Heat ")
        answer.event(event)

    with model_at(serve(chat).url) as model, pytest.raises(ModelError):
        write(model)


def test_a_stream_without_a_word(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.end_stream()

    with model_at(serve(chat).url) as model, pytest.raises(ModelError, match="nothing"):
        write(model)


def test_a_server_that_falls_silent(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.pieces("Heat ")
        answer.silent()

    server = serve(chat)
    with model_at(server.url) as model, pytest.raises(ModelTimeout, match="silent"):
        write(model, stall=0.2)
    assert server.gone.wait(LONG), "the connection of a call that was given up is closed"


def test_a_reply_that_never_ends_is_ended(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.until_gone(b'data: {"choices": [{"index": 0, "delta": {"content": "x"}}]}\n\n')

    server = serve(chat)
    with model_at(server.url) as model, pytest.raises(ModelTimeout, match="longer"):
        write(model, timeout=0.3)
    assert server.gone.wait(LONG)


@pytest.mark.parametrize("ask", [read, write])
def test_bytes_that_trickle_do_not_extend_the_deadline(serve: Serve, ask: Callable[..., object]) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.until_gone(b" ")

    server = serve(chat)
    with model_at(server.url) as model, pytest.raises(ModelTimeout):
        ask(model, timeout=0.3)
    assert server.gone.wait(LONG)


def test_a_server_that_never_answers(serve: Serve) -> None:
    with model_at(serve(Answer.silent).url) as model, pytest.raises(ModelTimeout, match=r"0\.2 s"):
        read(model, timeout=0.2)


def test_an_abandoned_reply_stops_the_server(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.until_gone(b'data: {"choices": [{"index": 0, "delta": {"content": "x"}}]}\n\n')

    server = serve(chat)
    with model_at(server.url) as model:
        pieces = model.write(ASKED, max_tokens=50, timeout=LONG, stall=LONG)
        assert next(pieces).text == "x"
        assert not server.gone.is_set()
        pieces.close()  # type: ignore[attr-defined]
        assert server.gone.wait(LONG)


def test_closing_ends_the_calls_under_way(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.pieces("Heat ")
        answer.silent()

    model = Model(serve(chat).url, "tiny")
    pieces = model.write(ASKED, max_tokens=50, timeout=LONG, stall=LONG)
    next(pieces)
    model.close()
    model.close()
    with pytest.raises(ModelUnavailable, match="closing"):
        next(pieces)
    with pytest.raises(ModelUnavailable, match="closing"):
        read(model)
    assert not [thread for thread in threading.enumerate() if thread.name == "palate-model"]


def test_many_calls_at_once(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        together.wait(LONG)
        answer.json(completion('{"genre": "War"}'))

    together = threading.Barrier(8)
    with model_at(serve(chat).url) as model, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: read(model), range(8))) == [{"genre": "War"}] * 8


def test_a_proxy_does_not_stand_before_this_machine(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, dead_url: str
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_PROXY"):
        monkeypatch.setenv(name, dead_url)
    server = serve(lambda answer: answer.json(completion('{"genre": "War"}')))
    with model_at(server.url) as model:
        assert read(model) == {"genre": "War"}
