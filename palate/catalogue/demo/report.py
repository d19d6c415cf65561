"""What happened to each row while a catalogue was brought in."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from palate.domain import Item


class Action(StrEnum):
    """What was done to a row."""

    MENDED = "mended"
    """A value that was plainly broken was put right or left out; the item is in the catalogue."""
    SET_ASIDE = "set aside"
    """The row is not in the catalogue."""
    NOTED = "noted"
    """Something is odd, nothing was changed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was done to one row."""

    item_id: str
    title: str
    action: Action
    field: str
    """The column it is about."""
    reason: str
    before: str = ""
    after: str = ""
    """What the value became; empty when it was left out."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many rows came in, and what became of them."""

    fingerprint: str
    """Of the source and the rules it was read by."""
    came_in: int
    """Rows of the source."""
    findings: tuple[Finding, ...] = ()

    @property
    def mended(self) -> int:
        """Rows with at least one mended value."""
        return self._rows(Action.MENDED)

    @property
    def set_aside(self) -> int:
        """Rows that are not in the catalogue."""
        return self._rows(Action.SET_ASIDE)

    @property
    def kept(self) -> int:
        """Items of the catalogue."""
        return self.came_in - self.set_aside

    @property
    def reasons(self) -> Mapping[str, int]:
        """How often each reason was given, the most frequent first."""
        counts = Counter(f"{finding.action}: {finding.reason}" for finding in self.findings)
        return dict(counts.most_common())

    def summary(self) -> str:
        """Say the counts in one plain line."""
        counts = (f"{self.mended:,} mended", f"{self.set_aside:,} set aside", f"{self.kept:,} kept")
        return f"{self.came_in:,} rows came in: {', '.join(counts)}."

    def write(self, path: Path) -> None:
        """Write the summary, then one finding a line, as JSON lines. Raises OSError."""
        head = {
            "fingerprint": self.fingerprint,
            "came_in": self.came_in,
            "mended": self.mended,
            "set_aside": self.set_aside,
            "kept": self.kept,
            "reasons": self.reasons,
        }
        lines = [head, *(asdict(finding) for finding in self.findings)]
        # Written beside and moved into place, so that a reader never meets half a report.
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            part.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    @classmethod
    def read(cls, path: Path) -> LoadReport:
        """Read what `write` wrote. Raises OSError, or ValueError when the file is something else."""
        try:
            head, *lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            found = tuple(Finding(**{**line, "action": Action(line["action"])}) for line in lines)
            return cls(head["fingerprint"], head["came_in"], found)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is not a load report") from error

    def _rows(self, action: Action) -> int:
        # A row set aside for having an id twice shares that id with the row that was kept, hence the two rules.
        found = [finding.item_id for finding in self.findings if finding.action is action]
        return len(found) if action is Action.SET_ASIDE else len(set(found))


@dataclass(frozen=True, slots=True)
class Reading:
    """A catalogue that has been read, and how that went."""

    items: tuple[Item, ...]
    report: LoadReport
