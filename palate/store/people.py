"""All there is of one person in the store: read, erased; conversations deleted, the old ones too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, Row, delete, exists, select, update
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from palate.domain import GUEST, Interaction
from palate.errors import SharedUser
from palate.store import catalogues
from palate.store.belonging import of_conversations, of_person, personal_tables
from palate.store.catalogues import Part
from palate.store.rows import interaction_of, known_conversation, known_user, shared
from palate.store.scrubbing import scrub
from palate.store.tables import (
    CatalogueRow,
    ConversationRow,
    FeedbackRow,
    InteractionRow,
    ItemRow,
    PreferenceRow,
    SlateRow,
    TurnRow,
    UserRow,
)

Opens: TypeAlias = Callable[[], AbstractContextManager[Session]]

BATCH = 200
"""Conversations that are deleted in one transaction."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was deleted."""

    rows: Mapping[str, int] = field(default_factory=dict)
    """By table; those without any are left out."""
    catalogues: Sequence[str] = ()
    """That count as changed by it."""

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody wrote about an item that is in its catalogue."""

    catalogue: str
    title: str
    """Of the item."""
    interaction: Interaction


class StoredPeople:
    """Part of a `Store`, over its sessions; so its methods raise StoreError as the store's do."""

    def __init__(self, reading: Opens, writing: Opens, engine: Engine) -> None:
        self._reading = reading
        self._writing = writing
        self._engine = engine

    def own(self, user_id: str) -> None:
        """See that what is kept under an id is one person's own. Raises UnknownUser and SharedUser."""
        with self._reading() as session:
            _own(session, user_id)

    def rows(self, user_id: str) -> dict[str, list[dict[str, Any]]]:
        """Every row of a person, by table, in the order of the keys; tables without any too.

        Raises UnknownUser, and SharedUser for the guest and the sample viewers: theirs are many people's.
        """
        with self._reading() as session:
            _own(session, user_id)
            found = {}
            for table, belonging in reversed(list(personal_tables())):
                query = select(table).where(of_person(table, belonging, user_id)).order_by(*table.primary_key)
                found[table.name] = [_cells(row) for row in session.connection().execute(query)]
            return found

    def reviews(self, user_id: str) -> list[Review]:
        """What somebody wrote about items that are there. Raises UnknownUser."""
        wrote = (col(InteractionRow.user_id) == user_id, col(InteractionRow.text) != "")
        there = (col(ItemRow.catalogue) == InteractionRow.catalogue) & (col(ItemRow.id) == InteractionRow.item_id)
        with self._reading() as session:
            known_user(session, user_id)
            found = session.exec(rows_of(InteractionRow, ItemRow.title).join(ItemRow, there).where(*wrote))
            return [Review(row.catalogue, title, interaction_of(row)) for row, title in found]

    def erase(self, user_id: str) -> Removed:
        """Delete every row of a person, in one transaction. Raises UnknownUser and SharedUser.

        The histories of the catalogues that they had to do with count as changed, so what runs builds everything
        anew and forgets what it has in memory.
        """
        with self._writing() as session:
            _own(session, user_id)
            connection = session.connection()
            touched = _catalogues_of(connection, user_id)
            rows = {
                table.name: connection.execute(delete(table).where(of_person(table, belonging, user_id))).rowcount
                for table, belonging in personal_tables()
            }
            for name in touched:
                catalogues.raise_version(connection, name, Part.HISTORIES)
        # A statement that is kept compiled has the values that it was first made with.
        self._engine.clear_compiled_cache()
        return Removed({name: count for name, count in rows.items() if count}, touched)

    def delete_conversation(self, conversation_id: str) -> Removed:
        """Delete a conversation with all that hangs on it. Raises UnknownConversation.

        What was agreed in it to be remembered stays where it is one person's own, and goes where it is shared.
        """
        with self._writing() as session:
            known_conversation(session, conversation_id)
            return _without(session, [conversation_id])

    def expire(self, before: datetime) -> int:
        """Delete the conversations whose last turn ended before a moment, or that began then and have none.

        In transactions of `BATCH`, so that others can write in between; tells how many. So are slates that were
        shown before in no conversation, and what became of them.
        """
        self._drop_lone(before)
        deleted = 0
        while ids := self._expired(before):
            with self._writing() as session:
                # Somebody may have gone on with one since.
                still = session.scalars(_old(before).where(col(ConversationRow.id).in_(ids))).all()
                _without(session, list(still))
            deleted += len(still)
            if not still:
                break
        return deleted

    def _drop_lone(self, before: datetime) -> None:
        for table in (FeedbackRow, SlateRow):
            with self._writing() as session:
                lone = delete(table).where(col(table.conversation_id).is_(None), col(table.at) < before)
                session.connection().execute(lone)

    def scrub(self, *, whole: bool = True) -> bool:
        """See that nothing deleted can be read from the files any more; see `scrubbing`. Raises StoreError."""
        with self._reading():
            return scrub(self._engine, whole=whole)

    def _expired(self, before: datetime) -> Sequence[str]:
        with self._reading() as session:
            return session.scalars(_old(before).limit(BATCH)).all()


def _catalogues_of(connection: Connection, user_id: str) -> list[str]:
    """The catalogues that are there and that any row of a person is about."""
    named: set[str] = set()
    for table, belonging in personal_tables():
        if "catalogue" in table.c:
            query = select(table.c.catalogue).where(of_person(table, belonging, user_id)).distinct()
            named.update(connection.execute(query).scalars())
    there = connection.execute(select(col(CatalogueRow.name)).order_by(col(CatalogueRow.name))).scalars()
    return [name for name in there if name in named]


def _old(before: datetime) -> Any:
    later = exists().where(col(TurnRow.conversation_id) == ConversationRow.id, col(TurnRow.at) >= before)
    return select(col(ConversationRow.id)).where(col(ConversationRow.started_at) < before, ~later)


def _without(session: Session, ids: list[str]) -> Removed:
    connection = session.connection()
    owners = select(col(ConversationRow.user_id)).where(col(ConversationRow.id).in_(ids))
    shared = select(col(UserRow.id)).where(
        col(UserRow.id).in_(owners), (col(UserRow.id) == GUEST) | col(UserRow.sample)
    )
    agreed = delete(PreferenceRow).where(
        col(PreferenceRow.conversation_id).in_(ids), col(PreferenceRow.user_id).in_(shared)
    )
    rows = {"preferences": connection.execute(agreed).rowcount}
    for table, belonging in personal_tables():
        if belonging.from_conversation:
            column = table.c[belonging.from_conversation]
            connection.execute(update(table).where(column.in_(ids)).values({column: ""}))
        gone = connection.execute(delete(table).where(of_conversations(table, belonging, ids))).rowcount
        rows[table.name] = rows.get(table.name, 0) + gone
    return Removed({name: count for name, count in rows.items() if count})


def _own(session: Session, user_id: str) -> None:
    user = known_user(session, user_id)
    if shared(user):
        raise SharedUser(
            f"Several people go by {user.name!r}, so what is kept there is no one's own; delete single conversations "
            "with: palate people forget CONVERSATION"
        )


def _cells(row: Row[Any]) -> dict[str, Any]:
    return {name: cell.isoformat() if isinstance(cell, datetime) else cell for name, cell in row._mapping.items()}
