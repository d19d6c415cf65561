"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from palate.seeing.health import Readiness, Readying, health

router = APIRouter(tags=["service"])


class Lives(BaseModel):
    """The process lives."""

    status: Literal["ok"]
    version: str
    pid: int
    uptime: float
    """Seconds."""


class Ready(BaseModel):
    """Whether requests are answered, and with what."""

    status: Literal["ok", "degraded", "failed"]
    """`degraded`: answers come without the model, or without vectors."""
    ready: bool
    parts: dict[str, dict[str, Any]]


@router.get("/health", summary="Does the process live?")
async def lives(request: Request) -> Lives:
    """Answers as long as it does."""
    return Lives(**health(request.app.version, request.app.state.started).as_dict())


@router.get("/ready", summary="Can it answer?", responses={503: {"model": Ready}})
def ready(request: Request, response: Response) -> Ready:
    """503 where the store cannot be read; without model or vectors it is ready, and says so."""
    found = readiness_of(request)
    if not found.ready:
        response.status_code = 503
    return Ready(**found.as_dict())


def readiness_of(request: Request) -> Readiness:
    """How the application stands."""
    readying = request.app.state.readying
    assert isinstance(readying, Readying)
    return readying.readiness()
