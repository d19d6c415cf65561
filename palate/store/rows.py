"""People, what they did and said: rows as the shared nouns, and back."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import Connection, inspect
from sqlmodel import Session

from palate.domain import GUEST, Interaction, Kind, User
from palate.errors import UnknownConversation, UnknownUser
from palate.store.additions import interaction_cells
from palate.store.database import storable
from palate.store.dialects import inserting
from palate.store.records import StoredTurn
from palate.store.tables import ConversationRow, FeedbackRow, InteractionRow, TurnRow, UserRow

HELD = {"key_share": True}
"""A row that others may read and refer to, and not write; SQLite lets one write at a time anyway."""


def known_user(session: Session, user_id: str, *, held: bool = False) -> UserRow:
    """The row of a person, `held` until the transaction ends. Raises UnknownUser."""
    row = session.get(UserRow, storable(user_id), with_for_update=HELD if held else None)
    if row is None:
        raise UnknownUser(f"No user has the id {user_id!r}.")
    return row


def known_conversation(session: Session, conversation_id: str, *, held: bool = False) -> ConversationRow:
    """The row of a conversation, `held` until the transaction ends. Raises UnknownConversation."""
    row = session.get(ConversationRow, storable(conversation_id), with_for_update=HELD if held else None)
    if row is None:
        raise UnknownConversation(f"No conversation has the id {conversation_id!r}.")
    return row


def shared(row: UserRow) -> bool:
    """Whether several people go by this name: the guest and the invented viewers."""
    return row.id == GUEST or row.sample


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


def put_interaction(connection: Connection, interaction: Interaction, catalogue: str) -> None:
    """Write what was done here, in the place of what the same person did of the same kind with the same item."""
    put = inserting(connection, InteractionRow).values(
        **interaction_cells(interaction), catalogue=catalogue, source=""
    )
    key = [column.name for column in inspect(InteractionRow).primary_key]
    rest = {name: put.excluded[name] for name in ("value", "weight", "at", "text")}
    connection.execute(put.on_conflict_do_update(index_elements=key, set_=rest))


def turn_row(turn: StoredTurn) -> TurnRow:
    """The row of a turn; half a character becomes a question mark."""
    # Not asdict: it copies the state deeply, and the JSON columns only read it.
    cells = {field.name: getattr(turn, field.name) for field in fields(turn)}
    return TurnRow(**cells | {"text": storable(turn.text), "reply": storable(turn.reply)})
