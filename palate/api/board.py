"""What whoever looks after the service sees: metrics for Prometheus, and a page about today."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from palate.api.access import Caller, allowed
from palate.api.health import readiness_of
from palate.api.keys import Scope
from palate.api.watched import telemetry_of
from palate.seeing import board
from palate.seeing.today import today

router = APIRouter(tags=["service"])
Admins = Annotated[Caller, Depends(allowed(Scope.ADMIN))]


@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response)
def metrics(request: Request, _: Admins) -> Response:
    """Of all processes; the key goes into Prometheus' `authorization`."""
    told = telemetry_of(request).exposition()
    return Response(told.body, media_type=told.content_type)


@router.get("/admin/today", summary="A page about today", response_class=HTMLResponse)
def page(request: Request, caller: Admins, lang: str = "en") -> HTMLResponse:
    """Turns by the hour, latency, share without the model, groundedness."""
    now = datetime.now().astimezone()
    language = "zh" if lang.startswith("zh") else "en"
    shown = board.page(today(caller.tenancy.store, now), readiness_of(request), language)
    headers = {"content-security-policy": shown.policy, "cache-control": "no-store"}
    return HTMLResponse(shown.html, headers=headers)
