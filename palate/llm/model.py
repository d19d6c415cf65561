"""The one client: a language model behind the OpenAI protocol, asked in two ways.

`read` fills a JSON schema, `write` streams prose. Both keep a hard deadline for the whole call, whatever the server
does, tries included, and raise nothing but the `ModelError` family. After some failures in a row calls are refused at
once for a while (see `breaker`). How a server is spoken to is in its `Profile`. The calls run on an event loop of
their own thread: cancelling a task there closes its connection at once, and a server that sees its connection closed
stops generating.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.llm.address import is_loopback
from palate.llm.asking import FORMS, Messages, common, form_in, roles, told, under
from palate.llm.breaker import Breaker
from palate.llm.chunks import Chunk, chunk_in
from palate.llm.failures import Place, plain_failure
from palate.llm.gathering import Gathering
from palate.llm.profiles import Profile
from palate.llm.retrying import retrying
from palate.llm.thinking import ThoughtFilter

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_core.messages.ai import UsageMetadata
    from langchain_openai import ChatOpenAI

__all__ = ["ChatModel", "Completion", "Messages", "Model", "Piece", "read_ahead"]

CONNECT = 5.0
"""Seconds to wait for a connection."""

READ_AHEAD = 180.0
"""Seconds that one prompt may take to be read ahead, on a machine that is busy with other things."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Completion:
    """A filled schema."""

    data: dict[str, Any]
    text: str
    """The JSON as the model wrote it."""
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    """Of those in, the ones that the server had in its prefix cache, where it says so."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of streamed text; the last one has no text and the tokens of the whole call."""

    text: str
    tokens_in: int = 0
    """Tokens of the prompt; 0 until the last piece."""
    tokens_out: int = 0
    """Tokens written so far: one a piece on the way, the server's own number in the last piece."""
    cut: bool = False
    """True in a last piece when the text stopped at `max_tokens`, most likely within a sentence."""
    tokens_cached: int = 0
    """As of a `Completion`; 0 until the last piece."""


class ChatModel(Protocol):
    """What the agent needs of a model; tests pass a scripted one."""

    @property
    def name(self) -> str:
        """The model's name at its server."""
        ...

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        """Fill `schema`; raises `ModelError` and its kinds."""
        ...

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        """Stream a reply; raises `ModelError` and its kinds, also between two pieces."""
        ...


