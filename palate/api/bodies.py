"""What the doors take and give, as JSON. Texts and titles come from people and catalogues: escape them on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from palate.agent.events import TurnFinished
from palate.catalogue.catalogue import Catalogue
from palate.domain import GUEST, Kind
from palate.store.outbox import Delivery
from palate.store.records import ConversationSummary, StoredSlate, StoredTurn

_ID = r"^[^\x00-\x1f\x7f/?#\\]+$"
UserId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=_ID)]
"""A person's id, the team's own; nobody need be registered."""
ConversationId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9._:~-]+$")]
RequestId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=_ID)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Text = Annotated[str, StringConstraints(max_length=200_000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Ask(_Body):
    """One message that belongs to no conversation."""

    text: Text = Field(examples=["a French comedy from the nineties, under two hours"])
    user: UserId = Field(GUEST, examples=["customer-4711"])
    catalogue: Name | None = Field(None, examples=["films"])
    llm: bool = True
    """False: without the language model, in milliseconds."""


class Say(_Body):
    """The next message of a conversation."""

    text: Text = Field(examples=["something like Heat, but shorter"])
    user: UserId | None = Field(None, examples=["customer-4711"])
    catalogue: Name | None = Field(None, examples=["films"])
    request_id: RequestId | None = Field(None, examples=["c0ffee-1"])
    """What you call this message: sent again, it is answered with what was answered before."""
    stream: bool = False
    """True, or `Accept: text/event-stream`: the agent's events as they come."""


class Begin(_Body):
    """A new conversation."""

    user: UserId = Field(GUEST, examples=["customer-4711"])
    catalogue: Name | None = Field(None, examples=["films"])


class React(_Body):
    """What a person did with an item that was shown."""

    item: Name = Field(examples=["tt0113277"])
    kind: Kind = Field(examples=["liked"])
    user: UserId = Field(GUEST, examples=["customer-4711"])
    catalogue: Name | None = None
    slate: Name | None = None
    """The slate that showed it; without one it is put down to the latest that did."""
    conversation: ConversationId | None = None
    request_id: RequestId | None = None
    """What you call this: sent again, it is not counted again."""


class HumanAnswer(_Body):
    """What a colleague says in a conversation that was handed over."""

    text: Text = Field(examples=["Your parcel arrives tomorrow."])
    by: Name = Field(examples=["Ann, support"])
    id: RequestId = Field(examples=["ticket-4711-1"])
    """What you call this answer: sent again, it is not said again."""


class DeliveryOut(BaseModel):
    """A hand-over on its way."""

    id: str
    status: str = Field(examples=["delivered"])
    attempts: int
    last_error: str = ""
    delivered_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str = ""

    @classmethod
    def of(cls, found: Delivery) -> DeliveryOut:
        """As the store has it."""
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class FactOut(BaseModel):
    """One supported statement about an item."""

    relation: str = Field(examples=["director"])
    value: str = Field(examples=["Michael Mann"])
    source: str = Field(examples=["catalogue"])
    about: str = ""
    """Of a comparison: the title of the other item."""


class ItemOut(BaseModel):
    """One item of a slate, and why it is there."""

    id: str
    title: str = Field(examples=["Heat"])
    attributes: Mapping[str, Sequence[str]]
    numbers: Mapping[str, float]
    link: str = ""
    picture: str = ""
    score: float = 0.0
    """For this slate only."""
    facts: Sequence[FactOut] = ()
    unknown: Sequence[str] = ()
    """What was asked for and the catalogue does not say of it."""


class Usage(BaseModel):
    """What a turn cost."""

    model_calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


class Answer(BaseModel):
    """A reply with its slate."""

    reply: str
    slate: str | None
    """Names the slate in feedback; null: nothing was shown, or it is not kept."""
    items: Sequence[ItemOut]
    understood: Sequence[str] = ()
    """What is wanted, in short phrases."""
    mode: Literal["llm", "fallback", "human"] | str = "fallback"
    notices: Sequence[str] = ()
    usage: Usage = Usage()
    ms: Mapping[str, float] = {}


class TurnOut(Answer):
    """One message of a conversation and what was answered."""

    conversation: str
    position: int
    """From 0."""
    text: str
    at: datetime | None = None
    request_id: str | None = None


class ConversationOut(BaseModel):
    """A line of the list of conversations."""

    id: str
    user: str
    catalogue: str
    started_at: datetime
    last_at: datetime
    turns: int
    opening: str = ""

    @classmethod
    def of(cls, found: ConversationSummary) -> ConversationOut:
        """As the store has it."""
        return cls(
            id=found.id,
            user=found.user_id,
            catalogue=found.catalogue,
            started_at=found.started_at,
            last_at=found.last_at,
            turns=found.turns,
            opening=found.opening,
        )


def items_out(catalogue: Catalogue, slate: StoredSlate | None) -> list[ItemOut]:
    """The items of a slate that are still in the catalogue."""
    if slate is None:
        return []
    return [
        _item(catalogue, shown, [fact for fact in slate.facts if fact.get("item") == shown["id"]])
        for shown in slate.items
        if shown["id"] in catalogue
    ]


def turn_out(
    turn: StoredTurn,
    slate: StoredSlate | None,
    catalogue: Catalogue,
    understood: Sequence[str],
    notices: Sequence[str] = (),
) -> TurnOut:
    """A turn as the store has it."""
    return TurnOut(
        reply=turn.reply,
        slate=slate.id if slate else None,
        items=items_out(catalogue, slate),
        understood=understood,
        mode=turn.mode,
        notices=notices,
        usage=Usage(model_calls=turn.model_calls, tokens_in=turn.tokens_in, tokens_out=turn.tokens_out),
        ms=turn.ms,
        conversation=turn.conversation_id,
        position=turn.position,
        text=turn.text,
        at=turn.at,
        request_id=turn.request_id,
    )


def usage_of(done: TurnFinished) -> Usage:
    """What a turn cost."""
    return Usage(model_calls=done.model_calls, tokens_in=done.tokens_in, tokens_out=done.tokens_out)


def _item(catalogue: Catalogue, shown: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> ItemOut:
    item = catalogue.get(shown["id"])
    return ItemOut(
        id=item.id,
        title=item.title,
        attributes=item.attributes,
        numbers=item.numbers,
        link=item.link,
        picture=item.picture,
        score=shown.get("score", 0.0),
        facts=[FactOut(**{name: value for name, value in fact.items() if name != "item"}) for fact in facts],
        unknown=shown.get("unknown", ()),
    )
