"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from palate.api.access import house_of
from palate.api.problems import RESPONSES
from palate.errors import PalateError

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Whether requests are answered, and with what."""

    ready: bool
    degraded: bool
    """Answers come without the model, or without vectors."""
    lines: list[str]
    """How it stands, in plain words."""


@router.get("/health", summary="Does the process live?")
async def health() -> Health:
    """Answers as long as it does."""
    return Health()


@router.get("/ready", summary="Can it answer?", responses={503: {"model": Readiness}})
def ready(request: Request, response: Response) -> Readiness:
    """503 where the store cannot be read; without model or vectors it is ready, and says so."""
    house = house_of(request)
    status = house.first.status()
    lines = status.lines()
    try:
        house.store.version(house.catalogue)
    except PalateError as error:
        response.status_code = 503
        return Readiness(ready=False, degraded=True, lines=[str(error), *lines])
    full = status.model.state in {"off", "ready"} and status.index.state == "ready"
    return Readiness(ready=True, degraded=not full, lines=lines)


__all__ = ["RESPONSES", "router"]
