"""`/v1/recommend`: one message in, a slate with its facts out; and what people do with slates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from palate.agent.events import Event, StateChanged
from palate.api.access import Caller, allowed, house_of
from palate.api.bodies import Answer, Ask, React, Usage, items_out
from palate.api.house import registered
from palate.api.keys import Scope
from palate.api.watched import seen, telemetry_of
from palate.app import Palate
from palate.domain import GUEST, Interaction
from palate.memory import VALUES
from palate.store.records import Feedback
from palate.turns import Shown
from palate.watching import Watching

_PLACE = "\x00slate\x00"
"""Stands where the slate's id will: no text that anybody sends has these characters."""

_JSON = "application/json"

router = APIRouter(tags=["recommend"])
Recommends = Annotated[Caller, Depends(allowed(Scope.RECOMMEND, Scope.CHAT))]


@router.post("/v1/recommend", summary="Recommend once", response_model=Answer)
def recommend(body: Ask, request: Request, caller: Recommends) -> Response:
    """Answer one message that belongs to no conversation.

    The slate is kept, so that `/v1/feedback` can name it; nothing else is remembered.
    """
    palate = house_of(request).palate(caller.tenant, body.catalogue)
    if body.user != GUEST:
        registered(caller.tenancy.store, body.user)
    found: list[Shown] = []

    def events(watch: Watching) -> Iterator[Event]:
        found.append(palate.recommend(body.text, user=body.user, model=body.llm, watching=watch))
        return iter(found[0].turn.events)

    for _ in seen(request, "recommend", palate, events, text=body.text):
        pass
    return Response(written(palate, found[0]), media_type=_JSON)


@router.post("/v1/feedback", status_code=204, summary="Say what became of a slate", response_class=Response)
async def feedback(body: React, request: Request, caller: Recommends) -> None:
    """Keep what a person did: the next turn heeds it, and `palate train` learns from it."""
    await run_in_threadpool(_react, body, request, caller)


def _react(body: React, request: Request, caller: Caller) -> None:
    palate = house_of(request).palate(caller.tenant, body.catalogue)
    if body.user != GUEST:
        registered(caller.tenancy.store, body.user)
    done = Interaction(body.user, body.item, body.kind, VALUES.get(body.kind, 0.0))
    given = Feedback(done, body.conversation, body.slate, request_id=body.request_id)
    if palate.store.slates.react(given, palate.catalogue.name):
        telemetry_of(request).feedback(body.kind.value)


def answer_out(palate: Palate, shown: Shown, slate: str | None = None) -> Answer:
    """What was answered once; `slate` stands in for the slate's id."""
    turn = shown.turn
    summary = next((event.summary for event in turn.events if isinstance(event, StateChanged)), ())
    return Answer(
        reply=turn.reply,
        slate=slate or (shown.slate.id if shown.slate and shown.kept else None),
        items=items_out(palate.catalogue, shown.slate),
        understood=summary,
        mode=turn.mode,
        notices=turn.notices,
        usage=Usage(model_calls=turn.model_calls, tokens_in=turn.tokens_in, tokens_out=turn.tokens_out),
        ms=turn.ms,
    )


def written(palate: Palate, shown: Shown) -> bytes:
    """The body of an answer; of one that is given again all but the slate's id is the same, and written once."""
    if shown.turn is not shown.answered.turn or not shown.answered.kept:
        return answer_out(palate, shown).model_dump_json().encode()
    body = shown.answered.written.get(_JSON)
    if body is None:
        body = shown.answered.written[_JSON] = answer_out(palate, shown, _PLACE).model_dump_json().encode()
    name = f'"{shown.slate.id}"' if shown.slate and shown.kept else "null"
    return body.replace(json.dumps(_PLACE).encode(), name.encode(), 1)
