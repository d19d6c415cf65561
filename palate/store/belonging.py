"""Which rows are a person's: declared for every table, so that an export and an erasure leave none out.

A table is either in `PERSONAL` or in `IMPERSONAL`; a new one that is in neither is refused (and a test fails).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, false, or_, select
from sqlmodel import SQLModel, col

from palate.errors import StoreError
from palate.store.tables import ConversationRow


@dataclass(frozen=True, slots=True)
class Belonging:
    """By which columns the rows of a table belong to people; either is enough."""

    user: str = ""
    """Has the person's id."""
    conversation: str = ""
    """Has the id of a conversation; the row goes with it."""
    from_conversation: str = ""
    """Has the id of a conversation that the row outlives; the column is emptied when that goes."""


PERSONAL: Mapping[str, Belonging] = {
    "users": Belonging(user="id"),
    "interactions": Belonging(user="user_id"),
    "conversations": Belonging(user="user_id", conversation="id"),
    "turns": Belonging(conversation="conversation_id"),
    "feedback": Belonging(user="user_id", conversation="conversation_id"),
    "preferences": Belonging(user="user_id", from_conversation="conversation_id"),
    "edits": Belonging(conversation="conversation_id"),
    "hand_overs": Belonging(conversation="conversation_id"),
    "slates": Belonging(user="user_id", conversation="conversation_id"),
    "deliveries": Belonging(conversation="conversation_id"),
    "human_answers": Belonging(conversation="conversation_id"),
    "leases": Belonging(conversation="conversation_id"),
}
"""By table."""
_LAST = ("conversations", "users")
IMPERSONAL = frozenset(
    {"catalogues", "items", "removed_items", "triples", "aliases", "answers", "keys", "experiments"}
)
"""Tables of what comes from files about things, and of what a team sets up."""


def personal_tables() -> Iterator[tuple[Table, Belonging]]:
    """The tables with people's rows, each before those that it points to: in the order to delete in.

    Raises StoreError where a table is declared nowhere.
    """
    tables = SQLModel.metadata.sorted_tables
    strange = sorted({table.name for table in tables} - PERSONAL.keys() - IMPERSONAL)
    if strange:
        raise StoreError(
            f"Nothing says whose rows are in {', '.join(strange)}, so nothing was read or erased; this is a fault of "
            "palate: declare it in palate/store/belonging.py."
        )
    # Whose a row is may be told by its conversation alone, without a foreign key; so those go last, and people after.
    mine = [table for table in reversed(tables) if table.name in PERSONAL]
    mine.sort(key=lambda table: _LAST.index(table.name) if table.name in _LAST else -1)
    return ((table, PERSONAL[table.name]) for table in mine)


def of_person(table: Table, belonging: Belonging, user_id: str) -> ColumnElement[bool]:
    """The condition for the rows of a person."""
    mine = select(col(ConversationRow.id)).where(col(ConversationRow.user_id) == user_id)
    parts = [table.c[belonging.user] == user_id] if belonging.user else []
    parts += [table.c[belonging.conversation].in_(mine)] if belonging.conversation else []
    return or_(false(), *parts)


def of_conversations(table: Table, belonging: Belonging, ids: list[str]) -> ColumnElement[bool]:
    """The condition for the rows that go with some conversations."""
    return table.c[belonging.conversation].in_(ids) if belonging.conversation else false()
