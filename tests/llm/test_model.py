"""The client against servers that answer well, badly, late, half and not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.llm.asking import under
from palate.llm.breaker import Breaker
from palate.llm.model import Model, Piece
from palate.llm.profiles import Profile, profile_of
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
    assert [piece.text for piece in pieces] == ["Heat ", "is a thriller.", ""]
    assert pieces[-1] == Piece("", tokens_in=20, tokens_out=9)
    assert [piece.tokens_out for piece in pieces[:-1]] == [1, 3]


def test_tokens_that_the_server_had_in_its_cache(serve: Serve) -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 8}}

    def chat(answer: Answer) -> None:
        if server.bodies[-1].get("stream"):
            answer.begin_stream()
            answer.pieces("Heat.")
            answer.end_stream(tokens=(20, 1), details=details)
        else:
            said = completion('{"genre": "War"}')
            answer.json({**said, "usage": {**said["usage"], **details}})

    server = serve(chat)
    with model_at(server.url) as model:
        assert model.read(ASKED, SCHEMA, max_tokens=50, timeout=LONG).tokens_cached == 8
        assert [piece.tokens_cached for piece in write(model)] == [0, 8]


def test_a_reply_that_ran_out_of_tokens_says_so(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.pieces("Heat is")
        answer.end_stream("length")

    with model_at(serve(chat).url) as model:
        assert write(model)[-1].cut


@pytest.mark.parametrize(
    ("status", "kind", "tries"),
    [
        (401, ModelError, 1),
        (403, ModelError, 1),
        (404, ModelError, 1),
        (408, ModelTimeout, 1),
        (429, ModelUnavailable, 3),
        (500, ModelUnavailable, 3),
        (503, ModelUnavailable, 3),
        (504, ModelTimeout, 3),
    ],
)
@pytest.mark.parametrize("ask", [read, write])
def test_statuses(
    serve: Serve, ask: Callable[[Model], object], status: int, kind: type[ModelError], tries: int
) -> None:
    server = serve(lambda answer: answer.json({"error": {"message": "no " * 500}}, status))
    with model_at(server.url) as model, pytest.raises(ModelError, match=r"HTTP|key") as failure:
        ask(model)
    assert type(failure.value) is kind
    assert len(str(failure.value)) < 400
    assert len(server.bodies) == tries, "only what may pass is asked again"


@pytest.mark.parametrize("ask", [read, write])
def test_a_server_in_trouble_that_recovers(serve: Serve, ask: Callable[[Model], object]) -> None:
    def chat(answer: Answer) -> None:
        if len(server.bodies) < 3:
            answer.json({"error": {"message": "busy"}}, 503)
        elif server.bodies[-1].get("stream"):
            answer.begin_stream()
            answer.pieces("Heat")
            answer.end_stream()
        else:
            answer.json(completion('{"genre": "War"}'))

    server = serve(chat)
    seen: list[ModelError] = []
    with model_at(server.url, seen) as model:
        assert ask(model)
        assert model.breaker.stand == "closed"
    assert seen == []


def test_a_pause_that_would_end_after_the_deadline_is_not_begun(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.send_response(429)
        answer.send_header("Retry-After", "3600")
        answer.send_header("Content-Length", "2")
        answer.end_headers()
        answer.wfile.write(b"{}")

    server = serve(chat)
    with model_at(server.url) as model, pytest.raises(ModelUnavailable, match="HTTP 429"):
        read(model)
    assert len(server.bodies) == 1


def test_forms_are_asked_for_in_the_way_that_a_server_takes(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        body = server.bodies[-1]
        if body.get("response_format", {}).get("type") == "json_object":
            assert '"genre"' in body["messages"][0]["content"], "the schema is told in words"
            answer.json(completion('{"genre": "War"}'))
        else:
            answer.json({"error": {"message": "This response_format type is unavailable now"}}, 400)

    server = serve(chat)
    with model_at(server.url) as model:
        assert [read(model), read(model)] == [{"genre": "War"}] * 2
    assert len(server.bodies) == 4, "three ways the first time, then the one that works"
    assert server.bodies[1]["tool_choice"] == "required"


def test_a_form_that_comes_as_a_call(serve: Serve) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "form", "arguments": '{"genre": "War"}'}}
    body = completion(None)
    body["choices"][0]["message"]["tool_calls"] = [call]
    server = serve(lambda answer: answer.json(body))
    with Model(server.url, "tiny", profile=Profile(forms="tool")) as model:
        assert read(model) == {"genre": "War"}
    (sent,) = server.bodies
    assert sent["tools"][0]["function"]["parameters"] == SCHEMA
    assert "response_format" not in sent


def test_a_call_that_is_written_out_as_text(serve: Serve) -> None:
    said = '```json\n{"name": "form", "arguments": {"genre": "War"}}\n```'
    server = serve(lambda answer: answer.json(completion(said)))
    with Model(server.url, "tiny", profile=Profile(forms="tool")) as model:
        assert read(model) == {"genre": "War"}


def test_alternatives_are_one_object_to_a_tool() -> None:
    plain = {"type": "object", "properties": {"a": {"enum": ["why"]}}, "required": ["a"]}
    more = {"a": {"enum": ["rec"]}, "s": {"type": "string"}}
    wishes = {"type": "object", "properties": more, "required": ["a"]}
    sent = under({"type": "object", "anyOf": [wishes, plain]}, "tool")["tools"][0]["function"]["parameters"]
    assert sent["properties"] == {"a": {"enum": ["rec", "why"]}, "s": {"type": "string"}}
    assert (sent["required"], "anyOf" in sent) == (["a"], False)
    assert under(SCHEMA, "tool")["tools"][0]["function"]["parameters"] == SCHEMA


def test_what_the_profile_says_is_sent(serve: Serve) -> None:
    server = serve(lambda answer: answer.json(completion('{"genre": "War"}')))
    with Model(server.url, "Qwen/Qwen3-8B", profile=profile_of("Qwen/Qwen3-8B", "llamacpp")) as model:
        read(model)
    (sent,) = server.bodies
    assert sent["chat_template_kwargs"] == {"enable_thinking": False}
    assert (sent["cache_prompt"], sent["seed"], sent["temperature"]) == (True, 1, 0.0)
    assert "reasoning_effort" not in sent
    assert sent["max_completion_tokens"] == 50, "thinking is off and needs no room"


def test_without_a_system_role_its_text_comes_first(serve: Serve) -> None:
    server = serve(lambda answer: answer.json(completion('{"genre": "War"}')))
    with Model(server.url, "gemma-2-9b-it", profile=profile_of("gemma-2-9b-it")) as model:
        read(model)
    assert server.bodies[0]["messages"] == [{"role": "user", "content": "Read.\n\na comedy"}]


def test_thoughts_are_dropped(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        if server.bodies[-1].get("stream"):
            answer.begin_stream()
            answer.pieces("<thi", "nk>{a sh", "oe}</th", "ink>\n\nHeat", " <3")
            answer.end_stream()
        else:
            answer.json(completion('<think>{"genre": "no"}</think>{"genre": "War"}'))

    server = serve(chat)
    with model_at(server.url) as model:
        assert read(model) == {"genre": "War"}
        assert "".join(piece.text for piece in write(model)) == "Heat <3"


def test_after_failures_in_a_row_nobody_waits(serve: Serve) -> None:
    now = [0.0]
    breaker = Breaker(2, pause=10.0, clock=lambda: now[0])
    server = serve(lambda answer: answer.json({}, 408))
    with Model(server.url, "tiny", breaker=breaker) as model:
        for _ in range(2):
            with pytest.raises(ModelTimeout):
                read(model)
        with pytest.raises(ModelUnavailable, match="left alone"):
            write(model)
        assert len(server.bodies) == 2, "an open breaker sends nothing"
        now[0] = 10.0
        server.chat = lambda answer: answer.json(completion('{"genre": "War"}'))
        assert read(model) == {"genre": "War"}
        assert breaker.stand == "closed"


def test_an_answer_that_is_no_form_does_not_open_the_breaker(serve: Serve) -> None:
    server = serve(lambda answer: answer.json(completion("I cannot.")))
    with Model(server.url, "tiny", breaker=Breaker(1)) as model:
        for _ in range(3):
            with pytest.raises(ModelError, match="form"):
                read(model)
        assert model.breaker.stand == "closed"


def test_a_reply_that_nobody_reads_on_leaves_the_probe_free(serve: Serve) -> None:
    def chat(answer: Answer) -> None:
        answer.begin_stream()
        answer.until_gone(b": nothing yet\n\n")

    breaker = Breaker(1, pause=0.0)
    server = serve(chat)
    with Model(server.url, "tiny", breaker=breaker) as model:
        with pytest.raises(ModelTimeout):
            read(model, timeout=0.2)
        with pytest.raises(ModelTimeout):
            write(model, timeout=0.2)
        assert breaker.stand == "half-open"
        server.chat = lambda answer: answer.json(completion('{"genre": "War"}'))
        assert read(model) == {"genre": "War"}


def test_an_embedded_model_that_is_gone_is_not_an_address_to_correct(dead_url: str) -> None:
    with Model(dead_url, "tiny", embedded=True) as model, pytest.raises(ModelUnavailable) as failure:
        read(model)
    assert "PALATE_LLM_URL" not in str(failure.value)
    assert "starts it again" in str(failure.value)


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
        answer.pieces("Heat ", "is. ")
        received.wait(LONG)  # a reset may otherwise overtake what was sent before it
        end(answer)

    received = threading.Event()
    seen: list[ModelError] = []
    with model_at(serve(chat).url, seen) as model:
        pieces = model.write(ASKED, max_tokens=50, timeout=LONG, stall=LONG)
        assert [next(pieces).text, next(pieces).text] == ["Heat ", "is. "]
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
