"""People, what they did and said: rows as the shared nouns, and back."""

from __future__ import annotations

from dataclasses import fields

from sqlmodel import Session

from palate.domain import Interaction, Kind, User
from palate.errors import UnknownConversation, UnknownUser
from palate.store.additions import interaction_cells
from palate.store.database import storable
from palate.store.records import StoredTurn
from palate.store.tables import ConversationRow, FeedbackRow, InteractionRow, TurnRow, UserRow


def known_user(session: Session, user_id: str) -> UserRow:
    """The row of a person. Raises UnknownUser."""
    row = session.get(UserRow, user_id)
    if row is None:
        raise UnknownUser(f"No user has the id {user_id!r}.")
    return row


def known_conversation(session: Session, conversation_id: str) -> ConversationRow:
    """The row of a conversation. Raises UnknownConversation."""
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise UnknownConversation(f"No conversation has the id {conversation_id!r}.")
    return row


def user_of(row: UserRow) -> User:
    """The person of a row."""
    return User(row.id, row.name, row.about, row.sample)


def interaction_of(row: InteractionRow) -> Interaction:
    """The interaction of a row."""
    return Interaction(row.user_id, row.item_id, Kind(row.kind), row.value, row.at, row.text, row.weight)


def press_of(row: FeedbackRow) -> Interaction:
    """What was pressed on a card."""
    return Interaction(row.user_id, row.item_id, Kind(row.kind), row.value, row.at)


def interaction_row(interaction: Interaction, catalogue: str) -> InteractionRow:
    """The row of something that was done here."""
    return InteractionRow(**interaction_cells(interaction), catalogue=catalogue, source="")


def turn_row(turn: StoredTurn) -> TurnRow:
    """The row of a turn; half a character becomes a question mark."""
    # Not asdict: it copies the state deeply, and the JSON columns only read it.
    cells = {field.name: getattr(turn, field.name) for field in fields(turn)}
    return TurnRow(**cells | {"text": storable(turn.text), "reply": storable(turn.reply)})
