"""What people want in every conversation: the rows, and which of them a new one takes the place of."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from palate.errors import InputError, UnknownPreference
from palate.preference import Bearing, Preference
from palate.store.database import storable
from palate.store.rows import known_user
from palate.store.tables import PreferenceRow

MOST = 100
"""Preferences that are kept of one person; whoever wants to keep more deletes some first."""
_LONGEST = 500
"""Characters of the person's own words that are kept."""


def add(session: Session, user_id: str, preference: Preference) -> tuple[Preference, ...]:
    """Keep a preference, one for each of its parts; what it contradicts goes, the same again is brought up to date.

    Raises UnknownUser, and InputError where it says nothing or too many are kept.
    """
    known_user(session, user_id, held=True)
    if not preference.whole:
        raise InputError(f"A preference of the kind {preference.kind.value!r} must say what it is about.")
    return tuple(_put(session, user_id, part) for part in preference.parts)


def _put(session: Session, user_id: str, preference: Preference) -> Preference:
    twin: PreferenceRow | None = None
    others = 0
    for row in _rows(session, user_id, preference.catalogue or None):
        older = preference_of(row)
        if older.same(preference) and row.catalogue == preference.catalogue:
            twin = row
        elif preference.replaces(older):
            session.delete(row)
        else:
            others += 1
    if twin is None:
        if others >= MOST:
            raise InputError(f"{MOST} preferences are kept already; delete some of them first.")
        twin = PreferenceRow(user_id=user_id, catalogue=preference.catalogue, **_cells(preference))
    else:
        for name, value in _cells(preference).items():
            setattr(twin, name, value)
    session.add(twin)
    session.flush()
    return preference_of(twin)


def listed(session: Session, user_id: str, catalogue: str | None = None) -> tuple[Preference, ...]:
    """What someone wants in every conversation, the oldest first; of one catalogue or all. Raises UnknownUser.

    What is kept for all catalogues belongs to each.
    """
    known_user(session, user_id)
    return tuple(preference_of(row) for row in _rows(session, user_id, catalogue))


def remove(session: Session, user_id: str, preference_id: int) -> None:
    """Delete one. Raises UnknownUser, and UnknownPreference when it is not that person's."""
    known_user(session, user_id, held=True)
    row = session.get(PreferenceRow, preference_id)
    if row is None or row.user_id != user_id:
        raise UnknownPreference(f"{user_id!r} has no preference {preference_id}; it may have been deleted already.")
    session.delete(row)


def remove_all(session: Session, user_id: str) -> int:
    """Delete everything that is kept of someone, in every catalogue; tell how many. Raises UnknownUser."""
    known_user(session, user_id, held=True)
    rows = _rows(session, user_id, None)
    for row in rows:
        session.delete(row)
    return len(rows)


def preference_of(row: PreferenceRow) -> Preference:
    """The preference of a row."""
    return Preference.about(
        Bearing(row.kind),
        row.payload,
        catalogue=row.catalogue,
        said=row.said,
        language=row.language,
        conversation=row.conversation_id,
        at=row.at,
        id=row.id or 0,
    )


def _cells(preference: Preference) -> dict[str, Any]:
    return {
        "kind": preference.kind.value,
        "payload": preference.payload(),
        "said": storable(preference.said[:_LONGEST]),
        "language": preference.language,
        "at": preference.at,
        "conversation_id": preference.conversation,
    }


def _rows(session: Session, user_id: str, catalogue: str | None) -> list[PreferenceRow]:
    query = select(PreferenceRow).where(PreferenceRow.user_id == user_id).order_by(col(PreferenceRow.id))
    if catalogue is not None:
        query = query.where(col(PreferenceRow.catalogue).in_(["", catalogue]))
    return list(session.exec(query))
