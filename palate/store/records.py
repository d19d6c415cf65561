"""What the store hands out besides the shared nouns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from palate.domain import Interaction, Item, ItemId, Kind, Schema


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What an import changed in the store: items, interactions, edges or names."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def touched(self) -> int:
        """How many were written or removed."""
        return self.added + self.changed + self.removed


@dataclass(frozen=True, slots=True)
class CatalogueInfo:
    """What is known of a catalogue without reading it."""

    name: str
    schema: Schema
    fingerprint: str
    """Of the file and the rules it was read by."""
    folder: str
    """Where the pictures with a relative path are; empty: nowhere."""
    size: int
    """Items."""
    version: int
    """Rises with every import of items, histories, triples or aliases that changed something."""
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of a catalogue since a version."""

    version: int
    """Up to which these are."""
    changed: tuple[Item, ...] = ()
    """New items and new states of items, in the order of the ids."""
    removed: tuple[ItemId, ...] = ()
    schema: bool = False
    """Whether its schema is another one; so the next three."""
    histories: bool = False
    triples: bool = False
    aliases: bool = False


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """Whose conversation it is, and about what."""

    user_id: str
    catalogue: str


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One message and what was answered."""

    conversation_id: str
    text: str
    """The person's message."""
    reply: str
    item_ids: Sequence[ItemId] = ()
    """The slate, in the order shown."""
    facts: Sequence[Any] = ()
    """What the reply rests on, as JSON."""
    state: Mapping[str, Any] = field(default_factory=dict)
    """The dialogue state after the turn, as JSON."""
    mode: str = "fallback"
    """`llm`, `fallback`, or `human`: a person of the team said `reply`, to no message."""
    model_calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    ms: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds a stage."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    position: int = -1
    """0 for a conversation's first turn; given by the store, -1 before that."""
    request_id: str | None = None
    """What whoever sent the message calls it: it is answered once, however often it is sent."""
    slate_id: str | None = None
    """Of the slate that was shown; None: none was."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Sentences of the reply that a model wrote, `written`, and of those that a template stands for, `replaced`."""


@dataclass(frozen=True, slots=True)
class StoredSlate:
    """A slate that was shown, and what put it there."""

    id: str
    user_id: str
    catalogue: str
    text: str
    """What was asked for."""
    items: Sequence[Mapping[str, Any]]
    """In the order shown: `id`, `score`, `contributions`, `unknown`."""
    facts: Sequence[Mapping[str, Any]] = ()
    ranker: str = ""
    conversation_id: str | None = None
    turn: int | None = None
    experiment: str = ""
    variant: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def position(self, item_id: ItemId) -> int | None:
        """The place of an item, from 1; None: it was not shown."""
        return place_of(self.items, item_id)


def place_of(items: Sequence[Mapping[str, Any]], item_id: ItemId) -> int | None:
    """The place of an item among those of a slate, as they are kept, from 1; None: it is not there."""
    return next((place for place, item in enumerate(items, 1) if item["id"] == item_id), None)


@dataclass(frozen=True, slots=True)
class Impression:
    """A slate that was shown, and what was done with it: what a ranker learns from."""

    slate_id: str
    user_id: str
    text: str
    """What was asked for."""
    items: tuple[ItemId, ...]
    """In the order shown."""
    done: Mapping[ItemId, tuple[Kind, ...]]
    """By item, in the order done; nothing of items that were passed over."""
    ranker: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody did, and on which slate."""

    interaction: Interaction
    conversation_id: str | None = None
    slate_id: str | None = None
    position: int | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key to the service, without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    tenant: str = ""
    """Whose it is; empty: the house's own."""
    per_minute: int | None = None
    """Requests a minute; None: as set for all. So the next."""
    at_once: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A line of the list of someone's conversations."""

    id: str
    user_id: str
    catalogue: str
    started_at: datetime
    last_at: datetime
    """When its last turn ended, or when it was started."""
    turns: int
    opening: str
    """The first message, shortened; empty before there is one."""


@dataclass(frozen=True, slots=True)
class StoredEdit:
    """A dialogue state that a person edited by hand."""

    conversation_id: str
    after: int
    """The position of the turn it was edited after; -1: before the first."""
    removed: str
    """The key of what was taken out."""
    state: Mapping[str, Any]
    """The whole state after it, as JSON."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class StoredHandOver:
    """A message that was handed on to people."""

    conversation_id: str
    reason: str
    """The message that palate could not help with."""
    summary: Sequence[str]
    """What was told of the conversation, line by line."""
    slate: Sequence[ItemId]
    state: Mapping[str, Any]
    outcome: str
    """`nobody` (no hook is set), `answered`, `silent`, `failed` or `late`; `queued`: it will be delivered."""
    answer: str = ""
    """The line that was shown."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
