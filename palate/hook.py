"""Calling the hook that takes over what palate cannot do, without ever waiting long for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from palate.tools.keeping import HandOver

Hook: TypeAlias = Callable[[HandOver], str | None]
"""Takes a message over; what it returns is shown to the person, None or empty text: palate answers for itself."""

PATIENCE = 3.0
"""Seconds that a turn waits for a hook."""
LONGEST = 500
"""Characters of a hook's answer that are shown."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a hand-over."""

    outcome: str
    """`nobody` (there is no hook), `answered`, `silent`, `failed` or `late`."""
    answer: str = ""
    """The line to show; empty unless `answered`."""


class _Call(threading.Thread):
    """One call of a hook; it goes on by itself when nobody waits any more."""

    def __init__(self, hook: Hook, case: HandOver) -> None:
        super().__init__(name="palate-hand-over", daemon=True)
        self._hook, self._case = hook, case
        self.handed: Handed | None = None

    def run(self) -> None:
        """Call the hook; whatever it raises is logged, since it is not palate's own."""
        try:
            said = self._hook(self._case)
        except Exception:
            _log.exception("The hook for hand-overs failed.")
            self.handed = Handed("failed")
            return
        answer = said.strip()[:LONGEST] if isinstance(said, str) else ""
        self.handed = Handed("answered", answer) if answer else Handed("silent")


def hand(hook: Hook | None, case: HandOver, patience: float = PATIENCE) -> Handed:
    """Call `hook` and wait at most `patience` seconds. Raises nothing."""
    if hook is None:
        return Handed("nobody")
    call = _Call(hook, case)
    call.start()
    call.join(patience)
    if call.handed is None:
        _log.warning("The hook for hand-overs did not answer within %g s.", patience)
        return Handed("late")
    return call.handed
