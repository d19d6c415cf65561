"""The agent's events as JSON, each with the name that it has in the stream."""

from __future__ import annotations

from typing import Any

from palate.agent.events import (
    Event,
    HandedOver,
    Notice,
    Recommended,
    StateChanged,
    Token,
    ToolFinished,
    ToolStarted,
    TurnFinished,
)
from palate.api.bodies import items_out
from palate.catalogue.catalogue import Catalogue
from palate.store.records import StoredSlate
from palate.turn import facts_of, shown_of


def told(catalogue: Catalogue, event: Event) -> tuple[str, dict[str, Any]]:
    """Name and data: `state`, `tool_started`, `tool_finished`, `slate`, `token`, `handed_over`, …, `turn`."""
    match event:
        case StateChanged():
            return "state", {"understood": list(event.summary)}
        case ToolStarted():
            return "tool_started", {"name": event.name}
        case ToolFinished():
            return "tool_finished", {"name": event.name, "found": event.found, "ms": event.ms, "detail": event.detail}
        case Recommended():
            slate = StoredSlate(event.id, "", catalogue.name, "", shown_of(event.slate), facts_of(event.slate))
            items = [item.model_dump(mode="json") for item in items_out(catalogue, slate)]
            return "slate", {"slate": event.id or None, "items": items}
        case Token():
            return "token", {"text": event.text}
        case HandedOver():
            return "handed_over", {"reason": event.reason, "outcome": event.outcome, "answer": event.answer}
        case Notice():
            return "notice", {"text": event.text}
        case TurnFinished():
            return "turn", {
                "conversation": event.conversation,
                "position": event.position,
                "reply": event.reply,
                "mode": event.mode,
                "usage": {
                    "model_calls": event.model_calls,
                    "tokens_in": event.tokens_in,
                    "tokens_out": event.tokens_out,
                },
                "ms": dict(event.ms),
            }
