"""The steps of a turn as its events tell of them: tools, and the stages of retrieval inside them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.context import Context
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as ai
from opentelemetry.trace import Span, SpanKind

from palate.agent.events import ToolFinished, ToolStarted
from palate.retrieval.clock import Lap
from palate.seeing import seeing
from palate.seeing.seeing import Seeing


class Steps:
    """The children of one turn's span."""

    def __init__(self, watched: Seeing, turn: Span, catalogue: str) -> None:
        self._seeing = watched
        self._traced = turn.is_recording()
        self._catalogue = catalogue
        self.inside = seeing.within(turn)
        """The context of what happens in the turn."""
        self._begun: dict[str, list[tuple[float, Mapping[str, Any]]]] = {}

    def started(self, event: ToolStarted) -> None:
        """A tool was called."""
        self._begun.setdefault(event.name, []).append((time.perf_counter(), event.arguments))

    def finished(self, event: ToolFinished) -> None:
        """It has answered; of two calls of one tool the one that began first is taken."""
        begun = self._begun.get(event.name)
        called, arguments = begun.pop(0) if begun else (time.perf_counter() - event.ms / 1000, {})
        # It may have run while a model still read the message, before it was called: see `palate.agent.early`.
        started = min([called, *(lap.started for lap in event.laps)])
        worked = max((lap.started + lap.seconds for lap in event.laps), default=started) - started
        outcome = "failed" if event.failed else "ok"
        about = {"tool": self._seeing.tools(event.name), "outcome": outcome}
        self._seeing.instruments.tool.record(worked if started < called else event.ms / 1000, about)
        if not self._traced:
            self.stages(event.laps)
            return
        span = self._seeing.tracer.start_span(
            f"execute_tool {event.name}", self.inside, SpanKind.INTERNAL, start_time=seeing.wall(started)
        )
        span.set_attributes(
            {
                ai.GEN_AI_OPERATION_NAME: "execute_tool",
                ai.GEN_AI_TOOL_NAME: event.name,
                ai.GEN_AI_TOOL_TYPE: "function",
                "palate.tool.found": event.found,
                "palate.tool.early": started < called,
            }
        )
        if self._seeing.content:
            given = json.dumps(dict(arguments), ensure_ascii=False, default=str)
            span.set_attributes({ai.GEN_AI_TOOL_CALL_ARGUMENTS: given, ai.GEN_AI_TOOL_CALL_RESULT: event.detail})
        if event.failed:
            span.set_attribute("error.type", "ToolError")
            span.set_status(seeing.FAILED)
        self.stages(event.laps, seeing.within(span))
        span.end()

    def stages(self, laps: Sequence[Lap], parent: Context | None = None) -> None:
        """Stages of retrieval, within `parent` or else the turn itself."""
        for lap in laps:
            self._seeing.instruments.stage.record(lap.seconds, {"stage": lap.stage})
            if not self._traced:
                continue
            span = self._seeing.tracer.start_span(
                f"retrieval {lap.stage}",
                parent or self.inside,
                SpanKind.INTERNAL,
                start_time=seeing.wall(lap.started),
            )
            span.set_attributes({ai.GEN_AI_OPERATION_NAME: "retrieval", "palate.retrieval.stage": lap.stage})
            if self._catalogue:
                span.set_attribute(ai.GEN_AI_DATA_SOURCE_ID, self._catalogue)
            span.end(seeing.wall(lap.started + lap.seconds))
