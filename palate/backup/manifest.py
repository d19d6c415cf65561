"""What is in a backup, as its last member tells it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from palate.errors import BackupError

NAME = "manifest.json"
FORMAT = 1
_ROWS = re.compile(r"tables/([a-z][a-z0-9_]*)/[0-9]{6}\.jsonl")
_SKIPPED = {"vectors", "tenants", "logs", "palate.db", "embeddings.db"}
"""The store itself, what is made again from it, and other people's: each tenant is backed up by itself."""
_ENDINGS = ("-wal", "-shm", "-journal", ".lock", ".log", ".new", ".tmp")


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table of the store."""

    columns: tuple[str, ...]
    rows: int
    last_id: int
    """The last number that its rows were given; 0 where they have none."""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A member of the archive."""

    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that must be there, no more and no less."""

    palate: str
    """The version that made it."""
    migration: str
    database: str
    """`sqlite` or `postgresql`; either can be restored into either."""
    made_at: str
    """ISO 8601 in UTC."""
    tables: Mapping[str, TableEntry]
    members: Mapping[str, MemberEntry]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables.values())

    @property
    def files(self) -> tuple[str, ...]:
        """The files beside the store, by their paths within the data folder."""
        return tuple(path for path in map(file_of, self.members) if path is not None)

    def to_json(self) -> bytes:
        """As the archive has it."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read it. Raises BackupError."""
        try:
            told: dict[str, Any] = json.loads(text)
            if told.pop("format") != FORMAT:
                raise BackupError("The backup is of a newer palate. Upgrade palate to restore it.")
            tables = {
                name: TableEntry(tuple(map(str, cells["columns"])), int(cells["rows"]), int(cells["last_id"]))
                for name, cells in told.pop("tables").items()
            }
            members = {name: MemberEntry(**cells) for name, cells in told.pop("members").items()}
            return cls(tables=tables, members=members, **told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError(f"The backup's table of contents cannot be read ({error!r}).") from error


def rows_name(table: str, number: int) -> str:
    """The member that has so many thousand rows of a table."""
    return f"tables/{table}/{number:06}.jsonl"


def table_of(member: str) -> str | None:
    """The table whose rows a member has; None where it has none."""
    found = _ROWS.fullmatch(member)
    return found[1] if found else None


def file_name(path: PurePosixPath) -> str:
    """The member that a file of the data folder is."""
    return f"files/{path}"


def file_of(member: str) -> str | None:
    """The path within the data folder that a member has; None where it is no such file.

    Only one that `is_kept`: nothing outside the folder, and never the store itself.
    """
    start, _, rest = member.partition("/")
    path = PurePosixPath(rest)
    return rest if start == "files" and rest == str(path) and is_kept(path) else None


def is_kept(path: PurePosixPath) -> bool:
    """Whether a file of the data folder, by its path within it, cannot be made again and so is backed up."""
    parts = path.parts
    return (
        bool(parts)
        and not path.is_absolute()
        and parts[0] not in _SKIPPED
        and not parts[0].startswith("replaced-")
        and not any(part.startswith(".") or "\\" in part or "\0" in part or ":" in part for part in parts)
        and not path.name.endswith(_ENDINGS)
    )
