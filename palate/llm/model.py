"""The one client: a language model behind the OpenAI protocol, asked in two ways.

`read` fills a JSON schema, `write` streams prose. Both keep a hard deadline for the whole call, whatever the server
does, and raise nothing but the `ModelError` family. The calls run on an event loop of their own thread: cancelling a
task there closes its connection at once, and a server that sees its connection closed stops generating.
"""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from palate.errors import ModelError, ModelTimeout, ModelUnavailable
from palate.llm.address import is_loopback
from palate.llm.failures import plain_failure

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

Messages = Sequence[Mapping[str, str]]
"""``{"role": "system" | "user" | "assistant", "content": text}``, oldest first."""

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
        temperature: float = 0.3,
        on_failure: Callable[[ModelError], None] | None = None,
    ) -> None:
        """`url` ends in ``/v1``; `temperature` is that of `write`, `read` is greedy.

        `on_failure` is told of each call that failed, on the thread that called.
        """
        self.url = url
        self.name = name
        self.api_key = api_key
        self._temperature = temperature
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
        future = self._submit(self._read(messages, schema, max_tokens, timeout))
        try:
            return future.result()
        except CancelledError:
            raise _closing() from None
        except ModelError as error:
            self._report(error)
            raise
        finally:
            future.cancel()

    def write(self, messages: Messages, *, max_tokens: int, timeout: float, stall: float) -> Iterator[Piece]:
        """Stream a reply; closing the iterator closes the connection, and the server stops.

        `timeout` is of the whole call, `stall` the longest wait for the first or the next piece, both in seconds.
        Raises `ModelTimeout`, `ModelUnavailable` or `ModelError`, also after some pieces have come.
        """
        pieces: queue.SimpleQueue[Piece | ModelError | None] = queue.SimpleQueue()
        future = self._submit(self._write(messages, max_tokens, timeout, stall, pieces.put))
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, ModelError):
                    self._report(piece)
                    raise piece
                yield piece
        finally:
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
        if self._on_failure is not None:
            self._on_failure(error)

    async def _read(
        self, messages: Messages, schema: Mapping[str, Any], max_tokens: int, timeout: float
    ) -> Completion:
        form = {"type": "json_schema", "json_schema": {"name": "form", "schema": dict(schema), "strict": True}}

        async def ask() -> AIMessage:
            return await self._chat.ainvoke(
                [dict(m) for m in messages], max_tokens=max_tokens, temperature=0.0, response_format=form
            )

        try:
            async with asyncio.timeout(timeout):
                message = await _again_if_disconnected(ask)
        except TimeoutError as error:
            raise ModelTimeout(f"The model {self.name} took longer than {timeout:g} s.") from error
        except Exception as error:  # what three libraries let through is an open list; see `failures`
            raise plain_failure(error, self.url, self.name) from error
        text = str(message.text)
        try:
            # A server that does not decode under the schema may put the JSON between fences.
            data = json.loads(text[text.index("{") : text.rindex("}") + 1])
        except (ValueError, RecursionError) as error:
            raise ModelError(f"The model {self.name} did not fill in the form that it was given.") from error
        usage = message.usage_metadata
        return Completion(data, text, usage["input_tokens"] if usage else 0, usage["output_tokens"] if usage else 0)

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
                await _again_if_disconnected(lambda: self._stream(messages, max_tokens, stall, put))
        except asyncio.CancelledError:
            put(_closing())
            raise
        except ModelError as error:
            put(error)
        except TimeoutError:
            put(ModelTimeout(f"The model {self.name} took longer than {timeout:g} s for its reply."))
        except Exception as error:  # as in `_read`; unnoticed, one would leave the reader waiting for ever
            failure = plain_failure(error, self.url, self.name)
            failure.__cause__ = error
            put(failure)
        else:
            put(None)

    async def _stream(self, messages: Messages, max_tokens: int, stall: float, put: Callable[[Piece], None]) -> None:
        import openai  # noqa: PLC0415

        written = tokens_in = tokens_out = 0
        finish = ""
        chunks = self._chat.astream([dict(m) for m in messages], max_tokens=max_tokens, temperature=self._temperature)
        async with aclosing(chunks):  # type: ignore[type-var]
            while True:
                try:
                    async with asyncio.timeout(stall):
                        chunk = await anext(chunks, None)
                except TimeoutError as error:
                    raise ModelTimeout(f"The model {self.name} has been silent for {stall:g} s.") from error
                except openai.APIConnectionError as error:
                    if written:  # nothing may be said twice
                        raise plain_failure(error, self.url, self.name) from error
                    raise
                if chunk is None:
                    break
                finish = str(chunk.response_metadata.get("finish_reason") or finish)
                if chunk.usage_metadata:
                    tokens_in += chunk.usage_metadata["input_tokens"]
                    tokens_out += chunk.usage_metadata["output_tokens"]
                if text := str(chunk.text):
                    written += 1
                    put(Piece(text, tokens_out=written))
        if not finish:  # a body that merely ends is no error to the libraries
            raise ModelUnavailable(f"The model server at {self.url} stopped in the middle of its reply.")
        if not written:
            raise ModelError(f"The model {self.name} wrote nothing.")
        put(Piece("", tokens_in, tokens_out or written, cut=finish == "length"))

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


async def _again_if_disconnected(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask once more at once: a kept connection may have been closed by the server just as it was used again."""
    import openai  # noqa: PLC0415

    try:
        return await ask()
    except openai.APITimeoutError:
        raise
    except openai.APIConnectionError:
        return await ask()


def _closing() -> ModelUnavailable:
    return ModelUnavailable("palate is closing its model.")
