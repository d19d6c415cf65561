"""Logs of a service: lines for people, or one JSON object a line, on standard error.

A line has `time` (UTC), `level`, `logger`, `event`, the ids of request, conversation and trace where there are such,
and durations. What a person says never stands there: fields are those of `FIELDS` and no others; of an error stand
its kind and the places it went through, its words only where palate itself wrote them about a file or an address;
of what libraries log stand the fixed text, the numbers and the place.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name

from palate.errors import ModelTimeout, ModelUnavailable, PortBusy, StoreError
from palate.seeing.scrubbing import GONE, scrubbed

if TYPE_CHECKING:
    from structlog.typing import Processor, WrappedLogger

    from palate.settings import Settings

_EventDict = MutableMapping[str, Any]

_IDS = ("request", "trace", "conversation")
_NAMES = ("method", "route", "status", "door", "catalogue", "outcome", "error", "act", "mode")
_COUNTS = ("model_calls", "tokens_in", "tokens_out", "written", "replaced")
_TIMES = ("queue_ms", "first_items_ms", "first_token_ms", "duration_ms")
_HEAD = ("time", "level", "logger", "event")
_FAILURE = ("at", "reason")
FIELDS = frozenset({*_IDS, *_NAMES, *_COUNTS, *_TIMES})
"""What a line may carry beside its event: ids, names out of the code, and numbers."""
_TRUSTED = ("palate", "uvicorn")
"""Loggers whose messages hold what they are given."""
_PLAIN = (StoreError, ModelUnavailable, ModelTimeout, PortBusy)
"""Errors whose words are palate's own and are about files and addresses."""
_FRAMES = 12
_QUIET = {"opentelemetry": logging.CRITICAL, "httpx2": logging.WARNING, "httpx": logging.WARNING}
"""Loggers that say at each sending what `palate.seeing.exporting` says once, or what each request's line says."""


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every log line of this process through palate's format, to `stream` or standard error.

    For a process that serves; a program that palate is part of has its own logging. What handlers stood at the root
    and at uvicorn's loggers are taken off.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter(settings))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    level = settings.log_level.upper()
    logging.getLogger("palate").setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(max(logging.getLevelNamesMapping()[level], logging.INFO))
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    logging.captureWarnings(capture=True)


def formatter(settings: Settings) -> logging.Formatter:
    """The format that the settings ask for."""
    out = sys.stderr
    last: Sequence[Processor]
    if settings.log_format == "json":
        last = [structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=out.isatty(), sort_keys=False)]
    return ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            ExtraAdder(FIELDS),
            add_log_level,
            add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _failure,
        ],
        processors=[_clean, ProcessorFormatter.remove_processors_meta, _in_order, *last],
        use_get_message=False,
        pass_foreign_args=True,
    )


def _failure(_: WrappedLogger, __: str, event: _EventDict) -> _EventDict:
    """Instead of an error its kind and where it came from."""
    record: logging.LogRecord = event["_record"]
    if record.exc_info and record.exc_info[1] is not None:
        _, error, trace = record.exc_info
        event["error"] = type(error).__name__
        event["at"] = _places(trace)
        if isinstance(error, _PLAIN):
            event["reason"] = scrubbed(str(error))
        elif isinstance(error, OSError) and error.strerror:
            event["reason"] = error.strerror
    event.pop("exc_info", None)
    event.pop("stack_info", None)
    record.exc_info = record.exc_text = record.stack_info = None
    return event


def _places(trace: TracebackType | None) -> list[str]:
    """The last places that an error went through: file, line and function, without the text of the line."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _clean(_: WrappedLogger, __: str, event: _EventDict) -> _EventDict:
    """The message, as far as its logger is trusted."""
    record: logging.LogRecord = event["_record"]
    given = event.pop("positional_args", ())
    if record.name.split(".")[0] in _TRUSTED:
        event["event"] = scrubbed(_filled(str(record.msg), given))
    else:
        event.setdefault("at", [f"{PurePath(record.pathname).name}:{record.lineno} {record.funcName}"])
        event["event"] = scrubbed(_numbers(str(record.msg), given))
    for name in FIELDS & event.keys():
        if isinstance(event[name], str):
            event[name] = scrubbed(event[name])
    return event


def _filled(template: str, given: object) -> str:
    """A message with what it is given, as `logging` does it."""
    try:
        return template % given if given else template
    except (TypeError, ValueError, KeyError):
        return template


def _numbers(template: str, given: object) -> str:
    """A stranger's message with its numbers only; one that was put together before it came may say anything."""
    if isinstance(given, Mapping):
        return _filled(template, {name: _fit(value) for name, value in given.items()})
    return _filled(template, tuple(map(_fit, given))) if isinstance(given, tuple) and given else GONE


def _fit(value: object) -> object:
    """A number; anything else may be what somebody said."""
    return value if isinstance(value, int | float) else GONE


def _in_order(_: WrappedLogger, __: str, event: _EventDict) -> _EventDict:
    """When, how bad, who and what first; then what a line may carry, and nothing else that somebody bound to it."""
    rest = [name for name in event if name in FIELDS or name in _FAILURE]
    return {name: event[name] for name in dict.fromkeys([*_HEAD, *rest]) if name in event}
