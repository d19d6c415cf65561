"""The tables. What a column means is told where the shared noun of the same name tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, DateTime, Dialect, String, false, text
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
    """A catalogue. Each `…_version` is the version of the catalogue at which that part of it last changed."""

    __tablename__: ClassVar[Any] = "catalogues"

    name: str = Field(primary_key=True)
    description: dict[str, Any] = Field(sa_type=JSON)
    """The schema."""
    fingerprint: str
    folder: str
    size: int
    version: int
    schema_version: int
    histories_version: int
    triples_version: int
    aliases_version: int
    loaded_at: datetime = Field(sa_type=UtcDateTime)


class ItemRow(SQLModel, table=True):
    """An item, whole: reading 17,472 of these is far quicker than joining their attributes."""

    __tablename__: ClassVar[Any] = "items"
    __table_args__ = (Index("ix_items_version", "catalogue", "version"),)

    catalogue: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str
    attributes: dict[str, list[str]] = Field(sa_type=JSON)
    numbers: dict[str, float] = Field(sa_type=JSON)
    texts: dict[str, str] = Field(sa_type=JSON)
    ids: dict[str, str] = Field(sa_type=JSON)
    picture: str
    link: str
    digest: str
    """Of all of the above; two items with one digest are the same."""
    version: int
    """Of the catalogue when the item was last written."""


class RemovedRow(SQLModel, table=True):
    """An item that left its catalogue, so that whoever holds an older version hears of it."""

    __tablename__: ClassVar[Any] = "removed_items"
    __table_args__ = (Index("ix_removed_items_version", "catalogue", "version"),)

    catalogue: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    version: int


class TripleRow(SQLModel, table=True):
    """An edge of a graph that came from a file."""

    __tablename__: ClassVar[Any] = "triples"

    catalogue: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    head: str = Field(primary_key=True)
    relation: str = Field(primary_key=True)
    tail: str = Field(primary_key=True)


class AliasRow(SQLModel, table=True):
    """Another name, from a file."""

    __tablename__: ClassVar[Any] = "aliases"

    catalogue: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    relation: str = Field(primary_key=True)
    value: str = Field(primary_key=True)


class AnswerRow(SQLModel, table=True):
    """A passage of a document that answers questions, from a file or a folder of files."""

    __tablename__: ClassVar[Any] = "answers"

    catalogue: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    question: str
    text: str
    heading: list[str] = Field(sa_type=JSON)
    document: str
    link: str
    language: str
    first_line: int
    last_line: int


class UserRow(SQLModel, table=True):
    """A person, or an invented example of one."""

    __tablename__: ClassVar[Any] = "users"

    id: str = Field(primary_key=True)
    name: str
    about: str
    sample: bool
    imported: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Known only from a file of histories; there may be a million of them, so they are not listed."""


class InteractionRow(SQLModel, table=True):
    """The last thing of its kind that a person did with an item, by where it is known from.

    The item may have left the catalogue since, so nothing binds `item_id` to the items.
    """

    __tablename__: ClassVar[Any] = "interactions"

    user_id: str = Field(primary_key=True, foreign_key="users.id")
    catalogue: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    """The file it came from; empty: it was done here."""
    value: float
    weight: float
    at: datetime = Field(sa_type=UtcDateTime)
    text: str


class ConversationRow(SQLModel, table=True):
    """A conversation of one person about one catalogue."""

    __tablename__: ClassVar[Any] = "conversations"

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True)
    catalogue: str = Field(sa_column=Column(String, nullable=False, server_default="films"))
    started_at: datetime = Field(sa_type=UtcDateTime)


class TurnRow(SQLModel, table=True):
    """One message and what was answered."""

    __tablename__: ClassVar[Any] = "turns"
    __table_args__ = (Index("ix_turns_request", "request_id", "conversation_id", unique=True),)

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
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    request_id: str | None = None
    """What whoever sent the message calls it, so that sending it again does nothing."""
    slate_id: str | None = None
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}"))
    """Sentences `written` by the model and `replaced`."""


class FeedbackRow(SQLModel, table=True):
    """What somebody did with what was shown to them; every press of a card's button is kept."""

    __tablename__: ClassVar[Any] = "feedback"

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str | None = Field(foreign_key="conversations.id", index=True)
    user_id: str = Field(index=True)
    item_id: str
    kind: str
    value: float
    at: datetime = Field(sa_type=UtcDateTime)
    catalogue: str = Field(default="", sa_column_kwargs={"server_default": ""})
    slate_id: str | None = Field(default=None, index=True)
    position: int | None = None
    """Of the item on that slate, from 1."""
    request_id: str | None = Field(default=None, index=True, unique=True)
    """What whoever sent it calls it, so that sending it again does nothing."""


