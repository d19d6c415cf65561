"""A model whose calls are seen: a span and the GenAI metrics each, tokens, cache hits and time to first token."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as ai
from opentelemetry.trace import Span, SpanKind

from palate.llm.model import ChatModel, Completion, Messages, Piece
from palate.seeing import seeing
from palate.seeing.seeing import Seeing

CHAT = "chat"
GIVEN_UP = "cancelled"
"""What ended a call that whoever made it did not read to its end."""


class SeenModel:
    """A `ChatModel` over another one; it changes nothing of what is said."""

    def __init__(self, model: ChatModel, parent: Context, watched: Seeing) -> None:
        """Calls become children of `parent`."""
        self._model = model
        self._parent = parent
        self._seeing = watched
        self._provider, self._where = _provider(str(getattr(model, "url", "")))

    @property
    def name(self) -> str:
        """The model's name at its server."""
        return self._model.name

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        """As `ChatModel.read`."""
        call = _Call(self, "json", messages, max_tokens)
        try:
            done = self._model.read(messages, schema, max_tokens=max_tokens, timeout=timeout)
        except BaseException as error:
            call.failed(error)
            raise
        call.spent(done.tokens_in, done.tokens_out, done.tokens_cached)
        call.ended(done.text, "stop")
        return done

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        """As `ChatModel.write`; it begins when the first piece is asked for."""
        call = _Call(self, "text", messages, max_tokens)
        said: list[str] = []
        last: Piece | None = None
        pieces = self._model.write(messages, max_tokens=max_tokens, timeout=timeout, stall=stall)
        try:
            for piece in pieces:
                call.came()
                last = piece
                if self._seeing.content:
                    said.append(piece.text)
                yield piece
        except GeneratorExit:
            # The rest of its reply is not wanted. What the server wrote until then it does not say.
            call.spent(0, last.tokens_out if last else 0, 0)
            call.ended("".join(said), GIVEN_UP)
            raise
        except BaseException as error:
            call.failed(error)
            raise
        else:
            if last is not None:
                call.spent(last.tokens_in, last.tokens_out, last.tokens_cached)
            call.ended("".join(said), "length" if last is not None and last.cut else "stop")
        finally:
            if callable(close := getattr(pieces, "close", None)):
                close()


class _Call:
    """One call, from its beginning to its end."""

    def __init__(self, model: SeenModel, output: str, messages: Messages, max_tokens: int) -> None:
        self._seeing = watched = model._seeing
        self._started = time.perf_counter()
        self._first: float | None = None
        self._streams = output == "text"
        self._about = {
            ai.GEN_AI_OPERATION_NAME: CHAT,
            ai.GEN_AI_PROVIDER_NAME: model._provider,
            ai.GEN_AI_REQUEST_MODEL: watched.models(model.name),
        }
        self.span: Span = watched.tracer.start_span(f"{CHAT} {model.name}", model._parent, SpanKind.CLIENT)
        if self.span.is_recording():
            self.span.set_attributes(
                {
                    **self._about,
                    **model._where,
                    ai.GEN_AI_REQUEST_MODEL: model.name,
                    ai.GEN_AI_OUTPUT_TYPE: output,
                    ai.GEN_AI_REQUEST_MAX_TOKENS: max_tokens,
                    ai.GEN_AI_REQUEST_STREAM: self._streams,
                }
            )
            if watched.content:
                self.span.set_attribute(ai.GEN_AI_INPUT_MESSAGES, seeing.messages(messages))

    def came(self) -> None:
        """A piece has come."""
        if self._first is None:
            self._first = time.perf_counter() - self._started
            self._seeing.instruments.first_chunk.record(self._first, self._about)
            self.span.set_attribute(ai.GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, self._first)

    def spent(self, read: int, written: int, cached: int) -> None:
        """Tokens, as far as the server told them."""
        counts = self._seeing.instruments
        if read:
            counts.tokens.record(read, {**self._about, ai.GEN_AI_TOKEN_TYPE: "input"})
            self.span.set_attribute(ai.GEN_AI_USAGE_INPUT_TOKENS, read)
        if written:
            counts.tokens.record(written, {**self._about, ai.GEN_AI_TOKEN_TYPE: "output"})
            self.span.set_attribute(ai.GEN_AI_USAGE_OUTPUT_TOKENS, written)
        if cached:
            counts.cached_tokens.add(cached, {ai.GEN_AI_REQUEST_MODEL: self._about[ai.GEN_AI_REQUEST_MODEL]})
            self.span.set_attribute(ai.GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS, cached)

    def ended(self, text: str, reason: str) -> None:
        """It is over."""
        self.span.set_attribute(ai.GEN_AI_RESPONSE_FINISH_REASONS, [reason])
        if self._seeing.content:
            self.span.set_attribute(ai.GEN_AI_OUTPUT_MESSAGES, seeing.answer(text, reason))
        self._over(self._about)

    def failed(self, error: BaseException) -> None:
        """It broke off."""
        seeing.broke(self.span, error)
        self._over({**self._about, "error.type": type(error).__name__})

    def _over(self, about: Mapping[str, str]) -> None:
        self._seeing.instruments.call.record(time.perf_counter() - self._started, about)
        self.span.end()


def _provider(url: str) -> tuple[str, Mapping[str, str | int]]:
    """Who provides a model, as the GenAI conventions name them, and its server's address and port."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    provider = "openai" if host == "api.openai.com" else "self_hosted"
    where: dict[str, str | int] = {}
    if host:
        where = {"server.address": host, "server.port": parts.port or (443 if parts.scheme == "https" else 80)}
    return provider, where
