"""What the store keeps of people between turns and conversations: preferences, edited states, messages handed on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import fields
from typing import Any, TypeAlias

from sqlmodel import Session, col, select

from palate.preference import Preference
from palate.store import preferences
from palate.store.database import storable
from palate.store.records import StoredEdit, StoredHandOver
from palate.store.rows import known_conversation
from palate.store.tables import EditRow, HandOverRow

Opens: TypeAlias = Callable[[], AbstractContextManager[Session]]


class StoredMemory:
    """Part of a `Store`, over its sessions; so its methods raise StoreError as the store's do."""

    def __init__(self, reading: Opens, writing: Opens) -> None:
        self._reading = reading
        self._writing = writing

    def preferences(self, user_id: str, catalogue: str | None = None) -> tuple[Preference, ...]:
        """List what someone wants in every conversation, the oldest first; of one catalogue or all.

        Raises UnknownUser.
        """
        with self._reading() as session:
            return preferences.listed(session, user_id, catalogue)

    def remember(self, user_id: str, preference: Preference) -> tuple[Preference, ...]:
        """Keep a preference; the same again is brought up to date, what it contradicts is deleted.

        Give back what is kept now, each with its id: "no horror or war" is two. Raises UnknownUser and InputError.
        """
        with self._writing() as session:
            return preferences.add(session, user_id, preference)

    def forget(self, user_id: str, preference_id: int) -> None:
        """Delete a preference. Raises UnknownUser and UnknownPreference."""
        with self._writing() as session:
            preferences.remove(session, user_id, preference_id)

    def forget_all(self, user_id: str) -> int:
        """Delete every preference of someone, in all catalogues; tell how many. Raises UnknownUser."""
        with self._writing() as session:
            return preferences.remove_all(session, user_id)

    def add_edit(self, edit: StoredEdit) -> None:
        """Keep an edited state. Raises UnknownConversation."""
        with self._writing() as session:
            known_conversation(session, edit.conversation_id)
            session.add(EditRow(**_cells(edit)))

    def edits(self, conversation_id: str) -> list[StoredEdit]:
        """Read the edited states of a conversation, the oldest first. Raises UnknownConversation."""
        with self._reading() as session:
            known_conversation(session, conversation_id)
            mine = select(EditRow).where(EditRow.conversation_id == conversation_id).order_by(col(EditRow.id))
            return [StoredEdit(**row.model_dump(exclude={"id"})) for row in session.exec(mine)]

    def add_hand_over(self, case: StoredHandOver) -> None:
        """Keep a message that was handed on. Raises UnknownConversation."""
        with self._writing() as session:
            known_conversation(session, case.conversation_id)
            session.add(hand_over_row(case))

    def hand_overs(self, conversation_id: str) -> list[StoredHandOver]:
        """Read what was handed on of a conversation, the oldest first. Raises UnknownConversation."""
        with self._reading() as session:
            known_conversation(session, conversation_id)
            mine = select(HandOverRow).where(HandOverRow.conversation_id == conversation_id)
            return [
                StoredHandOver(**row.model_dump(exclude={"id"}))
                for row in session.exec(mine.order_by(col(HandOverRow.id)))
            ]


def hand_over_row(case: StoredHandOver) -> HandOverRow:
    """The row of a message that was handed on; half a character becomes a question mark."""
    return HandOverRow(**_cells(case) | {"reason": storable(case.reason), "answer": storable(case.answer)})


def _cells(record: StoredEdit | StoredHandOver) -> dict[str, Any]:
    # Not asdict: it copies the state deeply, and the JSON columns only read it.
    return {field.name: getattr(record, field.name) for field in fields(record)}
