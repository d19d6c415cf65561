"""palate as a LangChain Runnable."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import adispatch_custom_event, dispatch_custom_event
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import Runnable, RunnableConfig

from palate.agent.events import Event, Token
from palate.flow.apart import in_thread, stepwise
from palate.flow.said import Said
from palate.flow.told import KEY, message_of, metadata, usage
from palate.turn import Turn

if TYPE_CHECKING:
    from langchain_core.callbacks import AsyncCallbackManagerForChainRun, CallbackManagerForChainRun

    from palate.app import Palate


def as_runnable(palate: Palate) -> Runnable[Any, AIMessage]:
    """A Runnable that answers one message: invoke, batch and stream, each also for an event loop.

    In: a text, a message, messages, a prompt, or ``{"text" or "messages": …, "user": …, "conversation": …}``; user
    and conversation may come by ``.with_config(configurable={"user": …})`` too. Messages with a reply of palate's
    among them go on with its conversation; anything else begins a new one. Out: the reply, whose turn, with the slate
    and its facts, `turn_in` reads. `stream` yields it sentence by sentence, the turn in the last piece. Callbacks
    are told of each event of the turn as a custom event "palate". Raises as `Palate.stream` does.
    """
    return _PalateRunnable(palate)


class _PalateRunnable(Runnable[Any, AIMessage]):
    """See `as_runnable`."""

    def __init__(self, palate: Palate) -> None:
        self._palate = palate
        self.name = KEY

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """The reply."""
        return self._call_with_config(self._whole, input, config, **kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        """The reply, for an event loop."""
        return await self._acall_with_config(self._awhole, input, config, **kwargs)

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[AIMessage]:
        """The reply in pieces that add up to it."""
        yield from self._transform_stream_with_config(iter([input]), self._pieces, config, **kwargs)

    async def astream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[AIMessage]:
        """The same for an event loop."""
        pieces = self._atransform_stream_with_config(_once(input), self._apieces, config, **kwargs)
        async for piece in pieces:
            yield piece

    def _whole(self, input: Any, run_manager: CallbackManagerForChainRun, config: RunnableConfig) -> AIMessage:
        return message_of(Turn.of(list(self._events(input, config))))

    async def _awhole(
        self, input: Any, run_manager: AsyncCallbackManagerForChainRun, config: RunnableConfig
    ) -> AIMessage:
        return message_of(Turn.of([event async for event in self._aevents(input, config)]))

    def _pieces(
        self, inputs: Iterator[Any], run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> Iterator[AIMessage]:
        for input in inputs:
            events: list[Event] = []
            with closing(self._events(input, config)) as coming:
                for event in coming:
                    events.append(event)
                    if isinstance(event, Token):
                        yield AIMessageChunk(content=event.text)
            yield _last(events)

    async def _apieces(
        self, inputs: AsyncIterator[Any], run_manager: AsyncCallbackManagerForChainRun, config: RunnableConfig
    ) -> AsyncIterator[AIMessage]:
        async for input in inputs:
            events: list[Event] = []
            async with aclosing(self._aevents(input, config)) as coming:
                async for event in coming:
                    events.append(event)
                    if isinstance(event, Token):
                        yield AIMessageChunk(content=event.text)
            yield _last(events)

    def _events(self, input: Any, config: RunnableConfig) -> Generator[Event]:
        said = Said.of(input, config)
        for event in stepwise(lambda: said.begin(self._palate)):
            dispatch_custom_event(KEY, event, config=config)
            yield event

    async def _aevents(self, input: Any, config: RunnableConfig) -> AsyncGenerator[Event]:
        said = Said.of(input, config)
        async with aclosing(in_thread(lambda: said.begin(self._palate))) as events:
            async for event in events:
                await adispatch_custom_event(KEY, event, config=config)
                yield event


def _last(events: list[Event]) -> AIMessageChunk:
    turn = Turn.of(events)
    return AIMessageChunk(
        content="", response_metadata=metadata(turn), usage_metadata=usage(turn), chunk_position="last"
    )


async def _once(input: Any) -> AsyncIterator[Any]:
    yield input
