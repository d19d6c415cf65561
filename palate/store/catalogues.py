"""The list of catalogues: versions, and what changed since one."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update
from sqlmodel import Session, col

from palate.domain import Schema
from palate.errors import UnknownCatalogue
from palate.store.items import read_items
from palate.store.records import CatalogueInfo, Changes
from palate.store.schemas import schema_from_json, schema_to_json
from palate.store.tables import CatalogueRow, RemovedRow


class Part(StrEnum):
    """A part of a catalogue that has a version of its own."""

    SCHEMA = "schema_version"
    HISTORIES = "histories_version"
    TRIPLES = "triples_version"
    ALIASES = "aliases_version"


def info(session: Session, name: str) -> CatalogueInfo:
    """What is known of a catalogue. Raises UnknownCatalogue."""
    row = session.get(CatalogueRow, name)
    if row is None:
        raise unknown(session, name)
    return _info(row)


def infos(session: Session) -> list[CatalogueInfo]:
    """Every catalogue, by name."""
    rows = session.scalars(select(CatalogueRow).order_by(col(CatalogueRow.name))).all()
    return [_info(row) for row in rows]


def version(session: Session, name: str) -> int:
    """The version of a catalogue. Raises UnknownCatalogue."""
    found = session.scalar(select(col(CatalogueRow.version)).where(col(CatalogueRow.name) == name))
    if found is None:
        raise unknown(session, name)
    return found


def unknown(session: Session, name: str) -> UnknownCatalogue:
    """The error for a name that is not there, with those that are."""
    names = session.scalars(select(col(CatalogueRow.name)).order_by(col(CatalogueRow.name))).all()
    there = f"there are {', '.join(names)}" if names else "there is none yet"
    return UnknownCatalogue(
        f"No catalogue is called {name!r}; {there}. Bring one in with: palate import PATH --name {name}"
    )


def changes(session: Session, name: str, since: int) -> Changes:
    """What became of a catalogue after version `since`. Raises UnknownCatalogue."""
    row = session.get(CatalogueRow, name)
    if row is None:
        raise unknown(session, name)
    if row.version <= since:
        return Changes(row.version)
    removed = select(col(RemovedRow.item_id)).where(
        col(RemovedRow.catalogue) == name, col(RemovedRow.version) > since
    )
    return Changes(
        row.version,
        tuple(read_items(session.connection(), name, since)),
        tuple(session.scalars(removed.order_by(col(RemovedRow.item_id)))),
        row.schema_version > since,
        row.histories_version > since,
        row.triples_version > since,
        row.aliases_version > since,
    )


def raise_version(connection: Connection, name: str, part: Part | None = None) -> int:
    """Count one version further, also for `part`, and return it; the catalogue is there."""
    further = col(CatalogueRow.version) + 1
    parts = {"version": further} | ({part.value: further} if part else {})
    raised = update(CatalogueRow).where(col(CatalogueRow.name) == name).values(**parts)
    return int(connection.execute(raised.returning(col(CatalogueRow.version))).scalar_one())


def put(
    connection: Connection, name: str, schema: Schema, fingerprint: str, folder: str, *, size: int, changed: bool
) -> int:
    """Write the catalogue's own row and return its version, a new one where its items or its schema changed."""
    cells = schema_to_json(schema)
    said = {"fingerprint": fingerprint, "folder": folder, "size": size, "loaded_at": datetime.now(UTC)}
    old = connection.execute(
        select(col(CatalogueRow.description), col(CatalogueRow.version)).where(col(CatalogueRow.name) == name)
    ).first()
    if old is None:
        parts = {part.value: 1 if part is Part.SCHEMA else 0 for part in Part}
        connection.execute(insert(CatalogueRow).values(name=name, description=cells, version=1, **parts, **said))
        return 1
    renewed = schema_from_json(old.description) != schema
    connection.execute(update(CatalogueRow).where(col(CatalogueRow.name) == name).values(description=cells, **said))
    if renewed:
        return raise_version(connection, name, Part.SCHEMA)
    return raise_version(connection, name) if changed else int(old.version)


def _info(row: CatalogueRow) -> CatalogueInfo:
    return CatalogueInfo(
        row.name,
        schema_from_json(row.description),
        row.fingerprint,
        row.folder,
        row.size,
        row.version,
        row.loaded_at,
    )
