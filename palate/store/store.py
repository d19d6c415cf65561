"""Everything palate keeps, behind one door."""

from __future__ import annotations

import textwrap
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from palate.domain import GUEST, Interaction, Item, Kind, User
from palate.errors import UnknownConversation, UnknownItem, UnknownUser
from palate.settings import Settings
from palate.store.database import WRITING, open_database, storable
from palate.store.faults import in_plain_words
from palate.store.items import read_items, write_items
from palate.store.records import ConversationSummary, LoadCounts, StoredTurn
from palate.store.tables import (
    CatalogueRow,
    ConversationRow,
    FeedbackRow,
    InteractionRow,
    ItemRow,
    TurnRow,
    UserRow,
)

OPENING_LENGTH = 80
"""Characters of a conversation's first message that its summary shows."""


class Store:
    """Items, people and conversations in one SQLite file.

    Any number of threads and processes may use it at once; whoever finds it being written waits. Every method raises
    StoreError when the file is full, read-only, damaged or kept busy, and then has changed nothing.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        self.path = path
        self._engine = engine
        self._writer = engine.execution_options(**WRITING)
        # SQLite lets waiting writers in by chance; a lock lets the threads of one process in promptly.
        self._turn_to_write = threading.Lock()

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Open the store of `settings.data_dir`, making the folder and bringing the tables up to date where needed.

        Raises StoreError.
        """
        path = settings.store_path
        with in_plain_words(path):
            return cls(open_database(path), path)

    def close(self) -> None:
        """Close every connection; further calls open new ones."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close, whatever happened."""
        self.close()

    # The catalogue

    def replace_items(self, items: Sequence[Item], fingerprint: str) -> LoadCounts:
        """Make `items` the catalogue, in one transaction; only what differs is written. People's history stays."""
        with self._writing() as session:
            return write_items(session.connection(), items, fingerprint)

    def fingerprint(self) -> str | None:
        """Tell which catalogue is in, None before the first."""
        with self._reading() as session:
            return session.exec(select(CatalogueRow.fingerprint)).first()

    def items(self) -> list[Item]:
        """Read every item, in the order of the ids."""
        with self._reading() as session:
            return read_items(session.connection())

    # People

    def users(self) -> list[User]:
        """List everyone, the guest first, then the sample viewers, then the others, each by id."""
        with self._reading() as session:
            found = session.exec(select(UserRow)).all()
        return sorted(map(_user, found), key=lambda user: (user.id != GUEST, not user.sample, user.id))

    def user(self, user_id: str) -> User:
        """Find one person. Raises UnknownUser."""
        with self._reading() as session:
            return _user(_known_user(session, user_id))

    def add_user(self, user: User, history: Sequence[Interaction] = ()) -> None:
        """Add a person with what they did before, in one transaction; does nothing when the id is there already."""
        with self._writing() as session:
            if session.get(UserRow, user.id) is None:
                session.add(UserRow(**asdict(user)))
                session.flush()
                session.add_all([_interaction_row(interaction) for interaction in history])

    def interactions(self, user_id: str) -> tuple[Interaction, ...]:
        """List what someone did, latest first, one for each item and kind. Raises UnknownUser."""
        latest_first = (col(InteractionRow.at).desc(), InteractionRow.item_id, InteractionRow.kind)
        with self._reading() as session:
            _known_user(session, user_id)
            found = session.exec(
                select(InteractionRow).where(InteractionRow.user_id == user_id).order_by(*latest_first)
            ).all()
        return tuple(map(_interaction, found))

    def record(self, interaction: Interaction, conversation_id: str | None = None) -> None:
        """Keep what someone did, and on a card of which conversation.

        Anyone may be the guest or a sample viewer, several people at once; so what they press stays in their
        conversation (see `feedback`) and never enters that viewer's history. Raises UnknownUser,
        UnknownItem, and UnknownConversation when it is not that user's.
        """
        with self._writing() as session:
            user = _known_user(session, interaction.user_id)
            if session.get(ItemRow, interaction.item_id) is None:
                raise UnknownItem(f"No item of the catalogue has the id {interaction.item_id!r}.")
            if conversation_id is not None:
                conversation = _known_conversation(session, conversation_id)
                if conversation.user_id != interaction.user_id:
                    raise UnknownConversation(f"{interaction.user_id!r} has no conversation {conversation_id!r}.")
                session.add(FeedbackRow(conversation_id=conversation_id, **asdict(interaction)))
            if user.id != GUEST and not user.sample:
                session.merge(_interaction_row(interaction))

    # Conversations

    def start_conversation(self, user_id: str) -> str:
        """Begin a conversation and return its id. Raises UnknownUser."""
        conversation_id = uuid.uuid4().hex
        with self._writing() as session:
            _known_user(session, user_id)
            session.add(ConversationRow(id=conversation_id, user_id=user_id, started_at=datetime.now(UTC)))
        return conversation_id

    def conversation_user(self, conversation_id: str) -> str:
        """Tell whose conversation it is. Raises UnknownConversation."""
        with self._reading() as session:
            return _known_conversation(session, conversation_id).user_id

    def turns(self, conversation_id: str) -> list[StoredTurn]:
        """Read a conversation from its beginning. Raises UnknownConversation."""
        with self._reading() as session:
            _known_conversation(session, conversation_id)
            found = session.exec(
                select(TurnRow).where(TurnRow.conversation_id == conversation_id).order_by(col(TurnRow.position))
            ).all()
        return [StoredTurn(**row.model_dump()) for row in found]

    def add_turn(self, turn: StoredTurn) -> StoredTurn:
        """Append a turn to its conversation and return it with its position. Raises UnknownConversation."""
        with self._writing() as session:
            _known_conversation(session, turn.conversation_id)
            last = session.exec(
                select(func.max(TurnRow.position)).where(TurnRow.conversation_id == turn.conversation_id)
            ).one()
            placed = replace(turn, position=0 if last is None else last + 1)
            session.add(_turn_row(placed))
        return placed

    def feedback(self, conversation_id: str) -> tuple[Interaction, ...]:
        """List what was pressed on the cards of a conversation, in order. Raises UnknownConversation."""
        with self._reading() as session:
            _known_conversation(session, conversation_id)
            found = session.exec(
                select(FeedbackRow)
                .where(FeedbackRow.conversation_id == conversation_id)
                .order_by(col(FeedbackRow.id))
            ).all()
        return tuple(map(_interaction, found))

    def conversations(self, user_id: str) -> list[ConversationSummary]:
        """List someone's conversations, the one with the latest turn first. Raises UnknownUser."""
        with self._reading() as session:
            _known_user(session, user_id)
            conversations = session.exec(select(ConversationRow).where(ConversationRow.user_id == user_id)).all()
            counts = session.exec(
                select(TurnRow.conversation_id, func.count(), func.max(TurnRow.at))
                .join(ConversationRow)
                .where(ConversationRow.user_id == user_id)
                .group_by(col(TurnRow.conversation_id))
            ).all()
            openings = session.exec(
                select(TurnRow.conversation_id, TurnRow.text)
                .join(ConversationRow)
                .where(ConversationRow.user_id == user_id, TurnRow.position == 0)
            ).all()
        turns = {conversation_id: (number, last_at) for conversation_id, number, last_at in counts}
        opening = dict(openings)
        summaries = []
        for row in conversations:
            number, last_at = turns.get(row.id, (0, row.started_at))
            first = textwrap.shorten(opening.get(row.id, ""), OPENING_LENGTH, placeholder=" …")
            summaries.append(ConversationSummary(row.id, user_id, row.started_at, last_at, number, first))
        return sorted(summaries, key=lambda summary: summary.last_at, reverse=True)

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """One consistent view of the file."""
        with in_plain_words(self.path), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """One transaction, kept as a whole or not at all."""
        with (
            in_plain_words(self.path),
            self._turn_to_write,
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session


def _known_user(session: Session, user_id: str) -> UserRow:
    row = session.get(UserRow, user_id)
    if row is None:
        raise UnknownUser(f"No user has the id {user_id!r}.")
    return row


def _known_conversation(session: Session, conversation_id: str) -> ConversationRow:
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise UnknownConversation(f"No conversation has the id {conversation_id!r}.")
    return row


def _user(row: UserRow) -> User:
    return User(row.id, row.name, row.about, row.sample)


def _interaction(row: InteractionRow | FeedbackRow) -> Interaction:
    return Interaction(row.user_id, row.item_id, Kind(row.kind), row.value, row.at)


def _interaction_row(interaction: Interaction) -> InteractionRow:
    return InteractionRow(**asdict(interaction))


def _turn_row(turn: StoredTurn) -> TurnRow:
    # Not asdict: it copies the state deeply, and the JSON columns only read it.
    cells = {field.name: getattr(turn, field.name) for field in fields(turn)}
    return TurnRow(**cells | {"text": storable(turn.text), "reply": storable(turn.reply)})
