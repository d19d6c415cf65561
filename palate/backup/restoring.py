"""Putting a backup back while palate serves.

Everything is read and compared first. Then the rows go into a second database beside the live one, at the migration
they were made at, and are brought forward there; files go beside those they replace. Only then is anything changed:
the second database takes the first one's place in one transaction, and the files theirs.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import col

from palate.backup import archive
from palate.backup.manifest import Manifest
from palate.errors import BackupError, StoreError
from palate.settings import Settings
from palate.store.aside import Aside, aside
from palate.store.catalogues import Part
from palate.store.faults import in_plain_words
from palate.store.migrating import known
from palate.store.rowlines import fill, go_on_from, reflected
from palate.store.store import Store
from palate.store.tables import CatalogueRow

_REPLACED = ("rules", "models")
"""Folders whose files all speak of the store; those that the backup does not have would speak of another one."""
_RESTORE = ":restore"
"""What the lock is called under which one restores at a time; no catalogue can have this name."""


def restore(
    settings: Settings, path: Path, *, replace: bool = False, say: Callable[[str], None] = lambda line: None
) -> Manifest:
    """Put back what `back_up` wrote; processes that serve take it over by themselves.

    A backup of SQLite can be put into PostgreSQL, and the other way round. Raises BackupError where it is none, not
    whole or of a newer palate, or where the store has something in it and `replace` is not said; and StoreError. Then
    nothing has changed.
    """
    manifest = archive.check(path)
    if not known(manifest.migration):
        raise BackupError(f"{path} was made by a newer palate ({manifest.palate}). Upgrade palate to restore it.")
    with Store.open(settings) as store, store.importing(_RESTORE), ExitStack() as stack:
        if not replace and _used(store):
            raise BackupError(f"{store.database.where} has something in it. Replace all of it with --replace.")
        second = stack.enter_context(aside(store.database, manifest.migration))
        files = stack.enter_context(_staged(path, store.folder))
        with store.database.in_plain_words():
            try:
                _fill(second, path, manifest, say)
            except (IntegrityError, DataError) as error:
                raise BackupError(f"The rows in {path} do not fit together ({error.orig}). Use another.") from error
            second.bring_up()
        with second.engine.connect() as connection:
            names = {*connection.scalars(select(col(CatalogueRow.name))), *(one.name for one in store.catalogues())}
        # An import that compared with what is there now must not write into what will be there.
        for name in sorted(names):
            stack.enter_context(store.importing(name))
        with store.database.in_plain_words(), second.engine.begin() as connection:
            _raise_versions(connection, {one.name: one.version for one in store.catalogues()})
        for name in names:
            store.database.still_importing(name)
        second.take_place()
        _move(store.folder, files)
    return manifest


def _used(store: Store) -> bool:
    with store.database.reading() as session:
        connection = session.connection()
        tables = reflected(connection)
        return any(connection.execute(select(func.count()).select_from(table)).scalar() for table in tables)


def _fill(second: Aside, path: Path, manifest: Manifest, say: Callable[[str], None]) -> None:
    with second.engine.begin() as connection:
        tables = {table.name: table for table in reflected(connection)}
        if unknown := set(manifest.tables) - set(tables):
            raise BackupError(f"{path} has a table {min(unknown)!r} that palate never had; it is damaged.")
        number = dict.fromkeys(manifest.tables, 0)
        for name, lines in archive.rows(path):
            if name not in number:
                raise BackupError(f"{path} is damaged: nothing is told of its table {name!r}.")
            number[name] += fill(connection, tables[name], manifest.tables[name].columns, lines)
        for name, entry in manifest.tables.items():
            if number[name] != entry.rows:
                raise BackupError(f"{path} is damaged: {name} has {number[name]:,} rows and not {entry.rows:,}.")
            go_on_from(connection, tables[name], entry.last_id)
            say(f"{name}: {entry.rows:,}")


def _raise_versions(connection: Connection, live: Mapping[str, int]) -> None:
    """Have every catalogue, and each part of it, be newer than what any process has seen."""
    for name, version in connection.execute(select(col(CatalogueRow.name), col(CatalogueRow.version))).all():
        further = max(int(version), live.get(name, 0)) + 1
        parts = {"version": further} | {part.value: further for part in Part}
        connection.execute(update(CatalogueRow).where(col(CatalogueRow.name) == name).values(**parts))


@contextmanager
def _staged(path: Path, folder: Path) -> Iterator[dict[Path, Path]]:
    """The backup's files, each beside the one it will replace: where it lies, and where it belongs."""
    staged: dict[Path, Path] = {}
    try:
        with in_plain_words(folder):
            for within, file in archive.files(path):
                place = folder / within
                place.parent.mkdir(parents=True, exist_ok=True)
                beside = place.with_name(f".{place.name}.restoring")
                staged[beside] = place
                with beside.open("wb") as copy:
                    shutil.copyfileobj(file, copy)
        yield staged
    finally:
        for beside in staged:
            beside.unlink(missing_ok=True)


def _move(folder: Path, files: Mapping[Path, Path]) -> None:
    """Put the files where they belong; those of before that would speak of another store are set aside."""
    apart = folder / f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    try:
        for start in _REPLACED:
            for old in sorted((folder / start).rglob("*")):
                if old.is_file() and not old.name.startswith(".") and old not in files.values():
                    new = apart / PurePosixPath(old.relative_to(folder).as_posix())
                    new.parent.mkdir(parents=True, exist_ok=True)
                    old.replace(new)
        for beside, place in files.items():
            beside.replace(place)
    except OSError as error:
        raise StoreError(
            f"The store is restored, but not every file beside it ({error}). Make {folder} writable and restore "
            "again."
        ) from error
