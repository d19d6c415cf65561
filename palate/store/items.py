"""Writing and reading the catalogue's items in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, String, bindparam, delete, insert, select, text, type_coerce
from sqlmodel import col

from palate.domain import Item
from palate.store.database import to_json
from palate.store.records import LoadCounts
from palate.store.tables import CatalogueRow, ItemRow, TripleRow

# SQLite takes the items apart itself: sending it 330,000 rows from here takes three times as long.
_TRIPLES = """
INSERT OR IGNORE INTO triples (relation, value, item_id)
SELECT relation.key, value.value, items.id
FROM items, json_each(items.attributes) AS relation, json_each(relation.value) AS value
WHERE NOT EXISTS (SELECT 1 FROM triples WHERE triples.item_id = items.id)
"""


class _Raw(NamedTuple):
    """A row of the items table, its JSON as text."""

    id: str
    title: str
    attributes: str
    numbers: str


def write_items(connection: Connection, items: Sequence[Item], fingerprint: str) -> LoadCounts:
    """Make `items` the catalogue, writing only what differs from what is in. Runs in the caller's transaction."""
    old = {row.id: row for row in _read(connection)}
    new = {item.id: item for item in items}
    added = [item for item_id, item in new.items() if item_id not in old]
    changed = [item for item_id, item in new.items() if item_id in old and _raw(item) != old[item_id]]
    removed = [item_id for item_id in old if item_id not in new]
    _delete(connection, [*removed, *(item.id for item in changed)])
    _insert(connection, [*added, *changed])
    connection.execute(delete(CatalogueRow))
    connection.execute(insert(CatalogueRow).values(id=1, fingerprint=fingerprint, loaded_at=datetime.now(UTC)))
    return LoadCounts(len(added), len(changed), len(removed), len(new) - len(added) - len(changed))


def read_items(connection: Connection) -> list[Item]:
    """Read every item, in the order of the ids."""
    # Row by row: parsed all at once, they leave so many lists alive that the garbage collector takes longest.
    return [
        Item(
            row.id,
            row.title,
            {relation: tuple(values) for relation, values in json.loads(row.attributes).items()},
            json.loads(row.numbers),
        )
        for row in _read(connection)
    ]


def _read(connection: Connection) -> Iterator[_Raw]:
    as_text = (type_coerce(col(ItemRow.attributes), String), type_coerce(col(ItemRow.numbers), String))
    return map(
        _Raw._make,
        connection.execute(select(col(ItemRow.id), col(ItemRow.title), *as_text).order_by(col(ItemRow.id))),
    )


def _raw(item: Item) -> _Raw:
    return _Raw(item.id, item.title, to_json(dict(item.attributes)), to_json(dict(item.numbers)))


def _delete(connection: Connection, item_ids: Sequence[str]) -> None:
    ids = [{"gone": item_id} for item_id in item_ids]
    if ids:
        connection.execute(delete(TripleRow).where(col(TripleRow.item_id) == bindparam("gone")), ids)
        connection.execute(delete(ItemRow).where(col(ItemRow.id) == bindparam("gone")), ids)


def _insert(connection: Connection, items: Sequence[Item]) -> None:
    rows = [
        {"id": item.id, "title": item.title, "attributes": dict(item.attributes), "numbers": dict(item.numbers)}
        for item in items
    ]
    if rows:
        connection.execute(insert(ItemRow), rows)
        connection.execute(text(_TRIPLES))
