"""One fault from beginning to end, and what is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.faults.checking import Findings, checked
from tests.faults.faults import Fault
from tests.faults.sizes import Size
from tests.faults.talking import DRAIN, Crowd
from tests.faults.worlds import World


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the table."""

    fault: str
    found: Findings
    again: tuple[float, ...]
    """Seconds from when the cause was gone to the first acknowledged turn, a round each."""
    well: tuple[float, ...]
    """The same until all that palate had is there again, such as the vectors."""
    tracebacks: int
    """In the service's log."""

    def row(self) -> Mapping[str, object]:
        """As it is printed."""
        found = self.found
        errors = ", ".join(f"{code} x {number}" for code, number in sorted(found.errors.items()))
        return {
            "fault": self.fault,
            "turns": found.turns,
            "feedback": found.feedback,
            "lost": len(found.lost),
            "doubled": len(found.doubled),
            "out of order": len(found.disordered),
            "broken": len(found.broken),
            "never taken": len(found.refused) + len(found.unanswered),
            "500s": len(found.leaks),
            "tracebacks in the log": self.tracebacks,
            "told": errors or "-",
            "seconds until again": " / ".join(f"{seconds:.1f}" for seconds in self.again),
            "until all is well": " / ".join(f"{seconds:.1f}" for seconds in self.well),
        }


def suffered(fault: Fault, one: World, size: Size) -> Outcome:
    """Let people talk, strike, mend, see when service is there again; then check everything."""
    again: list[float] = []
    wells: list[float] = []
    before = one.service.tracebacks()
    name = "".join(ch if ch.isalnum() else "-" for ch in fault.name)
    crowd = Crowd(name, size.people, one.client, think=size.think, leaves=fault.leaves)
    crowd.start()
    try:
        for _ in range(size.rounds):
            crowd.talk(size.before, size.people // 2)
            struck = time.monotonic()
            fault.strike(one)
            time.sleep(size.during)
            _until(lambda now=struck: fault.felt(one, crowd, now), "Nobody noticed.")  # type: ignore[misc]
            fault.mend(one)
            mended = time.monotonic()
            again.append(_first(crowd, mended, fault.mode) - mended)
            _until(lambda: fault.well(one), "Not all of it has come back.")
            wells.append(time.monotonic() - mended)
            crowd.talk(size.after, size.people // 2)
    finally:
        crowd.hush()
    with one.client() as client:
        found = checked(crowd.heard, one.settings, client)
    return Outcome(fault.told(one), found, tuple(again), tuple(wells), one.service.tracebacks() - before)


def _first(crowd: Crowd, mended: float, mode: str) -> float:
    """When the first turn was acknowledged after the cause was gone, of the mode that is wanted."""

    def moments() -> list[float]:
        return [told.at for told in crowd.told() if told.at > mended and told.mode == (mode or told.mode)]

    _until(lambda: bool(moments()), "Service does not come back.")
    return min(moments())


def _until(true: Callable[[], bool], otherwise: str) -> None:
    """Wait until it is so. Raises RuntimeError after a minute and a half."""
    until = time.monotonic() + DRAIN
    while not true():
        if time.monotonic() > until:
            raise RuntimeError(otherwise)
        time.sleep(0.05)
