"""What a service does for a store on its own: deliver hand-overs, let old conversations go."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from palate.errors import PalateError
from palate.handover.delivering import Deliverer
from palate.personal.retention import expire
from palate.settings import Settings
from palate.store.store import Store

EVERY = 3600.0
"""Seconds between two looks for conversations that are too old."""

_log = logging.getLogger(__name__)


class Tending:
    """Of one store. Several processes may tend it at once."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Nothing runs before `start`. Raises InputError where the address for hand-overs is none."""
        self._store = store
        self._settings = settings
        self._deliverer = Deliverer.of(store, settings)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._tend, name="palate-tending", daemon=True)

    def start(self) -> None:
        """From now on."""
        if self._deliverer is not None:
            self._deliverer.start()
        if self._settings.keep_days is not None:
            self._thread.start()

    def close(self) -> None:
        """End."""
        self._closing.set()
        if self._deliverer is not None:
            self._deliverer.close()
        if self._thread.is_alive():
            self._thread.join()

    def _tend(self) -> None:
        while True:
            try:
                expire(self._store, self._settings, datetime.now(UTC))
            except PalateError as error:
                _log.warning("Old conversations could not be deleted: %s", error)
            if self._closing.wait(EVERY):
                return
