"""The OpenAI-compatible door: `/v1/models` and `/v1/chat/completions`; slates stand in the extension `palate`."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from palate.agent.events import Event, Notice, Recommended, Token, TurnFinished
from palate.api.access import Caller, allowed, house_of
from palate.api.bodies import Text, UserId
from palate.api.conversing import EVENTS, kept_turn
from palate.api.house import House, registered
from palate.api.keys import Scope
from palate.api.streaming import STREAMED, Running, Threads
from palate.api.telling import told
from palate.api.transcripts import Transcript, transcript
from palate.api.watched import seen
from palate.app import Palate
from palate.domain import GUEST
from palate.errors import AlreadyAnswered, InputError, PalateError, UnknownCatalogue
from palate.masking.masking import masked
from palate.store.records import StoredTurn
from palate.watching import Watching

router = APIRouter(tags=["OpenAI-compatible"])
Chats = Annotated[Caller, Depends(allowed(Scope.CHAT))]
MODEL = "palate"


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str = Field(examples=["text"])
    text: Text = ""


class Message(BaseModel):
    """One message of the chat."""

    role: Literal["system", "developer", "user", "assistant", "tool"] = Field(examples=["user"])
    content: Text | list[Part] | None = Field(None, examples=["a French comedy from the nineties"])

    @property
    def text(self) -> str:
        """Its text. Raises InputError where it has pictures or sounds."""
        if isinstance(self.content, list):
            if any(part.type != "text" for part in self.content):
                raise InputError("Only text can be read here, no pictures or sounds.")
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream ends with."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """As OpenAI has it; what does not concern a recommender (temperature, …) is taken and not heeded."""

    model_config = ConfigDict(extra="ignore")

    model: str = Field(MODEL, max_length=256, examples=[MODEL])
    messages: list[Message] = Field(min_length=1, max_length=1000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: UserId | None = None
    n: int = Field(1, ge=1, le=1)


class ModelCard(BaseModel):
    """A catalogue, as a model to choose."""

    id: str = Field(examples=["palate/films"])
    object: Literal["model"] = "model"
    created: int
    owned_by: str = MODEL


class ModelList(BaseModel):
    """All there are."""

    object: Literal["list"] = "list"
    data: list[ModelCard]


class Completion(BaseModel):
    """An answer, as OpenAI has it, with `palate`: the conversation, the slate and its items with facts."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    palate: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    palate: Palate
    transcript: Transcript
    conversation: str


@router.get("/v1/models", summary="List the catalogues as models")
def models(caller: Chats) -> ModelList:
    """`palate` is the usual catalogue, `palate/NAME` each of them."""
    found = caller.tenancy.store.catalogues()
    cards = [ModelCard(id=f"{MODEL}/{info.name}", created=int(info.loaded_at.timestamp())) for info in found]
    first = min((card.created for card in cards), default=0)
    return ModelList(data=[ModelCard(id=MODEL, created=first), *cards])


@router.post(
    "/v1/chat/completions",
    summary="Chat",
    response_model=Completion,
    responses={200: {"content": {EVENTS: {"schema": {"type": "string"}}}}},
)
async def complete(body: ChatRequest, request: Request, caller: Chats) -> Response:
    """Answer the last message. Chats are recognised by what was said in them, so that state is kept."""
    threads = request.app.state.threads
    assert isinstance(threads, Threads)
    asked = await run_in_threadpool(_asked, house_of(request), caller, body)
    # Clients send a request again by themselves; it is then answered with what the first one brought.
    running = threads.stream(lambda: _answered(request, asked), whole=True)
    usage = body.stream_options is not None and body.stream_options.include_usage
    try:
        first = await running.first()
        if body.stream:
            chunks = _streamed(asked, running, first, body.model, usage)
            return StreamingResponse(chunks, media_type=EVENTS, headers=STREAMED)
        events = [first] if first else []
        async for event in running.rest():
            events.append(event)
            if await request.is_disconnected():
                running.leave()
    except AlreadyAnswered as before:
        assert isinstance(before.turn, StoredTurn)
        events = await run_in_threadpool(_again, asked, before.turn)
        if body.stream:
            return StreamingResponse(iter(_chunks(asked, events, body.model, usage)), media_type=EVENTS)
    except BaseException:
        running.leave()
        raise
    return JSONResponse(_completion(asked, events, body.model))


def _asked(house: House, caller: Caller, body: ChatRequest) -> _Asked:
    palate = house.palate(caller.tenant, _catalogue(body.model))
    user = body.user or GUEST
    if user != GUEST:
        registered(caller.tenancy.store, user)
    opening = next((m.text for m in body.messages if m.role in {"system", "developer"}), "")
    # Masked as the turns are, so that nothing personal can be guessed from a request's hash.
    mask = (lambda text: masked(text, palate.settings.phone_regions).text) if palate.settings.mask_personal else str
    told = [(m.role, mask(m.text) if m.role == "user" else m.text) for m in body.messages]
    said = transcript(told, user, palate.catalogue.name, opening)
    store = caller.tenancy.store
    again = store.ending_with(said.request_id())
    found = again or (store.ending_with(said.request_id(-1)) if len(said.said) > 1 else None)
    return _Asked(palate, said, found or "")


