"""What a turn goes on from: the end of its conversation, and what is known of the person. Read in one view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from palate.domain import Interaction
from palate.preference import Preference
from palate.store import preferences
from palate.store.rows import interaction_of, known_conversation, known_user, press_of, shared
from palate.store.tables import EditRow, FeedbackRow, InteractionRow, TurnRow

_LATE = 8
"""Turns that are looked through for the last state; a turn may have none."""


@dataclass(frozen=True, slots=True)
class Before:
    """All that the next turn of a conversation builds on."""

    position: int
    """Of the last turn, -1 before the first."""
    states: tuple[Mapping[str, Any], ...]
    """The last state that a turn left, and those of the edits after that turn, the oldest first."""
    pressed: tuple[Interaction, ...]
    """What was pressed on the cards, in order."""
    history: tuple[Interaction, ...]
    """What the person did, latest first, one for each item and kind."""
    preferences: tuple[Preference, ...]
    """What the person wants in every conversation, the oldest first."""
    shared: bool
    """Whether several people go by this name: the guest and the invented viewers."""


def before(session: Session, conversation_id: str, user_id: str, catalogue: str) -> Before:
    """Read it all. Raises UnknownConversation and UnknownUser."""
    known_conversation(session, conversation_id)
    user = known_user(session, user_id)
    position, state = _ending(session, conversation_id)
    edits = (
        select(EditRow.state)
        .where(EditRow.conversation_id == conversation_id, EditRow.after == position)
        .order_by(col(EditRow.id))
    )
    return Before(
        position,
        (*([state] if state else []), *session.exec(edits)),
        pressed(session, conversation_id),
        history(session, user_id, catalogue),
        preferences.listed(session, user_id, catalogue),
        shared(user),
    )


def pressed(session: Session, conversation_id: str) -> tuple[Interaction, ...]:
    """What was pressed on the cards of a conversation, in order."""
    mine = select(FeedbackRow).where(FeedbackRow.conversation_id == conversation_id).order_by(col(FeedbackRow.id))
    return tuple(map(press_of, session.exec(mine)))


def history(session: Session, user_id: str, catalogue: str) -> tuple[Interaction, ...]:
    """What someone did, latest first, one for each item and kind."""
    latest_first = (
        col(InteractionRow.at).desc(),
        InteractionRow.item_id,
        InteractionRow.kind,
        InteractionRow.source,
    )
    mine = (InteractionRow.user_id == user_id, InteractionRow.catalogue == catalogue)
    found = session.exec(select(InteractionRow).where(*mine).order_by(*latest_first)).all()
    once = {(row.item_id, row.kind): row for row in reversed(found)}
    return tuple(interaction_of(row) for row in found if once[row.item_id, row.kind] is row)


def _ending(session: Session, conversation_id: str) -> tuple[int, Mapping[str, Any]]:
    """The position of the last turn, and the last state that a turn left."""
    latest = (
        select(TurnRow.position, TurnRow.state)
        .where(TurnRow.conversation_id == conversation_id)
        .order_by(col(TurnRow.position).desc())
    )
    late = session.exec(latest.limit(_LATE)).all()
    if len(late) == _LATE and not any(state for _, state in late):
        late = session.exec(latest).all()
    return (late[0][0] if late else -1), next((state for _, state in late if state), {})
