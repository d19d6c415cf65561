"""A model server of fixed speed: `python -m tests.load.stand_in PORT [FIRST EACH]`, both in seconds.

Half a second to the first token, then 50 a second, where nothing else is said.

It answers forms with one that adds nothing, and replies with 100 tokens: a sentence on each item of the prompt, of
what the prompt says of it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

FIRST = 0.5
"""Seconds to the first token."""
EACH = 1 / 50
"""Seconds a token after that."""
FORM = '{"a":"rec"}'
FORM_TOKENS = 6
REPLY_TOKENS = 100
_ITEM = re.compile(r"^\d+\. (?P<title>.+?): (?P<kind>[^;]+); (?P<made>[^;]+);", re.M)


def own_time(calls: int, tokens: int) -> float:
    """Seconds that the model itself takes for so many calls with so many tokens in all."""
    return calls * FIRST + tokens * EACH


def application(to_first: float = FIRST, each: float = EACH) -> FastAPI:
    """The server; seconds to the first token, and for each after it."""
    app = FastAPI(docs_url=None, openapi_url=None)

    @app.get("/v1/models")
    async def models() -> dict[str, object]:
        return {"object": "list", "data": [{"id": "stand-in", "object": "model", "max_model_len": 8192}]}

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        body = await request.json()
        if body.get("stream"):
            return StreamingResponse(
                _pieces(_reply(body["messages"][-1]["content"]), to_first, each), media_type="text/event-stream"
            )
        await asyncio.sleep(to_first + FORM_TOKENS * each)
        message = {"role": "assistant", "content": FORM}
        return JSONResponse(
            {
                **_head("chat.completion"),
                "usage": _usage(FORM_TOKENS),
                "choices": [_choice("message", message, "stop")],
            }
        )

    return app


def _reply(prompt: str) -> list[str]:
    """A reply in as many pieces as it has tokens."""
    told = [f"{m['title']} is a film of the kind {m['kind']}, {m['made']}." for m in _ITEM.finditer(prompt)]
    text = " ".join(told) or "Tell me more of what you are in the mood for."
    return [text[len(text) * n // REPLY_TOKENS : len(text) * (n + 1) // REPLY_TOKENS] for n in range(REPLY_TOKENS)]


async def _pieces(reply: list[str], to_first: float, each: float) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, piece in enumerate(reply):
        # Against the clock, so that what sleeping costs does not add up.
        await asyncio.sleep(max(0.0, began + to_first + number * each - loop.time()))
        yield _chunk({"content": piece})
    await asyncio.sleep(max(0.0, began + to_first + REPLY_TOKENS * each - loop.time()))
    yield _chunk({}, "stop")
    yield f"data: {json.dumps({**_head('chat.completion.chunk'), 'choices': [], 'usage': _usage(REPLY_TOKENS)})}\n\n"
    yield "data: [DONE]\n\n"


def _head(kind: str) -> dict[str, object]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": "stand-in"}


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": 700, "completion_tokens": tokens, "total_tokens": 700 + tokens}


def _choice(field: str, value: object, finish: str | None) -> dict[str, object]:
    return {"index": 0, field: value, "finish_reason": finish}


def _chunk(delta: dict[str, str], finish: str | None = None) -> str:
    return f"data: {json.dumps({**_head('chat.completion.chunk'), 'choices': [_choice('delta', delta, finish)]})}\n\n"


if __name__ == "__main__":
    speed = [float(told) for told in sys.argv[2:]]
    uvicorn.run(application(*speed), port=int(sys.argv[1]), log_level="warning", access_log=False)
