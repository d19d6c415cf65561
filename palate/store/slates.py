"""Slates that were shown, and what people did with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from palate.domain import ItemId, Kind
from palate.errors import StoreError, UnknownConversation, UnknownItem, UnknownSlate
from palate.store.database import storable
from palate.store.records import Feedback, Impression, StoredSlate, place_of
from palate.store.rows import known_conversation, known_user, put_interaction, shared
from palate.store.tables import FeedbackRow, ItemRow, SlateRow

Opens: TypeAlias = Callable[[], AbstractContextManager[Session]]

ATTRIBUTED = timedelta(days=30)
"""For so long after it was shown, what a person does with an item is put down to the slate that showed it."""
LOOKED_AT = 100
"""Slates, the latest, that are looked through for one that showed an item."""
_CELLS = tuple(field.name for field in fields(StoredSlate))


class StoredSlates:
    """Part of a `Store`, over its sessions; so its methods raise StoreError as the store's do."""

    def __init__(self, reading: Opens, writing: Opens) -> None:
        self._reading = reading
        self._writing = writing

    def find(self, slate_id: str) -> StoredSlate:
        """A slate that was shown. Raises UnknownSlate."""
        with self._reading() as session:
            return slate_of(session, slate_id)

    def add(self, shown: Sequence[StoredSlate]) -> None:
        """Keep slates that were shown, in one transaction."""
        with self._writing() as session:
            add_slates(session, shown)

    def shown(self, catalogue: str, since: datetime) -> Iterator[Impression]:
        """The slates that were shown since a moment, with what people did with them; the oldest first."""
        since_then = (col(SlateRow.catalogue) == catalogue, col(SlateRow.at) >= since)
        pressed = (
            select(col(FeedbackRow.slate_id), col(FeedbackRow.item_id), col(FeedbackRow.kind))
            .join(SlateRow, col(SlateRow.id) == col(FeedbackRow.slate_id))
            .where(*since_then)
            .order_by(col(FeedbackRow.id))
        )
        names = ("id", "user_id", "text", "items", "ranker", "at")
        slates = select(*(col(getattr(SlateRow, name)) for name in names)).where(*since_then)
        with self._reading() as session:
            done: dict[str, dict[ItemId, tuple[Kind, ...]]] = {}
            for slate_id, item_id, kind in session.connection().execute(pressed):
                of_slate = done.setdefault(str(slate_id), {})
                of_slate[item_id] = (*of_slate.get(item_id, ()), Kind(kind))
            in_order = slates.order_by(col(SlateRow.at), col(SlateRow.id))
            for slate_id, user_id, said, items, ranker, at in session.connection().execute(in_order):
                shown = tuple(item["id"] for item in items)
                yield Impression(slate_id, user_id, said, shown, done.get(slate_id, {}), ranker, at)

    def react(self, given: Feedback, catalogue: str) -> bool:
        """Keep what someone did; False: it was kept already, by the id of its request.

        Where no slate is named it is put down to the latest that showed the item, in the conversation if one is
        named, else to a person of their own within `ATTRIBUTED`: who buys does not say where they saw it. What
        shared names do (the guest, the invented viewers) stays in its conversation and enters no history. Raises
        UnknownUser, UnknownItem, UnknownConversation and UnknownSlate where the parts do not belong together.
        """
        with suppress(IntegrityError), self._writing() as session:
            return add_feedback(session, given, catalogue)
        # Something came or went in between, by another process: the same request, or what this one is about.
        try:
            with self._writing() as session:
                return add_feedback(session, given, catalogue)
        except IntegrityError as error:
            raise StoreError("The feedback met another write twice and is not kept; send it again.") from error


def add_slates(session: Session, slates: Sequence[StoredSlate]) -> None:
    """Keep what was shown, in the caller's transaction."""
    rows = [{name: getattr(slate, name) for name in _CELLS} | {"text": storable(slate.text)} for slate in slates]
    if rows:
        session.connection().execute(insert(SlateRow), rows)


def slate_of(session: Session, slate_id: str) -> StoredSlate:
    """A slate by its id. Raises UnknownSlate."""
    row = session.get(SlateRow, slate_id)
    if row is None:
        raise UnknownSlate(f"No slate has the id {slate_id!r}.")
    return StoredSlate(**row.model_dump())


def add_feedback(session: Session, given: Feedback, catalogue: str) -> bool:
    """`StoredSlates.react` in the caller's transaction."""
    if given.request_id is not None:
        query = select(col(FeedbackRow.id)).where(col(FeedbackRow.request_id) == given.request_id)
        if session.scalars(query).first() is not None:
            return False
    done = given.interaction
    user = known_user(session, done.user_id)
    if session.get(ItemRow, (catalogue, done.item_id)) is None:
        raise UnknownItem(f"No item of the catalogue {catalogue!r} has the id {done.item_id!r}.")
    own = not shared(user)
    if given.slate_id is not None:
        given = _on_slate(session, given, catalogue)
    if given.conversation_id is not None:
        conversation = known_conversation(session, given.conversation_id)
        if conversation.user_id != done.user_id:
            raise UnknownConversation(f"{done.user_id!r} has no conversation {given.conversation_id!r}.")
        if conversation.catalogue != catalogue:
            raise UnknownConversation(f"Conversation {given.conversation_id!r} is about another catalogue.")
    if given.slate_id is None and (own or given.conversation_id is not None):
        given = _attributed(session, given, catalogue)
    if own or given.conversation_id is not None or given.slate_id is not None:
        session.add(_row(given, catalogue))
    if own:
        put_interaction(session.connection(), done, catalogue)
    return True


def _on_slate(session: Session, given: Feedback, catalogue: str) -> Feedback:
    """The same with what the slate knows of it."""
    assert given.slate_id is not None
    slate, done = slate_of(session, given.slate_id), given.interaction
    if slate.user_id != done.user_id or slate.catalogue != catalogue:
        raise UnknownSlate(f"{done.user_id!r} has no slate {given.slate_id!r}.")
    position = slate.position(done.item_id)
    if position is None:
        raise UnknownItem(f"The slate {slate.id!r} did not show the item {done.item_id!r}.")
    conversation = given.conversation_id or slate.conversation_id
    return replace(given, position=position, conversation_id=conversation)


def _attributed(session: Session, given: Feedback, catalogue: str) -> Feedback:
    """The same on the latest slate that showed the item to this person; as it is where none did."""
    done = given.interaction
    mine = [col(SlateRow.user_id) == done.user_id, col(SlateRow.catalogue) == catalogue]
    if given.conversation_id is not None:
        mine.append(col(SlateRow.conversation_id) == given.conversation_id)
    else:
        mine += [col(SlateRow.at) <= done.at, col(SlateRow.at) >= done.at - ATTRIBUTED]
    cells = (col(SlateRow.id), col(SlateRow.items), col(SlateRow.conversation_id))
    latest = select(*cells).where(*mine).order_by(col(SlateRow.at).desc(), col(SlateRow.turn).desc()).limit(LOOKED_AT)
    for slate_id, items, conversation in session.connection().execute(latest):
        if (place := place_of(items, done.item_id)) is not None:
            return replace(given, slate_id=slate_id, position=place, conversation_id=conversation)
    return given


def _row(given: Feedback, catalogue: str) -> FeedbackRow:
    done = given.interaction
    cells = {name: getattr(done, name) for name in ("user_id", "item_id", "value", "at")}
    where = {name: getattr(given, name) for name in ("conversation_id", "slate_id", "position", "request_id")}
    return FeedbackRow(**cells, **where, kind=str(done.kind), catalogue=catalogue)