_EXPERIMENTAL = text("experiment <> ''")


class SlateRow(SQLModel, table=True):
    """A slate that was shown: the impressions, and what put them there."""

    __tablename__: ClassVar[Any] = "slates"
    __table_args__ = (
        # Of an experiment's rows alone, so that the others cost nothing.
        Index("ix_slates_experiment", "experiment", sqlite_where=_EXPERIMENTAL, postgresql_where=_EXPERIMENTAL),
    )

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True)
    catalogue: str
    conversation_id: str | None = Field(foreign_key="conversations.id", index=True)
    turn: int | None
    """Its position in the conversation."""
    text: str
    """What was asked for."""
    items: list[dict[str, Any]] = Field(sa_type=JSON)
    """In the order shown: `id`, `score`, `contributions`, `unknown`."""
    facts: list[dict[str, Any]] = Field(sa_type=JSON)
    ranker: str
    """What ordered it: palate's version, the models' and the catalogue's."""
    experiment: str
    variant: str
    """Of the experiment that the person takes part in; both empty: of none."""
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class KeyRow(SQLModel, table=True):
    """A key to the service; its secret is kept nowhere."""

    __tablename__: ClassVar[Any] = "keys"

    id: str = Field(primary_key=True)
    digest: str
    """SHA-256 of the secret, hexadecimal."""
    name: str
    tenant: str
    scopes: list[str] = Field(sa_type=JSON)
    per_minute: int | None
    at_once: int | None
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(sa_type=UtcDateTime)


class ExperimentRow(SQLModel, table=True):
    """An experiment with its variants: read whole or not at all, and never changed but that it is stopped."""

    __tablename__: ClassVar[Any] = "experiments"

    name: str = Field(primary_key=True)
    definition: dict[str, Any] = Field(sa_type=JSON)
    """As `Experiment.as_dict` has it, but for the moments below."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    stopped_at: datetime | None = Field(sa_type=UtcDateTime)


class LeaseRow(SQLModel, table=True):
    """A turn that is being answered; whoever else wants the conversation waits (see `leases`)."""

    __tablename__: ClassVar[Any] = "leases"

    conversation_id: str = Field(primary_key=True)
    holder: str
    beat: int
    """Rises while the holder lives."""


class PreferenceRow(SQLModel, table=True):
    """What a person wants in every conversation; a number is never given twice."""

    __tablename__: ClassVar[Any] = "preferences"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True)
    catalogue: str
    kind: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    said: str
    language: str
    at: datetime = Field(sa_type=UtcDateTime)
    conversation_id: str
    """Where it was said; empty: through the door."""


class EditRow(SQLModel, table=True):
    """A dialogue state that a person edited by hand; the latest after the last turn is the one that holds."""

    __tablename__: ClassVar[Any] = "edits"

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    after: int
    """The position of the turn it was edited after; -1: before the first."""
    removed: str
    """The key of what was taken out."""
    state: dict[str, Any] = Field(sa_type=JSON)
    at: datetime = Field(sa_type=UtcDateTime)


class HandOverRow(SQLModel, table=True):
    """A message that was handed on to people, and what became of that."""

    __tablename__: ClassVar[Any] = "hand_overs"

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    reason: str
    summary: list[str] = Field(sa_type=JSON)
    slate: list[str] = Field(sa_type=JSON)
    state: dict[str, Any] = Field(sa_type=JSON)
    outcome: str
    answer: str
    at: datetime = Field(sa_type=UtcDateTime)


class DeliveryRow(SQLModel, table=True):
    """A hand-over on its way to people: the outbox."""

    __tablename__: ClassVar[Any] = "deliveries"
    __table_args__ = (Index("ix_deliveries_status_next_at", "status", "next_at"),)

    id: str = Field(primary_key=True)
    """The same at every attempt, so that whoever receives it twice can tell."""
    hand_over_id: int = Field(foreign_key="hand_overs.id", index=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    payload: dict[str, Any] = Field(sa_type=JSON)
    status: str
    """`queued`, `delivered` or `failed`: it will not be tried again."""
    attempts: int
    next_at: datetime = Field(sa_type=UtcDateTime)
    """When it is tried next; put off while somebody is trying, so that one that dies holds it up for minutes only."""
    lease: int
    """Counts who took it; only the last one may say what became of it."""
    last_error: str
    at: datetime = Field(sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(sa_type=UtcDateTime)
    answered_by: str


class HumanAnswerRow(SQLModel, table=True):
    """That a turn is a person's answer, and under which id it came; what they said is the turn's reply."""

    __tablename__: ClassVar[Any] = "human_answers"

    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id")
    id: str = Field(primary_key=True)
    position: int
    """Of the turn."""
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
