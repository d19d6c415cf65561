"""Keeping conversations no longer than is set, and deleting single ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from palate.settings import Settings
from palate.store.people import Removed
from palate.store.store import Store


def expire(store: Store, settings: Settings, now: datetime) -> int:
    """Delete the conversations whose last turn is `settings.keep_days` old, with all that hangs on them.

    What people did with items and what they agreed to have remembered stays. In small transactions; may be called at
    any time, by several processes at once. Tells how many were deleted, 0 where all are kept. Raises StoreError.
    """
    if settings.keep_days is None:
        return 0
    deleted = store.people.expire(now - timedelta(days=settings.keep_days))
    if deleted:
        store.people.scrub(whole=False)
    return deleted


def delete_conversation(store: Store, conversation_id: str) -> Removed:
    """Delete a conversation with all that hangs on it, also one of the guest. Raises UnknownConversation, StoreError.

    What a shared profile was told in it to remember goes, too; a person's own preferences stay.
    """
    removed = store.people.delete_conversation(conversation_id)
    store.people.scrub(whole=False)
    return removed
