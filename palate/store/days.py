"""What was served between two moments, for whoever looks after a service: times, modes and counts, no words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from palate.store.tables import FeedbackRow, HandOverRow, TurnRow


@dataclass(frozen=True, slots=True)
class ServedTurn:
    """A turn without what was said in it."""

    conversation_id: str
    mode: str
    """`llm` or `fallback`."""
    model_calls: int
    tokens_in: int
    tokens_out: int
    ms: Mapping[str, float]
    """Milliseconds a stage; empty where whoever asked went away before the end."""
    at: datetime
    counts: Mapping[str, int] = field(default_factory=dict)
    """Sentences that a model wrote, `written`, and those that a template stands for, `replaced`."""


@dataclass(frozen=True, slots=True)
class Served:
    """What was served in a span of time."""

    turns: Sequence[ServedTurn] = ()
    """In their order."""
    hand_overs: Mapping[str, int] = field(default_factory=dict)
    """Messages handed on to people, by what became of them."""
    feedback: Mapping[str, int] = field(default_factory=dict)
    """What people did with items, by kind."""


class StoredDays:
    """Part of a `Store`, over its sessions; so its methods raise StoreError as the store's do."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Session]]) -> None:
        self._reading = reading

    def served(self, since: datetime, until: datetime) -> Served:
        """What was served from `since` to just before `until`."""
        wanted: list[Any] = [
            TurnRow.conversation_id,
            TurnRow.mode,
            TurnRow.model_calls,
            TurnRow.tokens_in,
            TurnRow.tokens_out,
            TurnRow.ms,
            TurnRow.at,
            TurnRow.counts,
        ]
        with self._reading() as session:
            connection = session.connection()
            turns = connection.execute(
                select(*wanted).where(*_within(TurnRow.at, since, until)).order_by(col(TurnRow.at))
            ).all()
            handed = _counted(session, HandOverRow.outcome, _within(HandOverRow.at, since, until))
            pressed = _counted(session, FeedbackRow.kind, _within(FeedbackRow.at, since, until))
        return Served(tuple(ServedTurn(*row) for row in turns), handed, pressed)


def _within(at: datetime, since: datetime, until: datetime) -> tuple[Any, Any]:
    return col(at) >= since, col(at) < until


def _counted(session: Session, kind: str, where: tuple[Any, Any]) -> Mapping[str, int]:
    found = session.exec(select(kind, func.count()).where(*where).group_by(col(kind)).order_by(col(kind))).all()
    return dict(found)
