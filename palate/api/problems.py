"""What went wrong, as an HTTP answer: RFC 9457 problem details, in the words of the error."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from palate.errors import (
    ConversationBusy,
    InputError,
    ModelError,
    NotFound,
    PalateError,
    StoreError,
    TextTooLong,
)

TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[PalateError], int], ...] = (
    (TextTooLong, 413),
    (InputError, 422),
    (NotFound, 404),
    (ConversationBusy, 409),
    (StoreError, 503),
    (ModelError, 503),
)
_OPENAI = ("/v1/chat/", "/v1/models")
"""Doors whose clients read errors as OpenAI writes them."""
_LATER = 2
"""Seconds after which to come again, where that helps."""

_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong, and what to do."""

    status: int = Field(examples=[404])
    title: str = Field(examples=["Not Found"])
    detail: str = Field(examples=["No catalogue is called 'shoes'; there are films."])


class Refused(PalateError):
    """A request that is turned away at the door."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers or {})


class Limited(Refused):
    """Too much was asked at once, or too often."""

    def __init__(self, limit: str, detail: str, again: int) -> None:
        """`limit`: `rate` or `concurrency`; `again`: seconds after which to come again."""
        super().__init__(429, detail, {"retry-after": str(again)})
        self.limit = limit


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text, "content": {TYPE: {"schema": {"$ref": _REF}}}}
    for _REF in ("#/components/schemas/Problem",)
    for status, text in {
        400: "The request cannot be read.",
        401: "There is no key, or it opens nothing (any more).",
        403: "The key does not open this door.",
        404: "There is nothing of this id.",
        408: "The body came too slowly.",
        409: "Another message of the conversation came first.",
        413: "Too much was sent.",
        422: "Something in the request is missing or cannot be used.",
        429: "Too many requests; see Retry-After.",
        503: "Something that is needed does not answer; see Retry-After.",
    }.items()
}
"""What every door may answer, for the OpenAPI document."""


def status_of(error: PalateError) -> int:
    """The HTTP status that an error of ours has."""
    if isinstance(error, Refused):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer."""
    later = {"retry-after": str(_LATER)} if status in {409, 503} else {}
    body = Problem(status=status, title=TITLES.get(status, "Error"), detail=detail)
    return JSONResponse(body.model_dump(), status, {**later, **(headers or {})}, TYPE)


TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def handle(app: FastAPI) -> None:
    """Have every error of `app` answered like this."""

    def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, PalateError)
        status = status_of(error)
        if isinstance(error, Limited):
            request.app.state.telemetry.limited(error.limit)
        if isinstance(error, StoreError):
            request.app.state.telemetry.store_failed()
        if status == 500:
            _log.error("A request failed.", exc_info=error)
        return _shaped(request, status, str(error), error.headers if isinstance(error, Refused) else None)

    def unreadable(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return _shaped(request, 422, "; ".join(_where(each) for each in error.errors()[:5]))

    def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return _shaped(request, error.status_code, str(error.detail), error.headers)

    def unforeseen(request: Request, error: Exception) -> JSONResponse:
        # What strangers' code says is for the log.
        _log.error("A request failed.", exc_info=error)
        return _shaped(request, 500, "Something went wrong here; the log of the service says what.")

    app.add_exception_handler(PalateError, ours)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unforeseen)


def _shaped(request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer, in the form that the clients of its door read."""
    answer = problem(status, detail, headers)
    if not request.url.path.startswith(_OPENAI):
        return answer
    kind = "invalid_request_error" if status < 500 else "server_error"
    kept = {name: value for name, value in answer.headers.items() if name not in {"content-length", "content-type"}}
    return JSONResponse({"error": {"message": detail, "type": kind, "param": None, "code": None}}, status, kept)


def _where(error: Mapping[str, Any]) -> str:
    """One fault of a request, without what was sent: it may be long, or somebody's."""
    place = ".".join(str(part) for part in error.get("loc", ()) if part != "body")
    return f"{place}: {error.get('msg', '')}" if place else str(error.get("msg", ""))
