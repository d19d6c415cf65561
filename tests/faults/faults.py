"""The faults: what each breaks, how it is mended, and in which world."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from tests.faults.parts import WANTED as FAKETIME
from tests.faults.parts import library
from tests.faults.talking import Crowd
from tests.faults.worlds import Opening, World, alone, shared
from tests.postgres import WANTED, programs

HOUR = 3600


class Fault(ABC):
    """Something that goes wrong while people talk, and is mended."""

    name: ClassVar[str]
    world: ClassVar[Opening] = alone
    mode: ClassVar[str] = ""
    """Of the first turn that shows that all is well again; empty: any turn does."""
    leaves: ClassVar[float] = 0.0
    """Share of streams that people leave in the middle."""

    @abstractmethod
    def strike(self, one: World) -> None:
        """Break it."""

    @abstractmethod
    def mend(self, one: World) -> None:
        """Take the cause away; what palate has to do itself is not done here."""

    def felt(self, one: World, crowd: Crowd, since: float) -> bool:
        """Whether what was broken at that moment of the monotonic clock has been noticed by somebody."""
        return True

    def well(self, one: World) -> bool:
        """Whether palate has come back to all that it had; turns alone are looked at elsewhere."""
        return True

    def missing(self) -> str:
        """What has to be installed for it; empty: nothing."""
        return ""

    def told(self, one: World) -> str:
        """How it is called in the table."""
        return self.name


class ModelKilled(Fault):
    """The model server dies and comes back."""

    name = "model server killed"
    mode = "llm"

    def strike(self, one: World) -> None:
        one.model.stop(signal.SIGKILL)

    def mend(self, one: World) -> None:
        one.model.start()

    def felt(self, one: World, crowd: Crowd, since: float) -> bool:
        return any(told.sent > since and told.mode == "fallback" for told in crowd.told())


class ServiceKilled(Fault):
    """The service dies and is started at once, as a supervisor does it."""

    name = "service killed (SIGKILL)"

    def strike(self, one: World) -> None:
        one.service.stop(signal.SIGKILL)
        one.service.launch()

    def mend(self, one: World) -> None:
        """It is on its way."""


class ClientGone(Fault):
    """Half of all streams are left in the middle, and the same is sent again."""

    name = "client gone mid-stream"
    leaves = 0.5

    def strike(self, one: World) -> None:
        """Nothing but what people do all the time here."""

    def mend(self, one: World) -> None:
        """Nothing was broken."""


class DiskFull(Fault):
    """No byte more can be written where the store is."""

    name = "disk full"

    def strike(self, one: World) -> None:
        assert one.disk is not None
        one.disk.fill(one.service.pid)

    def mend(self, one: World) -> None:
        assert one.disk is not None
        one.disk.empty(one.service.pid)

    def felt(self, one: World, crowd: Crowd, since: float) -> bool:
        return crowd.errors() > 0

    def told(self, one: World) -> str:
        assert one.disk is not None
        return f"{self.name} ({one.disk.how})"


class ClockJump(Fault):
    """The wall clock jumps an hour ahead and then two back: an hour behind the real time."""

    name = "clock jump, +1 h and -2 h"

    def strike(self, one: World) -> None:
        assert one.clock is not None
        one.clock.jump(HOUR)

    def mend(self, one: World) -> None:
        assert one.clock is not None
        one.clock.jump(-HOUR)

    def felt(self, one: World, crowd: Crowd, since: float) -> bool:
        said = next((heard for heard in crowd.heard if any(turn.told for turn in heard.turns[-1:])), None)
        if said is None:
            return False
        with one.client() as client:
            turns = client.get(f"/v1/conversations/{said.conversation}").json()
        return bool(datetime.fromisoformat(turns[-1]["at"]) > datetime.now(UTC) + timedelta(minutes=30))

    def missing(self) -> str:
        return "" if library() else FAKETIME


class PostgresRestarted(Fault):
    """The database server dies as in a crash and comes back."""

    name = "PostgreSQL restarted"
    world = shared

    def strike(self, one: World) -> None:
        assert one.postgres is not None
        one.postgres.stop(signal.SIGQUIT)

    def mend(self, one: World) -> None:
        assert one.postgres is not None
        one.postgres.start()

    def missing(self) -> str:
        return "" if programs() else WANTED


class ChromaKilled(PostgresRestarted):
    """The vectors' server dies and comes back."""

    name = "Chroma server killed"

    def strike(self, one: World) -> None:
        assert one.chroma is not None
        one.chroma.stop(signal.SIGKILL)

    def mend(self, one: World) -> None:
        assert one.chroma is not None
        one.chroma.start()

    def felt(self, one: World, crowd: Crowd, since: float) -> bool:
        return sum(told.sent > since for told in crowd.told()) >= 5 and not one.service.vectors()

    def well(self, one: World) -> bool:
        return one.service.vectors()


FAULTS: tuple[type[Fault], ...] = (
    ModelKilled,
    DiskFull,
    ClockJump,
    ClientGone,
    ServiceKilled,
    PostgresRestarted,
    ChromaKilled,
)
