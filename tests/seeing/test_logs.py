"""What stands in a log, and what never does."""

from __future__ import annotations

import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from palate.agent.events import Event, StateChanged, TurnFinished
from palate.errors import StoreError
from palate.seeing.logs import FIELDS, configure, formatter
from palate.seeing.telemetry import Telemetry
from palate.settings import Settings
from tests.seeing.watched import Watched

SAID = "a quiet film for my mother Rosalind"
KEY = "palate_sk_0123456789abcdef"
MAIL = "rosalind@example.com"


class Lines:
    """A log in JSON."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.text.splitlines())

    def one(self, event: str) -> dict[str, Any]:
        (found,) = [line for line in self if line["event"] == event]
        return found


@pytest.fixture
def restored() -> Iterator[None]:
    """The process's logging is as it was once the test is over."""
    names = ("", "palate", "uvicorn", "uvicorn.error", "uvicorn.access", "opentelemetry", "httpx", "httpx2")
    loggers = [logging.getLogger(name) for name in names]
    before = [(logger, logger.level, list(logger.handlers), logger.propagate) for logger in loggers]
    show = warnings.showwarning
    yield
    logging.captureWarnings(capture=False)
    warnings.showwarning = show
    for logger, level, handlers, propagate in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
        logger.propagate = propagate


@pytest.fixture
def lines(restored: None) -> Lines:
    made = Lines()
    configure(Settings(log_format="json"), made.stream)
    return made


def told(*events: Event, error: Exception | None = None) -> Iterator[Event]:
    yield from events
    if error:
        raise error


DONE = TurnFinished("c1", SAID, "llm", 2, 300, 40, {"total": 61.2, "first_items": 9.0}, {}, written=3, replaced=1)


def a_turn(telemetry: Telemetry, error: Exception | None = None) -> None:
    headers = {"x-request-id": "r1", "authorization": f"Bearer {KEY}"}
    events: list[Event] = [StateChanged({"act": "recommend", "text": SAID}, (SAID,))]
    events += [] if error else [DONE]
    with suppress(ValueError), telemetry.request("POST", headers) as request:
        with telemetry.turn(door="turns", catalogue="films", text=SAID, within=request) as watch:
            logging.getLogger("palate.hook").warning("The hook did not answer within %g s.", 3.0)
            list(watch(told(*events, error=error)))
        request.answered(200, "/v1/conversations/{id}/turns")


def test_a_turn_and_a_request_are_a_line_each(lines: Lines) -> None:
    watched = Watched.of()
    a_turn(watched.telemetry)
    turn, request, hook = lines.one("turn"), lines.one("request"), lines.one("The hook did not answer within 3 s.")
    assert turn["conversation"] == "c1"
    assert turn["request"] == request["request"] == hook["request"] == "r1"
    assert re.fullmatch("[0-9a-f]{32}", turn["trace"])
    assert turn["trace"] == request["trace"] == hook["trace"]
    assert (turn["door"], turn["mode"], turn["act"], turn["outcome"]) == ("turns", "llm", "recommend", "finished")
    assert (turn["duration_ms"], turn["first_items_ms"], turn["tokens_in"], turn["replaced"]) == (61.2, 9.0, 300, 1)
    assert (request["method"], request["status"], request["route"]) == ("POST", 200, "/v1/conversations/{id}/turns")
    assert request["duration_ms"] >= 0
    assert (turn["level"], hook["level"], hook["logger"]) == ("info", "warning", "palate.hook")
    assert datetime.fromisoformat(turn["time"]).utcoffset() == datetime.now(UTC).utcoffset()
    assert list(turn)[:4] == ["time", "level", "logger", "event"]
    watched.telemetry.close()


def test_without_a_collector_lines_have_no_trace(lines: Lines) -> None:
    with Telemetry.of(Settings()) as telemetry:
        a_turn(telemetry)
    assert "trace" not in lines.one("turn")


@pytest.mark.parametrize("form", ["json", "plain"])
def test_what_people_say_and_keys_never_stand_there(restored: None, form: Any) -> None:
    stream = io.StringIO()
    configure(Settings(log_format=form, log_level="debug"), stream)
    with Telemetry.of(Settings(trace_content=True)) as telemetry:
        a_turn(telemetry)
        a_turn(telemetry, ValueError(f"cannot parse {SAID!r} of {MAIL}"))
    chatty = logging.getLogger("some.library")
    chatty.setLevel(logging.DEBUG)
    try:
        raise ValueError(f"invalid input {SAID} from {MAIL} with {KEY}")
    except ValueError:
        logging.getLogger("palate.memory").exception("The last messages could not be read.")
        chatty.exception("Failed on %s (%d tries)", SAID, 3)
        chatty.warning(f"POST failed for {SAID} {MAIL}")
        chatty.warning("%(who)s asked %(n)d", {"who": MAIL, "n": 2})
    access = logging.getLogger("uvicorn.error")
    access.warning('Invalid "GET /v1/me?token=%s&text=%s" of %s', KEY, SAID.replace(" ", "+"), MAIL)
    access.warning("Authorization: Bearer %s; telephone +44 20 7946 0958; card 4111 1111 1111 1111", KEY)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"deprecated: {SAID}", stacklevel=1)
    logged = stream.getvalue()
    assert logged.count("\n") >= 12
    for secret in ("Rosalind", "rosalind", "quiet", KEY, "0123456789abcdef", "example.com", "7946", "4111"):
        assert secret not in logged
    assert "Failed on [removed] (3 tries)" in logged
    assert "ValueError" in logged
    assert "test_logs.py" in logged


def test_what_palate_says_of_its_own_errors_is_kept(lines: Lines) -> None:
    try:
        raise StoreError("There is no room left for /data/palate.db.")
    except StoreError:
        logging.getLogger("palate.memory").exception("A hand-over could not be kept.")
    line = lines.one("A hand-over could not be kept.")
    assert (line["error"], line["reason"]) == ("StoreError", "There is no room left for /data/palate.db.")
    assert line["at"][-1].startswith("test_logs.py:")


def test_a_field_that_is_not_known_is_left_out(lines: Lines) -> None:
    logging.getLogger("palate.service").warning("odd", extra={"text": SAID, "conversation": "c7"})
    with bound_contextvars(said=SAID):
        logging.getLogger("palate.service").warning("odder")
    assert SAID not in lines.text
    line = lines.one("odd")
    assert line["conversation"] == "c7"
    assert set(line) - FIELDS == {"time", "level", "logger", "event"}


def test_levels(restored: None) -> None:
    made = Lines()
    configure(Settings(log_format="json", log_level="warning"), made.stream)
    with Telemetry.of(Settings()) as telemetry:
        a_turn(telemetry)
    logging.getLogger("uvicorn.error").info("Application startup complete.")
    logging.getLogger("opentelemetry.exporter.otlp").error("Failed to export")
    assert [line["level"] for line in made] == ["warning"]


def test_uvicorn_speaks_in_the_same_form(lines: Lines) -> None:
    logging.getLogger("uvicorn.error").info("Uvicorn running on %s", "http://127.0.0.1:8080")
    assert lines.one("Uvicorn running on http://127.0.0.1:8080")["logger"] == "uvicorn.error"


def test_a_message_that_does_not_fit_what_it_is_given() -> None:
    record = logging.LogRecord("palate.x", logging.WARNING, __file__, 1, "%d of %d", (1,), None)
    assert json.loads(formatter(Settings(log_format="json")).format(record))["event"] == "%d of %d"
