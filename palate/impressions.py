"""Slates that belong to no conversation, kept many at a time: all that came while the last were written."""

from __future__ import annotations

import logging
import queue
import threading
from concurrent.futures import Future

from palate.errors import StoreError
from palate.store.records import StoredSlate
from palate.store.store import Store

BATCH = 500
"""Slates a transaction."""

_log = logging.getLogger(__name__)


class Impressions:
    """Writes slates in a thread of its own; whoever shows one waits until it is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: queue.SimpleQueue[tuple[StoredSlate, Future[bool]] | None] = queue.SimpleQueue()
        self._beginning = threading.Lock()
        self._writer: threading.Thread | None = None

    def keep(self, slate: StoredSlate) -> bool:
        """Whether the slate is kept now. Raises nothing: a slate that cannot be kept can still be shown."""
        with self._beginning:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="palate-impressions", daemon=True)
                self._writer.start()
        done: Future[bool] = Future()
        self._waiting.put((slate, done))
        return done.result()

    def close(self) -> None:
        """Write what waits, and end."""
        if self._writer is not None:
            self._waiting.put(None)
            self._writer.join()

    def _write(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, ending = [first], False
            while len(batch) < BATCH and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    ending = True
                    break
                batch.append(following)
            kept = self._kept([slate for slate, _ in batch])
            for _, done in batch:
                done.set_result(kept)
            if ending:
                return

    def _kept(self, slates: list[StoredSlate]) -> bool:
        try:
            self._store.slates.add(slates)
        except StoreError as error:
            _log.warning("%d slates could not be kept: %s", len(slates), error)
            return False
        except Exception:
            # Whoever waits must hear of it, whatever it is; the writer lives on.
            _log.exception("%d slates could not be kept.", len(slates))
            return False
        return True
