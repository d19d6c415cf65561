"""The host: models that come, go and come back, at an address and embedded."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from palate.errors import ModelUnavailable, WeightsError, WrongHash
from palate.llm import serving
from palate.llm.embedded import EmbeddedServer
from palate.llm.serving import ModelHost, ModelStatus
from palate.llm.weights import QWEN_CODER, Progress
from palate.settings import Settings
from tests.llm.conftest import LONG, Answer, Server
from tests.llm.conftest import serving as served
from tests.llm.test_embedded import STAND_IN, ended, pid_of

WARM_UP = [[{"role": "system", "content": "Read."}, {"role": "user", "content": "hello"}]]
Serve = Callable[[Callable[[Answer], None]], Server]


def one_word(answer: Answer) -> None:
    answer.begin_stream()
    answer.pieces("x")
    answer.end_stream("length")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look and try again without long pauses."""
    monkeypatch.setattr(serving, "PAUSES", (0.01,))
    monkeypatch.setattr(serving, "WATCH", 0.05)


@contextmanager
def hosting(*, warm_up: Any = WARM_UP, quiet: Any = None, **settings: Any) -> Iterator[ModelHost]:
    host = ModelHost(Settings(**settings), warm_up, **({"quiet": quiet} if quiet else {}))
    host.start()
    try:
        yield host
    finally:
        host.close()
    assert host.status.state == "off"
    assert host.model is None
    assert not {thread.name for thread in threading.enumerate()} & {
        "palate-model-host",
        "palate-model",
        "palate-llama",
    }


def until(host: ModelHost, holds: Callable[[ModelStatus], bool]) -> ModelStatus:
    """Wait for a status that `holds`."""
    with host._changed:
        assert host._changed.wait_for(lambda: holds(host.status), LONG), host.status
        return host.status


def test_nothing_happens_before_it_is_started(tmp_path: Path) -> None:
    host = ModelHost(Settings(cache_dir=tmp_path))
    assert host.status.state == "off"
    assert host.wait(LONG).state == "off"
    host.close()
    assert list(tmp_path.iterdir()) == []


def test_the_model_at_an_address(serve: Serve) -> None:
    server = serve(one_word)
    with hosting(llm_url=server.url) as host:
        status = host.wait(LONG)
        assert (status.state, status.name, status.where) == ("ready", "tiny", server.url)
        assert host.model is not None
        assert [body["messages"] for body in server.bodies] == WARM_UP
        pieces = list(host.model.write(WARM_UP[0], max_tokens=5, timeout=LONG, stall=LONG))
        assert pieces[0].text == "x"


def test_it_is_quiet_while_the_server_reads_ahead(serve: Serve) -> None:
    silence = threading.Event()

    @contextmanager
    def quiet() -> Iterator[None]:
        silence.set()
        yield
        silence.clear()

    heard: list[bool] = []

    def chat(answer: Answer) -> None:
        heard.append(silence.is_set())
        one_word(answer)

    with hosting(llm_url=serve(chat).url, quiet=quiet) as host:
        assert host.wait(LONG).state == "ready"
    assert heard == [True]
    assert not silence.is_set()


def test_a_name_that_the_server_does_not_have(serve: Serve) -> None:
    with hosting(llm_url=serve(one_word).url, llm_model="huge") as host:
        status = host.wait(LONG)
        assert status.state == "failed"
        assert "no model huge" in status.detail
        assert "tiny" in status.detail


@pytest.mark.parametrize("url", ["not an address", "http://host:port"])
def test_what_is_no_address(url: str) -> None:
    with hosting(llm_url=url) as host:
        status = host.wait(LONG)
        assert status.state == "failed"
        assert "PALATE_LLM_URL" in status.detail


def test_a_server_that_lists_models_and_cannot_answer(serve: Serve) -> None:
    with hosting(llm_url=serve(lambda answer: answer.json({}, 500)).url) as host:
        status = host.wait(LONG)
        assert status.state == "failed"
        assert "HTTP 500" in status.detail


def test_a_server_that_comes_later(dead_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack, hosting(llm_url=dead_url) as host:
        status = host.wait(LONG)
        assert status.state == "failed"
        assert "No model server answers" in status.detail
        stack.enter_context(served(one_word, urlsplit(dead_url).port or 0))
        until(host, lambda status: status.state == "ready")
        assert host.model is not None


def test_a_server_that_goes_and_comes_back(serve: Serve) -> None:
    server = serve(one_word)
    with hosting(llm_url=server.url) as host:
        assert host.wait(LONG).state == "ready"
        server.listing = lambda answer: answer.json({}, 503)
        until(host, lambda status: status.state == "failed")
        assert host.model is None
        server.listing = lambda answer: answer.json({"data": [{"id": "tiny"}]})
        until(host, lambda status: status.state == "ready")
        assert host.model is not None


def test_a_call_that_fails_makes_it_look_at_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "WATCH", 3600.0)
    server = serve(one_word)
    with hosting(llm_url=server.url) as host:
        assert host.wait(LONG).state == "ready"
        server.chat = Answer.reset
        server.listing = Answer.reset
        assert host.model is not None
        with pytest.raises(ModelUnavailable):
            host.model.read(WARM_UP[0], {}, max_tokens=5, timeout=LONG)
        until(host, lambda status: status.state == "failed")


