"""Saying in plain words why the data folder cannot be read or written."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from palate.errors import StoreError

_SQLITE = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
}
_SYSTEM = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read-only",
    errno.EACCES: "read-only",
    errno.EPERM: "read-only",
}
_SAYINGS = {
    "full": "There is no room left for {path}. Free some space, or set PALATE_DATA_DIR to a folder on another disk.",
    "read-only": "{path} may not be written. Give yourself the right to write there, or set PALATE_DATA_DIR to "
    "another folder.",
    "damaged": "{path} is damaged, or is no database. It has been left as it is: move it away to start afresh, or "
    "put a copy of it back.",
    "busy": "{path} is being written by another program and does not come free. Close that program and try again.",
}
_OTHERWISE = (
    "{path} cannot be used ({detail}). See that the folder exists and can be written, or set PALATE_DATA_DIR."
)


def fault(kind: str, path: Path, detail: object = "") -> StoreError:
    """Make the error for `full`, `read-only`, `damaged`, `busy` or anything else."""
    return StoreError(_SAYINGS.get(kind, _OTHERWISE).format(path=path, detail=detail))


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn what SQLite or the system says about `path` into a StoreError; a fault of our own stays what it is."""
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error.orig, sqlite3.OperationalError) and not _kind(error.orig):
            raise
        raise fault(_kind(error.orig), path, error.orig) from error
    except (sqlite3.Error, OSError) as error:
        raise fault(_kind(error), path, error) from error


def _kind(error: BaseException | None) -> str:
    if isinstance(error, sqlite3.Error):
        # The low byte is the kind of failure, the rest its variant; Python's own errors have no code.
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
    return _SYSTEM.get(error.errno or 0, "") if isinstance(error, OSError) else ""
