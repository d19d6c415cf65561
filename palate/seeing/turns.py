"""One turn, watched through its events: a span `invoke_agent palate` with its children, its metrics, its log line.

Durations are those that the turn itself tells (`TurnFinished.ms`), so that a reader who is slow to take its events
makes no turn look slow.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from opentelemetry.context import Context
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as ai
from opentelemetry.trace import Span, SpanKind

from palate.agent.events import Event, Recommended, StateChanged, Token, ToolFinished, ToolStarted, TurnFinished
from palate.agent.state import Act
from palate.errors import AlreadyAnswered, InputError, NotFound, PalateError, StoreError
from palate.llm.model import ChatModel
from palate.seeing import seeing
from palate.seeing.instruments import bounded
from palate.seeing.models import SeenModel
from palate.seeing.seeing import Seeing
from palate.seeing.steps import Steps
from palate.watching import Unwatched, Watching

DOORS = frozenset({"recommend", "turns", "openai", "mcp", "page", "langgraph", "python"})
"""The ways into palate; any other is counted as "other"."""
_ACTS = frozenset(act.value for act in Act)
_HANDED = frozenset({"nobody", "answered", "silent", "failed", "late", "queued", "posted"})
_NAME = "palate"


class Watch(Watching, Protocol):
    """A turn that is watched: a context manager, and called with the turn's events."""

    def __call__(self, events: Iterator[Event]) -> Iterator[Event]:
        """The same events. Closing this iterator closes that one."""
        ...

    def __enter__(self) -> Self:
        """Begin to watch."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """The turn is over, however it ended."""
        ...


class NoTurn(Unwatched):
    """Watches nothing."""

    def __call__(self, events: Iterator[Event]) -> Iterator[Event]:
        """The very events."""
        return events

    def __enter__(self) -> Self:
        """Nothing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing."""


class SeenTurn:
    """Watches one turn."""

    def __init__(
        self,
        watched: Seeing,
        parent: Context,
        *,
        door: str,
        conversation: str = "",
        catalogue: str = "",
        request: str = "",
        text: str = "",
    ) -> None:
        self._seeing = watched
        self._parent = parent
        self._door = bounded(door, DOORS)
        self._conversation, self._catalogue, self._request = conversation, catalogue, request
        self._text = text
        self._act = ""
        self._done: TurnFinished | None = None
        self._error: BaseException | None = None
        self._waited = 0.0
        self._first: Mapping[str, float] = {}
        self._passing: Iterator[Event] | None = None

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        self._seeing.instruments.turns_active.add(1, {"door": self._door})
        self.span: Span = self._seeing.tracer.start_span(f"invoke_agent {_NAME}", self._parent, SpanKind.INTERNAL)
        self._steps = Steps(self._seeing, self.span, self._catalogue)
        if self.span.is_recording():
            self.span.set_attributes(
                seeing.told(
                    {
                        ai.GEN_AI_OPERATION_NAME: "invoke_agent",
                        ai.GEN_AI_PROVIDER_NAME: _NAME,
                        ai.GEN_AI_AGENT_NAME: _NAME,
                        ai.GEN_AI_DATA_SOURCE_ID: self._catalogue,
                        "palate.door": self._door,
                        "palate.request.id": self._request,
                    }
                )
            )
            if self._seeing.content and self._text:
                said = [{"role": "user", "content": self._text}]
                self.span.set_attribute(ai.GEN_AI_INPUT_MESSAGES, seeing.messages(said))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):  # others mean that whoever listened went away
            self._error = error
        if callable(close := getattr(self._passing, "close", None)):
            with suppress(ValueError):  # it is just being asked for an event on another thread, and ends there
                close()
        if isinstance(self._error, StoreError):
            self._seeing.instruments.store_errors.add(1)
        self._count()
        self._trace()
        self._tell()
        self.span.end()

    def __call__(self, events: Iterator[Event]) -> Iterator[Event]:
        """The same events, each seen as it passes. Closing this iterator closes that one."""
        self._passing = self._pass(events)
        return self._passing

    def _pass(self, events: Iterator[Event]) -> Iterator[Event]:
        try:
            for event in events:
                self._see(event)
                yield event
        finally:
            if callable(close := getattr(events, "close", None)):
                close()

    # what no event tells

    def model(self, model: ChatModel) -> ChatModel:
        """The same model, its calls seen."""
        return SeenModel(model, self._steps.inside, self._seeing)

    def waited(self, seconds: float, where: str = "conversation") -> None:
        """The turn waited so long for its place."""
        self._waited += seconds
        self._seeing.instruments.queued.record(seconds, {"where": where})

    def handed_over(self, outcome: str) -> None:
        """A message was handed on to people."""
        self._seeing.instruments.hand_overs.add(1, {"outcome": bounded(outcome, _HANDED)})

    def failed(self, error: PalateError) -> None:
        """Something failed and the turn went on."""
        if isinstance(error, StoreError):
            self._seeing.instruments.store_errors.add(1)
        seeing.broke(self.span, error)

    # what events tell

    def _see(self, event: Event) -> None:
        match event:
            case StateChanged():
                self._act = bounded(event.state.get("act", ""), _ACTS)
            case ToolStarted():
                self._steps.started(event)
            case ToolFinished():
                self._steps.finished(event)
            case Recommended():
                self._steps.stages(event.laps)
                self._note("first_items")
            case Token():
                self._note("first_token")
            case TurnFinished():
                self._done = event
                self._conversation = event.conversation or self._conversation
            case _:
                pass

    def _note(self, what: str) -> None:
        """When something was first seen; it counts only for a turn that never tells it itself."""
        if what not in self._first:
            self._first = {**self._first, what: (time.perf_counter() - self._started) * 1000}

    # the end

    @property
    def _outcome(self) -> str:
        if isinstance(self._error, AlreadyAnswered):
            return "repeated"
        if self._error is not None:
            return "refused" if isinstance(self._error, InputError | NotFound) else "failed"
        return "left" if self._done is None else "finished"

    @property
    def _ms(self) -> Mapping[str, float]:
        if self._done is not None:
            return self._done.ms
        spent = (time.perf_counter() - self._started - self._waited) * 1000
        return {**self._first, "total": max(spent, 0.0)}

    def _count(self) -> None:
        counts, done, ms = self._seeing.instruments, self._done, self._ms
        mode = done.mode if done else "none"
        about = {"door": self._door, "mode": mode}
        counts.turns_active.add(-1, {"door": self._door})
        counts.turns.add(1, {**about, "act": self._act or "none", "outcome": self._outcome})
        counts.turn.record(ms.get("total", 0.0) / 1000, about)
        for name, instrument in (("first_items", counts.first_items), ("first_token", counts.first_token)):
            if name in ms:
                instrument.record(ms[name] / 1000, about)
        if done and done.written:
            counts.sentences.add(done.written, {"by": "written"})
        if done and done.replaced:
            counts.sentences.add(done.replaced, {"by": "replaced"})

    def _trace(self) -> None:
        if not self.span.is_recording():
            return
        done = self._done
        self.span.set_attributes(
            seeing.told(
                {
                    ai.GEN_AI_CONVERSATION_ID: self._conversation,
                    "palate.act": self._act,
                    "palate.outcome": self._outcome,
                    "palate.queue.duration": self._waited,
                }
            )
        )
        if self._error is not None and self._outcome != "repeated":
            seeing.broke(self.span, self._error)
        if done is None:
            return
        self.span.set_attributes(
            {
                ai.GEN_AI_USAGE_INPUT_TOKENS: done.tokens_in,
                ai.GEN_AI_USAGE_OUTPUT_TOKENS: done.tokens_out,
                "palate.mode": done.mode,
                "palate.model_calls": done.model_calls,
                "palate.sentences.written": done.written,
                "palate.sentences.replaced": done.replaced,
                **{f"palate.ms.{name}": value for name, value in done.ms.items()},
            }
        )
        if done.prompts:
            self.span.set_attribute("palate.prompts", done.prompts)
        if self._seeing.content:
            self.span.set_attribute(ai.GEN_AI_OUTPUT_MESSAGES, seeing.answer(done.reply, "stop"))

    def _tell(self) -> None:
        if not seeing.log.isEnabledFor(logging.INFO):
            return
        done, ms = self._done, self._ms
        level = logging.ERROR if self._outcome == "failed" else logging.INFO
        fields = {
            "door": self._door,
            "conversation": self._conversation,
            "request": self._request,
            "trace": seeing.trace_id(self.span),
            "catalogue": self._catalogue,
            "outcome": self._outcome,
            "error": type(self._error).__name__ if self._error is not None else "",
            "act": self._act,
            "queue_ms": round(self._waited * 1000, 1),
            "first_items_ms": ms.get("first_items"),
            "first_token_ms": ms.get("first_token"),
            "duration_ms": round(ms.get("total", 0.0), 1),
        }
        if done is not None:
            fields |= {"mode": done.mode, "model_calls": done.model_calls}
            fields |= {"tokens_in": done.tokens_in, "tokens_out": done.tokens_out}
            fields |= {"written": done.written, "replaced": done.replaced}
        seeing.log.log(level, "turn", extra=seeing.told(fields))
