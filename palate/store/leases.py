"""Whose turn it is in a conversation, among all processes that share the store.

A holder's beat rises while it lives. Who waits looks at the beat, and takes the conversation over once it has stood
still for `STALE` seconds of the waiter's own clock, so neither a killed process nor a clock that jumps holds a
conversation up for long; and no clocks of two machines are compared.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TypeAlias

from sqlalchemy import ColumnElement, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from palate.errors import ConversationBusy, StoreError
from palate.store.tables import LeaseRow

Opens: TypeAlias = Callable[[], AbstractContextManager[Session]]

BEAT = 2.0
"""Seconds between two beats of a holder."""
STALE = 10.0
"""Seconds without a beat after which a holder counts as dead."""
LOOK = 0.05
"""Seconds between two looks of who waits."""

_log = logging.getLogger(__name__)


class Leases:
    """The leases of one process; part of a `Store`, over its sessions. Safe for any number of threads."""

    def __init__(self, reading: Opens, writing: Opens, clock: Callable[[], float] = time.monotonic) -> None:
        self._reading = reading
        self._writing = writing
        self._clock = clock
        self._holder = uuid.uuid4().hex
        self._held: set[str] = set()
        self._changing = threading.Lock()
        self._closed = threading.Event()
        self._beating: threading.Thread | None = None

    @contextmanager
    def held(self, conversation_id: str, patience: float) -> Iterator[None]:
        """Be the only one, of all processes, who answers in a conversation.

        The threads of one process must be put in order before. Raises ConversationBusy after `patience` seconds, and
        StoreError.
        """
        self._take(conversation_id, patience)
        try:
            yield
        finally:
            with self._changing:
                self._held.discard(conversation_id)
            # A lease that cannot be given back has no more beats: others wait some seconds for it, this process not.
            with suppress(StoreError), self._writing() as session:
                session.connection().execute(delete(LeaseRow).where(*self._mine(conversation_id)))

    def close(self) -> None:
        """End the beating."""
        self._closed.set()
        if self._beating is not None:
            self._beating.join()

    def _take(self, conversation_id: str, patience: float) -> None:
        # Mostly nobody has it, so it is tried before it is looked for.
        if not self._took(conversation_id, None):
            self._wait(conversation_id, patience)
        with self._changing:
            self._held.add(conversation_id)
            self._beat_on()

    def _wait(self, conversation_id: str, patience: float) -> None:
        began = since = self._clock()
        seen: tuple[str, int] | None = None
        while True:
            now = self._clock()
            found = self._seen(conversation_id)
            if found != seen:
                seen, since = found, now
            # One of our own was left behind: nobody here answers in the conversation, or we would not be asked.
            free = found is None or found[0] == self._holder or now - since > STALE
            if free and self._took(conversation_id, found):
                return
            if now - began > patience:
                raise ConversationBusy("The message before this one is still being answered; try again in a moment.")
            self._closed.wait(LOOK)

    def _seen(self, conversation_id: str) -> tuple[str, int] | None:
        query = select(LeaseRow.holder, LeaseRow.beat).where(LeaseRow.conversation_id == conversation_id)
        with self._reading() as session:
            row = session.exec(query).first()
        return (row[0], row[1]) if row else None

    def _took(self, conversation_id: str, found: tuple[str, int] | None) -> bool:
        """Take the lease if it is still as it was found."""
        try:
            with self._writing() as session:
                connection = session.connection()
                if found is None:
                    values = {"conversation_id": conversation_id, "holder": self._holder, "beat": 0}
                    connection.execute(insert(LeaseRow).values(**values))
                    return True
                was = (
                    col(LeaseRow.conversation_id) == conversation_id,
                    col(LeaseRow.holder) == found[0],
                    col(LeaseRow.beat) == found[1],
                )
                taken = connection.execute(update(LeaseRow).where(*was).values(holder=self._holder, beat=0))
                return bool(taken.rowcount)
        except IntegrityError:
            return False  # Another came first.

    def _beat_on(self) -> None:
        if self._beating is None:
            self._beating = threading.Thread(target=self._beat, name="palate-leases", daemon=True)
            self._beating.start()

    def _beat(self) -> None:
        while not self._closed.wait(BEAT):
            with self._changing:
                held = list(self._held)
            if held:
                try:
                    with self._writing() as session:
                        mine = (col(LeaseRow.holder) == self._holder, col(LeaseRow.conversation_id).in_(held))
                        session.connection().execute(update(LeaseRow).where(*mine).values(beat=LeaseRow.beat + 1))
                except StoreError as error:
                    _log.warning("The leases could not be renewed: %s", error)

    def _mine(self, conversation_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return col(LeaseRow.conversation_id) == conversation_id, col(LeaseRow.holder) == self._holder