def _catalogue(model: str) -> str | None:
    name, _, catalogue = model.partition("/")
    if name != MODEL:
        raise UnknownCatalogue(f"There is no model {model!r} here; /v1/models lists those there are.")
    return catalogue or None


def _answered(request: Request, asked: _Asked) -> Iterator[Event]:
    """The events of the last message; what was said before it in an unknown chat is answered to nobody."""
    said, palate = asked.transcript, asked.palate
    conversation = asked.conversation
    if not conversation:
        conversation = palate.start_conversation(said.user)
        for text in said.before:
            if text.strip():
                for _ in palate.stream(text[: palate.settings.max_text], conversation=conversation, model=False):
                    pass

    def start(watch: Watching) -> Iterator[Event]:
        return palate.stream(said.last, conversation=conversation, request_id=said.request_id(), watching=watch)

    return seen(request, "openai", palate, start, conversation=conversation, text=said.last)


def _again(asked: _Asked, turn: StoredTurn) -> list[Event]:
    """A turn that was kept, as events."""
    done = TurnFinished(
        conversation=turn.conversation_id,
        reply=turn.reply,
        mode="llm" if turn.mode == "llm" else "fallback",
        model_calls=turn.model_calls,
        tokens_in=turn.tokens_in,
        tokens_out=turn.tokens_out,
        ms=turn.ms,
        state=turn.state,
        position=turn.position,
        kept=True,
    )
    return [Token(turn.reply), done]


def _completion(asked: _Asked, events: Sequence[Event], model: str) -> dict[str, Any]:
    done = _done(events)
    return {
        "id": f"chatcmpl-{done.conversation}-{done.position}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": done.reply, "refusal": None},
                "finish_reason": "stop",
                "logprobs": None,
            }
        ],
        "usage": _usage(done),
        "palate": _extension(asked, events),
    }


async def _streamed(
    asked: _Asked, running: Running[Event], first: Event | None, model: str, usage: bool
) -> AsyncIterator[str]:
    head = _head(model)
    events: list[Event] = []
    try:
        yield _chunk(head, {"role": "assistant", "content": ""})
        if first is not None:
            events.append(first)
        async for event in running.rest():
            events.append(event)
            match event:
                case Token():
                    yield _chunk(head, {"content": event.text})
                case Recommended():
                    yield _chunk(head, {}, palate=told(asked.palate.catalogue, event)[1])
                case _:
                    pass
        for line in await run_in_threadpool(_ending, asked, events, head, usage):
            yield line
    except PalateError as error:
        yield f"data: {json.dumps({'error': {'message': str(error), 'type': 'server_error'}})}\n\n"
    finally:
        running.leave()


def _chunks(asked: _Asked, events: Sequence[Event], model: str, usage: bool) -> Iterator[str]:
    head = _head(model)
    yield _chunk(head, {"role": "assistant", "content": ""})
    for event in events:
        if isinstance(event, Token):
            yield _chunk(head, {"content": event.text})
    yield from _ending(asked, events, head, usage)


def _ending(asked: _Asked, events: Sequence[Event], head: dict[str, Any], usage: bool) -> list[str]:
    lines = [_chunk(head, {}, "stop", _extension(asked, events))]
    if usage:
        lines.append(f"data: {json.dumps({**head, 'choices': [], 'usage': _usage(_done(events))})}\n\n")
    return [*lines, "data: [DONE]\n\n"]


def _extension(asked: _Asked, events: Sequence[Event]) -> dict[str, Any]:
    """What a recommender has to say besides the text."""
    done = _done(events)
    if not done.kept:
        notices = [event.text for event in events if isinstance(event, Notice)]
        return {"conversation": done.conversation, "slate": None, "items": [], "notices": notices}
    kept = kept_turn(asked.palate, asked.palate.store.turn(done.conversation, done.position))
    told_of = kept.model_dump(mode="json", include={"conversation", "position", "slate", "items", "understood"})
    return told_of | {"notices": [event.text for event in events if isinstance(event, Notice)]}


def _done(events: Sequence[Event]) -> TurnFinished:
    return next(event for event in reversed(events) if isinstance(event, TurnFinished))


def _usage(done: TurnFinished) -> dict[str, int]:
    tokens = {"prompt_tokens": done.tokens_in, "completion_tokens": done.tokens_out}
    return tokens | {"total_tokens": done.tokens_in + done.tokens_out}


def _head(model: str) -> dict[str, Any]:
    made = {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": "chat.completion.chunk"}
    return made | {"created": int(time.time()), "model": model}


def _chunk(head: dict[str, Any], delta: dict[str, Any], ended: str | None = None, palate: Any = None) -> str:
    chunk = {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": ended}]}
    if palate is not None:
        chunk["palate"] = palate
    return f"data: {json.dumps(chunk, ensure_ascii=False, separators=(',', ':'))}\n\n"
