"""Conversations: begin, say, list, read, export, delete."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from palate.agent.events import Event, Notice, StateChanged, TurnFinished
from palate.api.access import Caller, allowed, house_of
from palate.api.bodies import (
    Begin,
    ConversationId,
    ConversationOut,
    DeliveryOut,
    HumanAnswer,
    Name,
    Say,
    TurnOut,
    UserId,
    turn_out,
)
from palate.api.house import House, registered
from palate.api.keys import Scope
from palate.api.problems import Refused, status_of
from palate.api.streaming import STREAMED, Running, Threads
from palate.api.telling import told
from palate.api.watched import seen
from palate.app import Palate
from palate.domain import GUEST
from palate.errors import AlreadyAnswered, ConversationBusy, PalateError, UnknownConversation
from palate.personal.retention import delete_conversation
from palate.store.records import StoredTurn
from palate.watching import Watching

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])
Chats = Annotated[Caller, Depends(allowed(Scope.CHAT))]
Admins = Annotated[Caller, Depends(allowed(Scope.ADMIN))]
EVENTS = "text/event-stream"


@router.post("", status_code=201, summary="Begin a conversation")
def begin(body: Begin, request: Request, caller: Chats) -> ConversationOut:
    """Begin one. Not needed: the first message to an id of your own begins it, too."""
    palate = house_of(request).palate(caller.tenant, body.catalogue)
    if body.user != GUEST:
        registered(caller.tenancy.store, body.user)
    conversation = palate.start_conversation(body.user)
    return _line(caller, conversation)


@router.get("", summary="List the conversations of a person")
def listed(caller: Chats, user: UserId, catalogue: Name | None = None) -> list[ConversationOut]:
    """The one with the latest message first."""
    return [ConversationOut.of(each) for each in caller.tenancy.store.conversations(user, catalogue)]


@router.post(
    "/{conversation}/turns",
    summary="Say something",
    response_model=TurnOut,
    responses={200: {"content": {EVENTS: {"schema": {"type": "string"}}}}},
)
async def say(conversation: ConversationId, body: Say, request: Request, caller: Chats) -> Response:
    """Answer the next message; as server-sent events with `stream` or `Accept: text/event-stream`."""
    house, threads = house_of(request), request.app.state.threads
    assert isinstance(threads, Threads)
    streaming = body.stream or EVENTS in request.headers.get("accept", "")
    palate = await run_in_threadpool(_palate_of, house, caller, conversation, body)
    named = body.request_id is not None
    running = threads.stream(lambda: _begun(request, palate, conversation, body), whole=named)
    try:
        first = await running.first()
    except AlreadyAnswered as before:
        assert isinstance(before.turn, StoredTurn)
        kept = await run_in_threadpool(kept_turn, palate, before.turn)
        if streaming:
            return StreamingResponse(iter([_sse("turn", kept.model_dump(mode="json"))]), media_type=EVENTS)
        return JSONResponse(kept.model_dump(mode="json"))
    except BaseException:
        running.leave()
        raise
    if streaming:
        return StreamingResponse(_streamed(palate, running, first), media_type=EVENTS, headers=STREAMED)
    try:
        events = [first] if first else []
        async for event in running.rest():
            events.append(event)
            if await request.is_disconnected():
                running.leave()
        done = await run_in_threadpool(_whole, palate, events)
    finally:
        running.leave()
    return JSONResponse(done.model_dump(mode="json"))


@router.get("/{conversation}", summary="Read a conversation")
def read(conversation: ConversationId, request: Request, caller: Chats) -> list[TurnOut]:
    """All its turns, the first one first."""
    palate = _at_home(house_of(request), caller, conversation)
    return [kept_turn(palate, turn) for turn in palate.turns(conversation)]


@router.get("/{conversation}/export", summary="Export a conversation", response_class=Response)
def export(conversation: ConversationId, request: Request, caller: Chats) -> Response:
    """The same as JSON lines, one turn a line, to be kept elsewhere."""
    palate = _at_home(house_of(request), caller, conversation)
    lines = [kept_turn(palate, turn).model_dump_json() + "\n" for turn in palate.turns(conversation)]
    name = 'attachment; filename="conversation.jsonl"'
    return Response("".join(lines), media_type="application/x-ndjson", headers={"content-disposition": name})


@router.delete("/{conversation}", status_code=204, summary="Delete a conversation", response_class=Response)
def delete(conversation: ConversationId, caller: Chats) -> None:
    """Delete it with all that was said, shown and done in it."""
    delete_conversation(caller.tenancy.store, conversation)


@router.post("/{conversation}/answers", status_code=201, summary="Answer as a person")
def answer(conversation: ConversationId, body: HumanAnswer, request: Request, caller: Admins) -> TurnOut:
    """Put what a colleague says into a conversation that was handed over; the person reads it there."""
    palate = _at_home(house_of(request), caller, conversation)
    return kept_turn(palate, palate.answer(conversation, body.text, by=body.by, answer_id=body.id))


@router.get("/{conversation}/hand-overs", summary="What was handed over, and what became of it")
def hand_overs(conversation: ConversationId, caller: Admins) -> list[DeliveryOut]:
    """The deliveries of a conversation, the first one first."""
    caller.tenancy.store.conversation(conversation)
    return [DeliveryOut.of(each) for each in caller.tenancy.store.outbox.deliveries(conversation)]


def kept_turn(palate: Palate, turn: StoredTurn, notices: Sequence[str] = ()) -> TurnOut:
    """A turn of the store, with its slate. Raises UnknownSlate and StoreError."""
    slate = palate.store.slates.find(turn.slate_id) if turn.slate_id else None
    understood = palate.understood(turn.state) if turn.state else None
    phrases = [element.phrase for element in understood.elements] if understood else []
    return turn_out(turn, slate, palate.catalogue, phrases, notices)


def _palate_of(house: House, caller: Caller, conversation: str, body: Say) -> Palate:
    """The `Palate` that the conversation is held with; it is begun where it is new."""
    store = caller.tenancy.store
    try:
        info = store.conversation(conversation)
    except UnknownConversation:
        palate = house.palate(caller.tenant, body.catalogue)
        user = body.user or GUEST
        if user != GUEST:
            registered(store, user)
        with suppress(ConversationBusy):  # Another first message came at the same moment.
            store.start_conversation(user, palate.catalogue.name, conversation)
            return palate
        info = store.conversation(conversation)
    if body.catalogue not in {None, info.catalogue}:
        raise Refused(422, f"This conversation is about {info.catalogue}; begin another one for {body.catalogue}.")
    if body.user not in {None, info.user_id}:
        raise UnknownConversation(f"{body.user!r} has no conversation {conversation!r}.")
    return house.palate(caller.tenant, info.catalogue)


def _at_home(house: House, caller: Caller, conversation: str) -> Palate:
    return house.palate(caller.tenant, caller.tenancy.store.conversation(conversation).catalogue)


def _line(caller: Caller, conversation: str) -> ConversationOut:
    store = caller.tenancy.store
    owner = store.conversation(conversation).user_id
    return next(ConversationOut.of(each) for each in store.conversations(owner) if each.id == conversation)


def _begun(request: Request, palate: Palate, conversation: str, body: Say) -> Iterator[Event]:
    def start(watch: Watching) -> Iterator[Event]:
        return palate.stream(
            body.text, user=body.user, conversation=conversation, request_id=body.request_id, watching=watch
        )

    return seen(request, "turns", palate, start, conversation=conversation, text=body.text)


def _whole(palate: Palate, events: Sequence[Event]) -> TurnOut:
    """The turn as it was kept. Raises Refused (503) where it could not be kept: it must be said again."""
    done = next(event for event in reversed(events) if isinstance(event, TurnFinished))
    notices = [event.text for event in events if isinstance(event, Notice)]
    if not done.kept:
        raise Refused(503, notices[-1] if notices else "This turn could not be saved.", {"retry-after": "2"})
    turn = palate.store.turn(done.conversation, done.position)
    return kept_turn(palate, turn, notices)


async def _streamed(palate: Palate, running: Running[Event], first: Event | None) -> AsyncIterator[str]:
    """The events as server-sent ones; the last is `turn`, or `error` where there is none."""
    try:
        summary: tuple[str, ...] = ()
        if first is not None:
            yield _event(palate, first)
        async for event in running.rest():
            summary = event.summary if isinstance(event, StateChanged) else summary
            yield _event(palate, event)
    except PalateError as error:
        yield _sse("error", {"status": status_of(error), "detail": str(error)})
    finally:
        running.leave()


def _event(palate: Palate, event: Event) -> str:
    name, data = told(palate.catalogue, event)
    if isinstance(event, TurnFinished) and not event.kept:
        return _sse("error", {"status": 503, "detail": "This turn could not be saved; say it again."})
    return _sse(name, data)


def _sse(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
