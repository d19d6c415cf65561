"""The rows that could not be used, in a file of their own beside the store."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from palate.store.faults import in_plain_words

MOST = 100_000
"""Lines that are written; the counts go on."""
LONGEST = 20_000
"""Characters of a row that are written."""


class Rejects:
    """Writes one JSON object a line: `line`, `reason`, `used` (whether the rest of the row was), and the `row`.

    The file takes its place when the import ends well, and replaces that of the import before; without a reject there
    is none.
    """

    def __init__(self, folder: Path, name: str, kind: str) -> None:
        self.path = folder / "imports" / f"{quote(name, safe='')}-{kind}-rejects.jsonl"
        self.rejected = 0
        """Rows that were not used."""
        self.noted = 0
        """Rows of which a part was not used."""
        self.reasons: Counter[str] = Counter()
        self._part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("w", encoding="utf-8", errors="replace")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._file.close()
        if error is None and self.rejected + self.noted:
            self._part.replace(self.path)
        else:
            self._part.unlink(missing_ok=True)
            if error is None:
                self.path.unlink(missing_ok=True)

    def reject(self, line: int, reason: str, row: Mapping[str, Any] | str) -> None:
        """Keep a row that is not used."""
        self.rejected += 1
        self._write(line, reason, row, used=False)

    def note(self, line: int, reason: str, row: Mapping[str, Any] | str) -> None:
        """Keep a row of which a part is not used."""
        self.noted += 1
        self._write(line, reason, row, used=True)

    def _write(self, line: int, reason: str, row: Mapping[str, Any] | str, *, used: bool) -> None:
        self.reasons[_kind_of(reason)] += 1
        if self.rejected + self.noted > MOST:
            return
        cells: Any = row if isinstance(row, str) else dict(row)
        text = json.dumps(
            {"line": line, "reason": reason, "used": used, "row": cells}, ensure_ascii=False, default=str
        )
        if len(text) > LONGEST:
            cut = str(cells)[:LONGEST]
            text = json.dumps({"line": line, "reason": reason, "used": used, "row": cut}, ensure_ascii=False)
        self._file.write(f"{text}\n")


def _kind_of(reason: str) -> str:
    """A reason without what is particular to one row."""
    head, quoted, rest = reason.partition("'")
    return f"{head}…{rest.rpartition(chr(39))[2]}" if quoted else reason


def rejected_of(folder: Path, user_id: str) -> list[dict[str, Any]]:
    """The rows of histories that were set aside and name a person, from all imports into a data folder."""
    return [
        told
        for path in _files(folder)
        for line in path.read_text("utf-8", "replace").splitlines()
        if _names(told := json.loads(line), user_id)
    ]


def forget_rejected(folder: Path, user_id: str) -> int:
    """Take these rows out of the files; tell how many. Raises StoreError."""
    forgotten = 0
    for path in _files(folder):
        lines = path.read_text("utf-8", "replace").splitlines(keepends=True)
        kept = [line for line in lines if not _names(json.loads(line), user_id)]
        if len(kept) < len(lines):
            forgotten += len(lines) - len(kept)
            part = path.with_name(f"{path.name}.{os.getpid()}.part")
            with in_plain_words(path):
                part.write_text("".join(kept), "utf-8")
                part.replace(path)
    return forgotten


def _files(folder: Path) -> list[Path]:
    return sorted((folder / "imports").glob("*-history-rejects.jsonl"))


def _names(told: Mapping[str, Any], user_id: str) -> bool:
    """Whether a row names a person; one that was cut, or could not be read, does where their id is anywhere in it."""
    row = told["row"]
    return user_id in row if isinstance(row, str) else user_id in {str(cell).strip() for cell in row.values()}
