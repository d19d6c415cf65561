"""Delivering hand-overs: one thread that empties the outbox, as long as it takes and across restarts."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from palate.errors import StoreError
from palate.handover.posting import Poster
from palate.handover.schedule import wait_after
from palate.settings import Settings
from palate.store.outbox import DELIVERED, FAILED, Delivery
from palate.store.store import Store

POLL = 1.0
"""Seconds between two looks at the outbox."""

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Deliverer:
    """Delivers what is in one store's outbox. Several may do so at once, in any number of processes."""

    def __init__(
        self,
        store: Store,
        poster: Poster,
        *,
        clock: Callable[[], datetime] = _now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Nothing is delivered before `start`. `clock` tells the time, `chance` spreads the attempts."""
        self._store = store
        self._poster = poster
        self._clock = clock
        self._chance = chance
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="palate-deliveries", daemon=True)

    @classmethod
    def of(cls, store: Store, settings: Settings) -> Deliverer | None:
        """As it is set; None where there is no address to deliver to. Raises InputError."""
        poster = Poster.of(settings)
        return cls(store, poster) if poster is not None else None

    def start(self) -> None:
        """Deliver from now on, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """End after the attempt that is under way; what is left is delivered after the next start."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        self._poster.close()

    def once(self) -> int:
        """Try everything that is due once; tells how many attempts that were. Raises StoreError."""
        attempts = 0
        for delivery in self._store.outbox.due(self._clock()):
            if self._closing.is_set():
                break
            taken = self._store.outbox.take(delivery, self._clock())
            if taken is not None:
                self._attempt(taken)
                attempts += 1
        return attempts

    def _attempt(self, taken: Delivery) -> None:
        posted = self._poster.post(taken.id, taken.payload, self._clock())
        now, attempts = self._clock(), taken.attempts + 1
        became = replace(taken, attempts=attempts, last_error=posted.error)
        if posted.delivered:
            became = replace(became, status=DELIVERED, delivered_at=now)
        elif (wait := wait_after(attempts, self._chance) if posted.again else None) is not None:
            became = replace(became, next_at=now + wait)
        else:
            became = replace(became, status=FAILED)
            _log.error("The hand-over %s was given up after %d attempts: %s", taken.id, attempts, posted.error)
        self._store.outbox.settle(taken, became)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                busy = self.once() > 0
            except StoreError as error:
                _log.warning("The outbox cannot be read or written now: %s", error)
                busy = False
            except Exception:
                # Whatever it is, what is queued stays queued and is tried again.
                _log.exception("Delivering hand-overs failed.")
                busy = False
            if not busy:
                self._closing.wait(POLL)