def test_a_model_that_is_left_alone_says_so(serve: Serve) -> None:
    server = serve(one_word)
    with hosting(llm_url=server.url) as host:
        assert host.wait(LONG).state == "ready"
        assert host.model is not None
        for _ in range(3):
            host.model.breaker.failed()
        left = host.status
        assert left.state == "failed"
        assert "left alone" in left.detail
        host.model.breaker.passed()
        back = host.status
        assert back.state == "ready"


def test_a_context_that_is_too_short_is_told(serve: Serve) -> None:
    server = serve(one_word)
    server.listing = lambda answer: answer.json({"data": [{"id": "tiny", "owned_by": "vllm", "max_model_len": 2048}]})
    with hosting(llm_url=server.url) as host:
        assert "2048" in host.wait(LONG).detail
        assert host.model is not None
        assert host.model.profile.name == "vllm"


def test_a_profile_of_ones_own(serve: Serve) -> None:
    with hosting(llm_url=serve(one_word).url, llm_profile={"forms": "tool", "write": {"temperature": 0.9}}) as host:
        host.wait(LONG)
        assert host.model is not None
        assert (host.model.profile.forms, host.model.profile.write) == ("tool", {"temperature": 0.9})


def test_a_profile_that_is_wrong_is_told(serve: Serve) -> None:
    with hosting(llm_url=serve(one_word).url, llm_profile={"form": "tool"}) as host:
        status = host.wait(LONG)
        assert status.state == "failed"
        assert "PALATE_LLM_PROFILE" in status.detail


def test_closing_while_the_server_reads_ahead(serve: Serve) -> None:
    asked = threading.Event()

    def chat(answer: Answer) -> None:
        asked.set()
        answer.silent()

    with hosting(llm_url=serve(chat).url) as host:
        assert asked.wait(LONG)
        assert host.status.state == "starting"


def fetch_with(monkeypatch: pytest.MonkeyPatch, *results: Path | Exception) -> list[int]:
    """Have `fetch` do these, the last one over and over; the list returned grows with the calls."""
    calls: list[int] = []

    def fetch(*_: object, **__: object) -> Path:
        calls.append(1)
        result = results[min(len(calls), len(results)) - 1]
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(serving, "fetch", fetch)
    return calls


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(STAND_IN))
    path = tmp_path / "tiny.gguf"
    path.write_text("serve")
    return path


def test_the_embedded_model(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch_with(monkeypatch, weights)
    with hosting(cache_dir=tmp_path) as host:
        status = host.wait(LONG)
        assert (status.state, status.name, status.where) == ("ready", "tiny", "embedded")


def test_progress_is_told_while_the_weights_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(weights: object, folder: Path, report: Callable[[Progress], None], *, stop: threading.Event) -> Path:
        report(Progress(250, 1000, "part 1 of 4"))
        assert stop.wait(LONG), "closing ends a fetch"
        raise WeightsError("stopped")

    monkeypatch.setattr(serving, "fetch", fetch)
    with hosting(cache_dir=tmp_path) as host:
        status = until(host, lambda status: status.state == "fetching")
        assert (status.done, status.detail, status.name) == (0.25, "part 1 of 4", QWEN_CODER.file)
        assert host.model is None


def test_weights_that_cannot_be_had_yet(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = WeightsError("no network")
    calls = fetch_with(monkeypatch, *[failure] * 8, weights)
    with hosting(cache_dir=tmp_path) as host:
        assert host.wait(LONG).detail == "no network"
        until(host, lambda status: status.state == "ready")
    assert len(calls) == 9, "a network may be away for long; that is no reason to give up"


def test_weights_with_a_wrong_hash_are_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fetch_with(monkeypatch, WrongHash("not the expected bytes"))
    with hosting(cache_dir=tmp_path) as host:
        assert host._thread is not None
        host._thread.join(LONG)
        assert host.status.state == "failed"
        assert host.status.detail == "not the expected bytes"
    assert len(calls) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_of_ours_does_not_look_like_a_model_on_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_with(monkeypatch, RuntimeError("a bug"))
    with hosting(cache_dir=tmp_path) as host:
        assert host.wait(LONG).state == "failed"
        assert "a bug" in host.status.detail


def test_an_embedded_server_that_is_killed_comes_back(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers: list[EmbeddedServer] = []

    class Noted(EmbeddedServer):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            servers.append(self)

    monkeypatch.setattr(serving, "EmbeddedServer", Noted)
    fetch_with(monkeypatch, weights)
    with hosting(cache_dir=tmp_path) as host:
        assert host.wait(LONG).state == "ready"
        os.kill(pid_of(servers[0]), signal.SIGKILL)
        until(host, lambda status: status.state != "ready")
        until(host, lambda status: status.state == "ready")
    assert [ended(pid_of(server)) for server in servers] == [True, True]


def test_an_embedded_server_that_ends_again_and_again_is_left_alone(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights.write_text("crash")
    calls = fetch_with(monkeypatch, weights)
    with hosting(cache_dir=tmp_path) as host:
        status = until(host, lambda status: "not started again" in status.detail)
        assert status.state == "failed"
        assert "out of memory" in status.detail
    assert len(calls) == serving.DEATHS
