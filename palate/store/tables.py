"""The tables. What a column means is told where the shared noun of the same name tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Index, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite has no time zones and would forget."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take any time zone; a moment without one is read as UTC."""
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class CatalogueRow(SQLModel, table=True):
    """Which catalogue is in; one row."""

    __tablename__: ClassVar[Any] = "catalogue"

    id: int = Field(primary_key=True)
    fingerprint: str
    loaded_at: datetime = Field(sa_type=UtcDateTime)


class ItemRow(SQLModel, table=True):
    """An item, whole: reading 17,472 of these is far quicker than joining their triples."""

    __tablename__: ClassVar[Any] = "items"

    id: str = Field(primary_key=True)
    title: str
    attributes: dict[str, list[str]] = Field(sa_type=JSON)
    numbers: dict[str, float] = Field(sa_type=JSON)


class TripleRow(SQLModel, table=True):
    """The same attributes as item–relation–value triples, for questions in SQL; written with the items."""

    __tablename__: ClassVar[Any] = "triples"
    __table_args__ = (Index("ix_triples_item_id", "item_id"), {"sqlite_with_rowid": False})

    relation: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True, foreign_key="items.id")


class UserRow(SQLModel, table=True):
    """A person, or an invented example of one."""

    __tablename__: ClassVar[Any] = "users"

    id: str = Field(primary_key=True)
    name: str
    about: str
    sample: bool


class InteractionRow(SQLModel, table=True):
    """The last thing of its kind that a person did with an item.

    The item may have left the catalogue since, so nothing binds `item_id` to the items.
    """

    __tablename__: ClassVar[Any] = "interactions"

    user_id: str = Field(primary_key=True, foreign_key="users.id")
    item_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    value: float
    at: datetime = Field(sa_type=UtcDateTime)


class ConversationRow(SQLModel, table=True):
    """A conversation of one person."""

    __tablename__: ClassVar[Any] = "conversations"

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True)
    started_at: datetime = Field(sa_type=UtcDateTime)


class TurnRow(SQLModel, table=True):
    """One message and what was answered."""

    __tablename__: ClassVar[Any] = "turns"

    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id")
    position: int = Field(primary_key=True)
    text: str
    reply: str
    item_ids: list[str] = Field(sa_type=JSON)
    facts: list[Any] = Field(sa_type=JSON)
    state: dict[str, Any] = Field(sa_type=JSON)
    mode: str
    model_calls: int
    tokens_in: int
    tokens_out: int
    ms: dict[str, float] = Field(sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)


class FeedbackRow(SQLModel, table=True):
    """A press of a card's button; every one is kept."""

    __tablename__: ClassVar[Any] = "feedback"

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    user_id: str
    item_id: str
    kind: str
    value: float
    at: datetime = Field(sa_type=UtcDateTime)
