"""Making a backup while palate serves."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePosixPath

from palate.backup.archive import Writing, is_backup, writing
from palate.backup.manifest import NAME, Manifest, TableEntry, file_name, is_kept, rows_name
from palate.errors import BackupError
from palate.settings import Settings
from palate.store.database import HEAD
from palate.store.rowlines import TableLines, tables_of
from palate.store.store import Store

_CHUNK = 1 << 22
"""Bytes of rows in one member of the archive."""


def back_up(
    settings: Settings, path: Path, *, replace: bool = False, say: Callable[[str], None] = lambda line: None
) -> Manifest:
    """Write everything that cannot be made again to `path`: the store as it is at one moment, and files beside it.

    Nobody waits meanwhile. Where it fails, nothing is left behind. Raises BackupError where `path` is taken, and
    StoreError.
    """
    if path.exists() and not replace:
        raise BackupError(f"{path} is there already. Choose another name, or replace it with --replace.")
    with Store.open(settings) as store:
        try:
            with writing(path) as archive:
                return _write(archive, store, say)
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            why = "there is no room left" if full else f"{error.strerror}: {error.filename or path}"
            raise BackupError(
                f"The backup cannot be written to {path} ({why}); nothing of it was left there. "
                "Free some space, or choose another place."
            ) from error


def _write(archive: Writing, store: Store, say: Callable[[str], None]) -> Manifest:
    tables = {}
    with store.database.reading() as session:
        connection = session.connection()
        for table in tables_of(connection):
            tables[table.name] = _rows(archive, table)
            say(f"{table.name}: {tables[table.name].rows:,}")
        database = connection.dialect.name
    for within in _files(store.folder):
        archive.add_file(file_name(within), store.folder / within)
    version, now = metadata.version("palate"), datetime.now(UTC).isoformat()
    manifest = Manifest(version, HEAD, database, now, tables, dict(archive.members))
    archive.add(NAME, manifest.to_json())
    return manifest


def _rows(archive: Writing, table: TableLines) -> TableEntry:
    number = 0
    lines: list[bytes] = []
    size = part = 0
    for line in table.lines:
        lines.append(line.encode("utf-8", "replace"))
        size += len(lines[-1])
        number += 1
        if size >= _CHUNK:
            archive.add(rows_name(table.name, part), b"\n".join(lines))
            lines, size, part = [], 0, part + 1
    if lines:
        archive.add(rows_name(table.name, part), b"\n".join(lines))
    return TableEntry(table.columns, number, table.last_id)


def _files(folder: Path) -> Iterator[PurePosixPath]:
    """The files of the data folder to keep, without other backups that lie there."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if is_kept(_within(folder, here / name)))
        for path in (here / name for name in sorted(names)):
            if is_kept(_within(folder, path)) and path.is_file() and not path.is_symlink() and not is_backup(path):
                yield _within(folder, path)


def _within(folder: Path, path: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(folder).as_posix())
