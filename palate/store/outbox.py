"""Hand-overs on their way to people, and what people answered.

Several processes may deliver: who takes one counts its lease up and puts its next attempt off, in one conditional
UPDATE, so that two take the same one only where the first has not come back for `LEASE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from palate.errors import ConversationBusy
from palate.store.conversations import TWICE, append
from palate.store.database import storable
from palate.store.memory import hand_over_row
from palate.store.records import StoredHandOver, StoredTurn
from palate.store.rows import known_conversation
from palate.store.tables import DeliveryRow, HumanAnswerRow, TurnRow

Opens: TypeAlias = Callable[[], AbstractContextManager[Session]]

LEASE = timedelta(minutes=2)
"""How long somebody who took a delivery may be about it before another does; longer than any attempt."""
QUEUED, DELIVERED, FAILED = "queued", "delivered", "failed"
FARTHEST = timedelta(days=2)
"""No attempt is put off for longer; one that is (a clock was set back) is due."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A hand-over on its way to people."""

    id: str
    conversation_id: str
    payload: Mapping[str, Any]
    at: datetime
    status: str = QUEUED
    attempts: int = 0
    """Those that ended."""
    next_at: datetime | None = None
    lease: int = 0
    last_error: str = ""
    delivered_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str = ""


class Outbox:
    """Part of a `Store`, over its sessions; so its methods raise StoreError as the store's do."""

    def __init__(self, reading: Opens, writing: Opens) -> None:
        self._reading = reading
        self._writing = writing

    def add(self, case: StoredHandOver, delivery: Delivery) -> bool:
        """Keep a hand-over and that it is to be delivered, in one transaction.

        False: one of this id is there already, so nothing was done. Raises UnknownConversation.
        """
        try:
            with self._writing() as session:
                known_conversation(session, case.conversation_id)
                if session.get(DeliveryRow, delivery.id) is not None:
                    return False
                row = hand_over_row(case)
                session.add(row)
                session.flush()
                cells: dict[str, Any] = {name: getattr(delivery, name) for name in _CELLS}
                cells |= {"hand_over_id": row.id, "next_at": delivery.next_at or delivery.at}
                session.add(DeliveryRow(**cells))
        except IntegrityError:
            return False  # Another process answers the same request.
        return True

    def deliveries(self, conversation_id: str) -> list[Delivery]:
        """Those of a conversation, the oldest first. Raises UnknownConversation."""
        with self._reading() as session:
            known_conversation(session, conversation_id)
            mine = select(DeliveryRow).where(DeliveryRow.conversation_id == conversation_id)
            return [_delivery(row) for row in session.exec(mine.order_by(col(DeliveryRow.at), col(DeliveryRow.id)))]

    def waiting(self, conversation_id: str) -> bool:
        """Whether somebody has been told of the conversation, or will be, and has not answered."""
        mine = DeliveryRow.conversation_id == conversation_id
        open_ = (col(DeliveryRow.answered_at).is_(None), DeliveryRow.status != FAILED)
        with self._reading() as session:
            return session.exec(select(DeliveryRow.id).where(mine, *open_)).first() is not None

    def due(self, now: datetime, most: int = 20) -> list[Delivery]:
        """Those to try now, the longest due first."""
        when = or_(col(DeliveryRow.next_at) <= now, col(DeliveryRow.next_at) > now + FARTHEST)
        query = select(DeliveryRow).where(DeliveryRow.status == QUEUED, when)
        with self._reading() as session:
            return [_delivery(row) for row in session.exec(query.order_by(col(DeliveryRow.next_at)).limit(most))]

    def take(self, delivery: Delivery, now: datetime) -> Delivery | None:
        """Take one that is due; None where another did, or where it is gone."""
        taken = replace(delivery, lease=delivery.lease + 1, next_at=now + LEASE)
        return taken if self._change(delivery, lease=taken.lease, next_at=taken.next_at) else None

    def settle(self, taken: Delivery, became: Delivery) -> bool:
        """Say what became of one that was taken; False: another has taken it since, or it is gone."""
        cells = ("status", "attempts", "next_at", "last_error", "delivered_at")
        return self._change(taken, **{name: getattr(became, name) for name in cells})

    def add_answer(self, turn: StoredTurn, answer_id: str, by: str) -> StoredTurn:
        """Keep what a person answered as a turn; the deliveries of the conversation are answered by it.

        One that came under this id before is given back as it was kept. Raises UnknownConversation, and
        ConversationBusy where another turn came at the same moment.
        """
        if before := self.answered(turn.conversation_id, answer_id):
            return before
        try:
            with self._writing() as session:
                placed = append(session, turn, None, None)
                session.flush()
                row = HumanAnswerRow(
                    conversation_id=turn.conversation_id, id=answer_id, position=placed.position, by=by, at=turn.at
                )
                session.add(row)
                mine = col(DeliveryRow.conversation_id) == turn.conversation_id
                answered = update(DeliveryRow).where(mine, col(DeliveryRow.answered_at).is_(None))
                session.connection().execute(answered.values(answered_at=turn.at, answered_by=by))
                return placed
        except IntegrityError as error:
            if before := self.answered(turn.conversation_id, answer_id):
                return before
            raise ConversationBusy(TWICE) from error

    def answered(self, conversation_id: str, answer_id: str) -> StoredTurn | None:
        """The turn that came as a person's answer under this id; None: none did."""
        with self._reading() as session:
            row = session.get(HumanAnswerRow, (conversation_id, answer_id))
            turn = row and session.get(TurnRow, (conversation_id, row.position))
            return StoredTurn(**turn.model_dump()) if turn else None

    def answerers(self, conversation_id: str) -> dict[int, str]:
        """Who answered, by the position of the turn. Raises UnknownConversation."""
        with self._reading() as session:
            known_conversation(session, conversation_id)
            mine = HumanAnswerRow.conversation_id == conversation_id
            return dict(session.exec(select(HumanAnswerRow.position, HumanAnswerRow.by).where(mine)).all())

    def _change(self, seen: Delivery, **cells: Any) -> bool:
        if "last_error" in cells:
            cells["last_error"] = storable(cells["last_error"])
        still = (
            col(DeliveryRow.id) == seen.id,
            col(DeliveryRow.lease) == seen.lease,
            col(DeliveryRow.status) == QUEUED,
        )
        with self._writing() as session:
            return bool(session.connection().execute(update(DeliveryRow).where(*still).values(**cells)).rowcount)


_CELLS: Sequence[str] = (
    "id", "conversation_id", "payload", "at", "status", "attempts", "next_at", "lease", "last_error", "delivered_at",
    "answered_at", "answered_by",
)  # fmt: skip


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in _CELLS})
