"""Requests: the trace they go on, their ids, their counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.contextvars import get_contextvars

from palate.agent.events import TurnFinished
from palate.seeing.telemetry import request_id
from tests.seeing.watched import Watched, about, inside

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = {"TraceParent": f"00-{TRACE}-00f067aa0ba902b7-01"}
DONE = TurnFinished("c", "x", "llm", 1, 2, 3, {"total": 5.0}, {})


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched.of()
    yield made
    made.telemetry.close()


def test_a_trace_of_somebody_else_goes_on(watched: Watched) -> None:
    with watched.telemetry.request("POST", TRACEPARENT) as request:
        with watched.telemetry.turn(door="turns", within=request) as watch:
            list(watch(iter([DONE])))
        request.answered(200, "/v1/conversations/{id}/turns")
    span, turn = watched.one("POST"), watched.one("invoke_agent")
    assert span.context and f"{span.context.trace_id:032x}" == TRACE
    assert span.parent and f"{span.parent.span_id:016x}" == "00f067aa0ba902b7"
    assert inside(turn, span)


def test_a_turn_alone_goes_on_a_trace_too(watched: Watched) -> None:
    with watched.telemetry.turn(door="mcp", headers=TRACEPARENT) as watch:
        list(watch(iter([DONE])))
    turn = watched.one("invoke_agent")
    assert turn.context and f"{turn.context.trace_id:032x}" == TRACE


@pytest.mark.parametrize(
    "sent", ["", "00-zz-00f067aa0ba902b7-01", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "x" * 9999]
)
def test_a_broken_traceparent_begins_a_new_trace(watched: Watched, sent: str) -> None:
    with watched.telemetry.request("GET", {"traceparent": sent}) as request:
        request.answered(200, "/health")
    span = watched.one("GET")
    assert span.parent is None
    assert span.context and span.context.trace_id


def test_counts_by_route_never_by_path(watched: Watched) -> None:
    with watched.telemetry.request("POST") as request:
        assert watched.value("http_server_active_requests", http_request_method="POST") == 1
        request.answered(201, "/v1/conversations/{id}")
    assert watched.value("http_server_active_requests", http_request_method="POST") == 0
    label = {"http_route": "/v1/conversations/{id}", "http_response_status_code": "201"}
    assert watched.value("http_server_request_duration_seconds_count", **label) == 1
    for number in range(300):
        with watched.telemetry.request("BREW") as request:
            request.answered(404, f"/strange/{number}")
    assert watched.value("http_server_request_duration_seconds_count", http_route="other") == 101
    assert watched.value("http_server_request_duration_seconds_count", http_request_method="_OTHER") == 300


def test_a_request_that_breaks_and_one_whose_client_goes(watched: Watched) -> None:
    with pytest.raises(ZeroDivisionError), watched.telemetry.request("GET"):
        raise ZeroDivisionError
    with pytest.raises(KeyboardInterrupt), watched.telemetry.request("GET"):
        raise KeyboardInterrupt
    assert watched.value("http_server_request_duration_seconds_count", http_response_status_code="500") == 1
    assert watched.value("http_server_request_duration_seconds_count", http_response_status_code="499") == 1
    broken = watched.named("GET")[0]
    assert about(broken)["error.type"] == "ZeroDivisionError"


def test_its_id_stands_beside_what_is_logged_within(watched: Watched) -> None:
    with watched.telemetry.request("POST", {"X-Request-Id": "abc-1"}) as request:
        assert request.request == "abc-1"
        assert get_contextvars()["request"] == "abc-1"
        assert len(str(get_contextvars()["trace"])) == 32
    assert get_contextvars() == {}


def test_ids_are_taken_over_only_when_they_are_plain() -> None:
    assert request_id("f3-a_b.c") == "f3-a_b.c"
    for strange in ("", "a b", "x" * 65, "<script>", "né", "a\nb", "who@example.com"):
        made = request_id(strange)
        assert made != strange
        assert len(made) == 32