class Model:
    """A model at an address."""

    def __init__(
        self,
        url: str,
        name: str,
        api_key: str = "none",
        *,
        profile: Profile | None = None,
        embedded: bool = False,
        breaker: Breaker | None = None,
        on_failure: Callable[[ModelError], None] | None = None,
    ) -> None:
        """`url` ends in ``/v1``; `embedded` where palate runs the server itself.

        `on_failure` is told of each call that failed, on the thread that called.
        """
        self.url = url
        self.name = name
        self.profile = profile or Profile()
        self.breaker = breaker or Breaker()
        self._forms = self.profile.forms
        self._place = Place(url, name, embedded)
        self.api_key = api_key
        self._on_failure = on_failure
        self._chat = self._client(api_key)
        self._closed = False
        self._gate = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="palate-model", daemon=True)
        self._thread.start()

    def read(self, messages: Messages, schema: Mapping[str, Any], *, max_tokens: int, timeout: float) -> Completion:
        """Fill `schema` (JSON Schema of an object) from `messages`, decoding under it.

        `timeout` is in seconds and of the whole call. Raises `ModelTimeout`, `ModelUnavailable`, or `ModelError` for
        an answer that is no JSON object or was cut at `max_tokens`.
        """
        self.breaker.admit()
        future = self._submit(self._read(messages, schema, max_tokens, timeout))
        try:
            done = future.result()
        except CancelledError:
            raise _closing() from None
        except ModelError as error:
            self._report(error)
            raise
        finally:
            self.breaker.left()
            future.cancel()
        self.breaker.passed()
        return done

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        """Stream a reply; closing the iterator closes the connection, and the server stops.

        `timeout` is of the whole call, `stall` the longest wait for the first or the next piece, both in seconds.
        Raises `ModelTimeout`, `ModelUnavailable` or `ModelError`, also after some pieces have come.
        """
        self.breaker.admit()
        pieces: queue.SimpleQueue[Piece | ModelError | None] = queue.SimpleQueue()
        future = self._submit(self._write(messages, max_tokens, timeout, stall, pieces.put))
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, ModelError):
                    self._report(piece)
                    raise piece
                self.breaker.passed()
                yield piece
        finally:
            self.breaker.left()
            future.cancel()

    def close(self) -> None:
        """Cancel what runs, close connections and thread; calls under way raise `ModelUnavailable`."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _client(self, api_key: str) -> ChatOpenAI:
        import httpx2  # noqa: PLC0415
        from langchain_openai import ChatOpenAI  # noqa: PLC0415
        from pydantic import SecretStr  # noqa: PLC0415

        # Deadlines are kept here, not per read; a proxy named by the environment cannot reach this very machine.
        self._http = httpx2.AsyncClient(
            timeout=httpx2.Timeout(None, connect=CONNECT), trust_env=not is_loopback(self.url)
        )
        return ChatOpenAI(
            model=self.name,
            base_url=self.url,
            api_key=SecretStr(api_key),
            http_async_client=self._http,
            openai_proxy=None,  # one from the environment cannot stand beside a client of our own
            max_retries=0,
            stream_usage=True,
            stream_chunk_timeout=None,
        )

    def _submit(self, call: Coroutine[Any, Any, T]) -> Future[T]:
        with self._gate:  # a call that the loop gets after its end would never come back
            if self._closed:
                call.close()
                raise _closing()
            return asyncio.run_coroutine_threadsafe(call, self._loop)

    def _report(self, error: ModelError) -> None:
        if isinstance(error, ModelUnavailable | ModelTimeout):
            self.breaker.failed()
        else:  # it answers, if badly
            self.breaker.passed()
        if self._on_failure is not None:
            self._on_failure(error)

    async def _read(
        self, messages: Messages, schema: Mapping[str, Any], max_tokens: int, timeout: float
    ) -> Completion:
        try:
            async with asyncio.timeout(timeout):
                message = await self._filled(messages, schema, max_tokens, timeout)
        except TimeoutError as error:
            raise ModelTimeout(f"The model {self.name} took longer than {timeout:g} s.") from error
        except Exception as error:  # what three libraries let through is an open list; see `failures`
            raise plain_failure(error, self._place) from error
        try:
            data, text = form_in(message)
        except (ValueError, RecursionError) as error:
            raise ModelError(f"The model {self.name} did not fill in the form that it was given.") from error
        usage = message.usage_metadata
        if usage is None:
            return Completion(data, text)
        return Completion(data, text, usage["input_tokens"], usage["output_tokens"], _cached(usage))

    async def _filled(
        self, messages: Messages, schema: Mapping[str, Any], max_tokens: int, timeout: float
    ) -> AIMessage:
        """The answer to a form, asked for in the way that worked before; where that is refused, in the next way."""
        import openai  # noqa: PLC0415

        fields = common(self.profile, self.profile.read, max_tokens)
        refusal: Exception | None = None
        for style in FORMS[FORMS.index(self._forms) :]:
            sent = roles(told(messages, schema, style), self.profile)
            try:
                message: AIMessage = await retrying(timeout)(
                    self._chat.ainvoke, sent, **fields, **under(schema, style)
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                refusal = refusal or error
                continue
            self._forms = style
            return message
        assert refusal is not None
        raise refusal

    async def _write(
        self,
        messages: Messages,
        max_tokens: int,
        timeout: float,
        stall: float,
        put: Callable[[Piece | ModelError | None], None],
    ) -> None:
        try:
            async with asyncio.timeout(timeout):
                await retrying(timeout)(self._stream, messages, max_tokens, stall, put)
        except asyncio.CancelledError:
            put(_closing())
            raise
        except ModelError as error:
            put(error)
        except TimeoutError:
            put(ModelTimeout(f"The model {self.name} took longer than {timeout:g} s for its reply."))
        except Exception as error:  # as in `_read`; unnoticed, one would leave the reader waiting for ever
            failure = plain_failure(error, self._place)
            failure.__cause__ = error
            put(failure)
        else:
            put(None)

    async def _stream(self, messages: Messages, max_tokens: int, stall: float, put: Callable[[Piece], None]) -> None:
        import httpx2  # noqa: PLC0415
        import openai  # noqa: PLC0415

        written = tokens_in = tokens_out = cached = 0
        finish = ""
        thoughts, gathering = ThoughtFilter(), Gathering()
        fields = common(self.profile, self.profile.write, max_tokens)
        loop = asyncio.get_running_loop()
        heard = loop.time()
        try:
            async with (
                asyncio.timeout(stall) as silence,
                aclosing(self._chunks(roles(messages, self.profile), fields)) as chunks,
            ):
                async for chunk in chunks:
                    if (now := loop.time()) - heard > stall / 20:  # moving it for every token is dear
                        silence.reschedule(now + stall)
                        heard = now
                    finish = chunk.finish or finish
                    tokens_in += chunk.tokens_in
                    tokens_out += chunk.tokens_out
                    cached += chunk.cached
                    if text := thoughts.feed(chunk.text):
                        written += 1
                        if text := gathering.feed(text):
                            put(Piece(text, tokens_out=written))
        except (openai.APIConnectionError, httpx2.TransportError) as error:
            if written:  # nothing may be said twice
                raise plain_failure(error, self._place) from error
            raise
        except TimeoutError as error:
            raise ModelTimeout(f"The model {self.name} has been silent for {stall:g} s.") from error
        if not finish:  # a body that merely ends is no error to the libraries
            raise ModelUnavailable(f"{self._place.server} stopped in the middle of its reply.")
        rest = thoughts.rest()
        written += bool(rest)
        if text := gathering.rest() + rest:
            put(Piece(text, tokens_out=written))
        if not written:
            raise ModelError(f"The model {self.name} wrote nothing.")
        put(Piece("", tokens_in, tokens_out or written, finish == "length", cached))

    async def _chunks(self, messages: list[dict[str, str]], fields: Mapping[str, Any]) -> AsyncGenerator[Chunk]:
        """The server's events as they come.

        Read off the lines themselves: made into objects by two libraries, a token takes .65 ms of processor time, and
        a service has a thousand a second.
        """
        asked = dict(fields)
        if "max_tokens" in asked:
            asked["max_completion_tokens"] = asked.pop("max_tokens")
        create = self._chat.root_async_client.chat.completions.with_streaming_response.create
        usage = {"include_usage": True}
        async with create(model=self.name, messages=messages, stream=True, stream_options=usage, **asked) as response:
            begun = b""
            async for data in response.iter_bytes():
                *lines, begun = (begun + data).split(b"\n")
                for line in lines:
                    if (chunk := chunk_in(line)) is not None:
                        yield chunk
            if (chunk := chunk_in(begun)) is not None:
                yield chunk

    async def _shut(self) -> None:
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._http.aclose()
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()


def read_ahead(model: ChatModel, prompts: Sequence[Messages]) -> None:
    """Have a server read `prompts`, so that it keeps their beginnings; raises as `Model.write` does."""
    for messages in prompts:
        for _ in model.write(messages, max_tokens=1, timeout=READ_AHEAD, stall=READ_AHEAD):
            pass


def _cached(usage: UsageMetadata) -> int:
    """Tokens of a prompt that the server did not have to read again; 0 where it does not say."""
    return usage.get("input_token_details", {}).get("cache_read") or 0


def _closing() -> ModelUnavailable:
    return ModelUnavailable("palate is closing its model.")
