"""Writing and reading a catalogue's items in bulk.

An import first compares what comes in with what is there, and spools what differs to a temporary file; nothing is
locked meanwhile, however long the reading takes. Then what differs is written in one short transaction.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

from sqlalchemy import Connection, bindparam, delete, insert, select, text
from sqlmodel import col

from palate.domain import Item, ItemId
from palate.errors import CatalogueError
from palate.store.database import BATCH, batched, storable, to_json
from palate.store.dialects import as_text
from palate.store.records import LoadCounts
from palate.store.tables import ItemRow, RemovedRow

_COLUMNS = ("id", "title", "attributes", "numbers", "texts", "ids", "picture", "link", "digest")
# Plain SQL, since the cells are JSON text already; SQLAlchemy would write it once more.
_INSERT = text(
    f"INSERT INTO items (catalogue, version, {', '.join(_COLUMNS)}) "
    f"VALUES (:catalogue, :version, {', '.join(f':{name}' for name in _COLUMNS)})"
)


class _Row(NamedTuple):
    """A row of the items table, its JSON as text."""

    id: str
    title: str
    attributes: str
    numbers: str
    texts: str
    ids: str
    picture: str
    link: str


class Difference:
    """What an import changes, in a temporary file that is gone when the process is."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by __exit__
        self._replaced: list[ItemId] = []
        self.counts = LoadCounts()
        self.removed: tuple[ItemId, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def compare(self, items: Iterable[Item], digests: Mapping[ItemId, str]) -> None:
        """Note how `items` differ from those of these digests. Raises CatalogueError for an id given twice."""
        seen: set[ItemId] = set()
        added = changed = 0
        for batch in batched(self._rows(items, seen)):
            differing = [(*row, digest) for row, digest in batch if digests.get(row.id) != digest]
            for row in differing:
                if row[0] in digests:
                    self._replaced.append(row[0])
                    changed += 1
                else:
                    added += 1
            if differing:
                pickle.dump(differing, self._file, pickle.HIGHEST_PROTOCOL)
        self.removed = tuple(item_id for item_id in digests if item_id not in seen)
        self.counts = LoadCounts(added, changed, len(self.removed), len(seen) - added - changed)

    def apply(self, connection: Connection, name: str, version: int) -> None:
        """Write it as `version` of the catalogue `name`, in the caller's transaction."""
        _delete(connection, name, [*self.removed, *self._replaced])
        forgotten = delete(RemovedRow).where(col(RemovedRow.catalogue) == name)
        for batch in self._batches():
            ids = [{"back": row[0]} for row in batch]
            connection.execute(forgotten.where(col(RemovedRow.item_id) == bindparam("back")), ids)
            connection.execute(
                _INSERT,
                [{"catalogue": name, "version": version, **dict(zip(_COLUMNS, row, strict=True))} for row in batch],
            )
        for gone in batched(self.removed):
            rows = [{"catalogue": name, "item_id": item_id, "version": version} for item_id in gone]
            connection.execute(insert(RemovedRow), rows)

    def _rows(self, items: Iterable[Item], seen: set[ItemId]) -> Iterator[tuple[_Row, str]]:
        for item in items:
            row = _row(item)
            if row.id in seen:
                raise CatalogueError(f"Two items have the id {row.id!r}; give each its own.")
            seen.add(row.id)
            yield row, _digest(row)

    def _batches(self) -> Iterator[list[tuple[str, ...]]]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # our own file, written a moment ago and without a name


def digests(connection: Connection, name: str) -> dict[ItemId, str]:
    """The digest of every item of a catalogue."""
    found = connection.execute(select(col(ItemRow.id), col(ItemRow.digest)).where(col(ItemRow.catalogue) == name))
    return {row.id: row.digest for row in found}


def read_items(connection: Connection, name: str, since: int = -1) -> Iterator[Item]:
    """Read the items of a catalogue that were written after version `since`, in the order of the ids."""
    cells = [as_text(connection, getattr(ItemRow, column)) for column in _COLUMNS[:-1]]
    query = select(*cells).where(col(ItemRow.catalogue) == name).order_by(col(ItemRow.id))
    if since >= 0:
        query = query.where(col(ItemRow.version) > since)
    # Row by row: parsed all at once, they leave so many lists alive that the garbage collector takes longest.
    for row in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield _item(_Row._make(row))


def _item(row: _Row) -> Item:
    attributes = {relation: tuple(values) for relation, values in json.loads(row.attributes).items()}
    return Item(
        row.id,
        row.title,
        attributes,
        _mapping(row.numbers),
        _mapping(row.texts),
        _mapping(row.ids),
        row.picture,
        row.link,
    )


def _mapping(cell: str) -> dict[str, Any]:
    return json.loads(cell) if cell != "{}" else {}


def _row(item: Item) -> _Row:
    cells = [to_json(dict(cell)) if cell else "{}" for cell in (item.attributes, item.numbers, item.texts, item.ids)]
    return _Row._make((storable(item.id), storable(item.title), *cells, storable(item.picture), storable(item.link)))


def _digest(row: _Row) -> str:
    return hashlib.blake2b("\x1f".join(row).encode(), digest_size=16).hexdigest()


def _delete(connection: Connection, name: str, item_ids: list[ItemId]) -> None:
    gone = delete(ItemRow).where(col(ItemRow.catalogue) == name, col(ItemRow.id) == bindparam("gone"))
    for batch in batched(item_ids):
        connection.execute(gone, [{"gone": item_id} for item_id in batch])
