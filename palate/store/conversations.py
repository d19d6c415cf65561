"""Conversations: the next turn of one, the list of someone's, and which of them a request belongs to."""

from __future__ import annotations

import textwrap
from dataclasses import replace

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from palate.errors import ConversationBusy
from palate.store.records import ConversationSummary, StoredSlate, StoredTurn
from palate.store.rows import known_conversation, turn_row
from palate.store.slates import add_slates
from palate.store.tables import ConversationRow, TurnRow

TWICE = "Another message of this conversation was answered meanwhile; read it and say this again."
OPENING_LENGTH = 80
"""Characters of a conversation's first message that its summary shows."""


def summaries(session: Session, user_id: str, catalogue: str | None) -> list[ConversationSummary]:
    """A line for each conversation of a person, of one catalogue or all; the one with the latest turn first."""
    mine = [ConversationRow.user_id == user_id]
    if catalogue is not None:
        mine.append(ConversationRow.catalogue == catalogue)
    conversations = session.exec(select(ConversationRow).where(*mine)).all()
    counts = session.exec(
        select(TurnRow.conversation_id, func.count(), func.max(TurnRow.at))
        .join(ConversationRow)
        .where(*mine)
        .group_by(col(TurnRow.conversation_id))
    ).all()
    openings = session.exec(
        select(TurnRow.conversation_id, TurnRow.text).join(ConversationRow).where(*mine, TurnRow.position == 0)
    ).all()
    turns = {conversation_id: (number, last_at) for conversation_id, number, last_at in counts}
    opening = dict(openings)
    found = []
    for row in conversations:
        number, last_at = turns.get(row.id, (0, row.started_at))
        first = textwrap.shorten(opening.get(row.id, ""), OPENING_LENGTH, placeholder=" …")
        found.append(ConversationSummary(row.id, user_id, row.catalogue, row.started_at, last_at, number, first))
    return sorted(found, key=lambda summary: summary.last_at, reverse=True)


def append(session: Session, turn: StoredTurn, slate: StoredSlate | None, after: int | None) -> StoredTurn:
    """Put a turn at the end of its conversation, with the slate it showed; `Store.add_turn` says the rest."""
    # Held until the end, so that two processes give out one position after the other.
    known_conversation(session, turn.conversation_id, held=True)
    last = session.exec(
        select(func.max(TurnRow.position)).where(TurnRow.conversation_id == turn.conversation_id)
    ).one()
    there = -1 if last is None else last
    if after is not None and there != after:
        raise ConversationBusy(TWICE)
    placed = replace(turn, position=there + 1, slate_id=slate.id if slate else None)
    if slate is not None:
        add_slates(session, [replace(slate, turn=placed.position)])
    session.add(turn_row(placed))
    return placed


def answering(session: Session, conversation_id: str, request_id: str) -> StoredTurn | None:
    """The turn of a conversation that answers a request."""
    query = select(TurnRow).where(TurnRow.conversation_id == conversation_id, TurnRow.request_id == request_id)
    row = session.exec(query).first()
    return None if row is None else StoredTurn(**row.model_dump())


def ending_with(session: Session, request_id: str) -> str | None:
    """The conversation whose latest turn answers a request, of several the one of late."""
    later = aliased(TurnRow)
    goes_on = exists().where(
        col(later.conversation_id) == TurnRow.conversation_id,
        col(later.position) > TurnRow.position,
        col(later.mode) != "human",  # Whoever sends the request knows nothing of what people answered.
    )
    query = select(TurnRow.conversation_id).where(TurnRow.request_id == request_id, ~goes_on)
    return session.exec(query.order_by(col(TurnRow.at).desc())).first()
